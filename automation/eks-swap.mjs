#!/usr/bin/env node
// The command `eks-swap`: loads TypeScript as it is, then the command line.
import { createRequire } from "node:module";
import { register } from "tsx/cjs/api";

register();
const require = createRequire(import.meta.url);
process.exitCode = await require("./main.ts").main(
  () => require("./sdk-functions.ts"),
  () => require("./ec2-instance-types.ts"),
);
