// promtool, the tool of Prometheus that checks and tests rules.
// Not part of `npm test`: it is a package of the operating system (apt install prometheus, brew install prometheus).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleFile } from "../../monitoring/rule";
import { toYaml } from "../../userdata/yaml";

/** What promtool says, and whether it is content. */
interface PromtoolResult {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs promtool, in a folder if one is given, and fails when it is not there. */
export function promtool(parameters: readonly string[], folder?: string): PromtoolResult {
  const { error, status, stdout, stderr } = spawnSync("promtool", parameters, { encoding: "utf8", cwd: folder });
  assert.ok(error === undefined, `promtool cannot be run (${String(error?.message)}): install the package prometheus`);
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

/** Runs `action` in a folder that holds the rules as rules.yaml, and removes it. */
export function withRules<Result>(rules: RuleFile, action: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-rules-"));
  try {
    writeFileSync(join(folder, "rules.yaml"), toYaml(rules));
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file for `promtool test rules`. Format: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export function testFile(rules: RuleFile, tests: readonly unknown[]): string {
  return toYaml({
    rule_files: ["rules.yaml"],
    evaluation_interval: "1m",
    group_eval_order: rules.groups.map(({ name }) => name),
    tests,
  });
}

/** What promtool's unit tests say of the rules. */
export function testRules(rules: RuleFile, tests: readonly unknown[]): PromtoolResult {
  return withRules(rules, (folder) => {
    writeFileSync(join(folder, "test.yaml"), testFile(rules, tests));
    return promtool(["test", "rules", "test.yaml"], folder);
  });
}
