// Golden files: whole expected texts as files of their own below tests/golden, so that they can be read, linted and booted.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const GOLDEN = join(__dirname, "..", "golden");

/** Set to 1 to write the files anew. The change is then reviewed as a diff, like that of any other code. */
const UPDATE = "UPDATE_GOLDEN";

/**
 * Asserts that `actual` is, byte for byte, the file `path` below tests/golden.
 * With UPDATE_GOLDEN=1 in the environment the file becomes `actual` instead.
 */
export function assertGolden(path: string, actual: string): void {
  const file = join(GOLDEN, path);
  if (process.env[UPDATE] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  const remedy = `If the change is meant, run the test with ${UPDATE}=1 and review the diff of tests/golden/${path}.`;
  assert.ok(existsSync(file), `tests/golden/${path} does not exist. ${remedy}`);
  const expected = readFileSync(file, "utf8");
  if (actual !== expected) {
    throw new assert.AssertionError({
      message: `not as in tests/golden/${path}, first at line ${firstDifference(actual, expected)}. ${remedy}`,
      actual,
      expected,
      operator: "equal",
    });
  }
}

/** The text of the file `path` below tests/golden. */
export function readGolden(path: string): string {
  return readFileSync(join(GOLDEN, path), "utf8");
}

function firstDifference(actual: string, expected: string): string {
  const lines = expected.split("\n");
  const index = actual.split("\n").findIndex((line, number) => line !== lines[number]);
  return String(index < 0 ? actual.split("\n").length + 1 : index + 1);
}
