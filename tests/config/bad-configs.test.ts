// Every way in which a stack config can be wrong, with the full words of the program, alone and together.
import assert from "node:assert/strict";
import fc from "fast-check";
import { CATALOGUE } from "../../config/catalogue/catalogue";
import { ConfigError, formatProblem, type Problem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { assertGolden } from "../support/golden";
import { BAD_CONFIGS } from "./bad-configs";
import { VALID_CONFIG, withChanges, type BadConfig, type Changes } from "./configs";

function problemsOf(changes: Changes): readonly Problem[] {
  try {
    return readSettings(withChanges(VALID_CONFIG, changes)).warnings;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function changesOf(faults: readonly BadConfig[]): Changes {
  return Object.fromEntries(faults.flatMap(({ change }) => Object.entries(change)));
}

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

/** Faults that neither change nor read what the other changes. */
function areIndependent(left: BadConfig, right: BadConfig): boolean {
  const [ours, theirs] = [left, right].map(({ change, reads = [] }) => [...Object.keys(change), ...reads]);
  return ours?.every((path) => theirs?.every((other) => !isWithin(path, other) && !isWithin(other, path))) === true;
}

const someFaults = fc
  .subarray([...BAD_CONFIGS], { minLength: 2, maxLength: 12 })
  .chain((faults) => fc.shuffledSubarray(faults, { minLength: faults.length }))
  .map((faults) =>
    faults.reduce<readonly BadConfig[]>(
      (kept, fault) => (kept.every((other) => areIndependent(other, fault)) ? [...kept, fault] : kept),
      [],
    ),
  );

describe("wrong stack configs", () => {
  for (const { name, change, ids } of BAD_CONFIGS) {
    it(`${name}: ${ids.join(", ")}`, () => {
      const problems = problemsOf(change);
      assert.deepEqual(
        problems.map(({ id }) => id),
        ids,
      );
      assert.ok(problems.every(({ path, remedy }) => path !== "" && remedy !== ""));
    });
  }

  it("say what is wrong, which rule it breaks and what to do, word for word", () => {
    const text = BAD_CONFIGS.flatMap(({ name, change }) => [
      `# ${name}`,
      ...problemsOf(change).map(formatProblem),
      "",
    ]).join("\n");
    assertGolden("config/bad-configs.txt", text);
  });

  it("are reported all at once: independent faults give the union of their problems", () => {
    fc.assert(
      fc.property(someFaults, (faults) => {
        const together = problemsOf(changesOf(faults));
        const expected = faults.flatMap(({ change }) => problemsOf(change).map(formatProblem));
        assert.deepEqual(together.map(formatProblem).toSorted(), expected.toSorted());
      }),
    );
  });

  it("cover the catalogue", () => {
    const covered = new Set(BAD_CONFIGS.flatMap(({ ids }) => ids));
    const missing = Object.keys(CATALOGUE).filter((id) => !covered.has(id));
    assert.deepEqual(missing, []);
  });
});
