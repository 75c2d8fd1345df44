// `npm run test:monitoring`: the tests of this folder, or one line where Prometheus is missing.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** Both are of the package prometheus. */
const PROGRAMS = ["promtool", "prometheus"] as const;

const missing = PROGRAMS.filter((program) => spawnSync(program, ["--version"]).error !== undefined);
if (missing.length > 0) {
  process.stderr.write(`missing: ${missing.join(", ")}. apt install prometheus, or brew install prometheus\n`);
  process.exitCode = 1;
} else {
  const mocha = resolve(__dirname, "..", "..", "node_modules", ".bin", "mocha");
  const { status } = spawnSync(mocha, ["tests/monitoring/*.test.ts", ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
