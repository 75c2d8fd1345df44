#!/usr/bin/env node
// The command `eks-swap`: in a checkout it loads TypeScript as it is, in the package what was built of it.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const isCheckout = existsSync(new URL("cli/main.ts", import.meta.url));
if (isCheckout) require("tsx/cjs/api").register();
const folder = isCheckout ? "." : "../dist/automation";
process.exitCode = await require(`${folder}/cli/main`).main({
  load: () => require(`${folder}/cli/sdk-functions`),
  loadEc2: () => require(`${folder}/predict/ec2-instance-types`),
  loadSandbox: isCheckout ? () => require("./try/sandbox") : undefined,
  version: require("../package.json").version,
});
