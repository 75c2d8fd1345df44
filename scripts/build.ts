// npm run build: JavaScript and declarations for the package, in dist/. Node.js and ts-node take no TypeScript from below
// node_modules. `npm pack` runs it; a checkout needs no build.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const compiler = require.resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
// What modules read from beside themselves.
cpSync(join(root, "userdata", "node"), join(dist, "userdata", "node"), { recursive: true });
process.exitCode = status ?? 1;
