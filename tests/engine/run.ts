// npm run test:engine: the program on the real Pulumi engine and the sandbox. `--only TEXT`, `--report FILE`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";

const files = ["lifecycle.test.ts", "stacks.test.ts", "bad-configs.test.ts", "try.test.ts", "loader.test.ts"];

const { values } = parseArgs({ options: { only: { type: "string" }, report: { type: "string" } } });

/** The longest that a scenario may take: far above what a busy machine needs, and a CLI may have to be built first. */
const timeout = 15 * 60_000;

const mocha = new Mocha({ timeout, ...(values.only === undefined ? {} : { fgrep: values.only }) });
for (const file of files) mocha.addFile(join(__dirname, file));

const rows: { scenario: string; result: "passed" | "failed"; message: string | null }[] = [];
const runner = mocha.run((failures) => {
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
  if (rows.length === 0) process.stderr.write("no scenario has such a name\n");
  process.exitCode = failures > 0 || rows.length === 0 ? 1 : 0;
});
runner.on("pass", (test) => rows.push({ scenario: test.fullTitle(), result: "passed", message: null }));
runner.on("fail", (test, error: Error) =>
  rows.push({ scenario: test.fullTitle(), result: "failed", message: error.message }),
);
