// The advice on swap.maxSize: what it names is right, and no other value is.
import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError, type Problem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { allowedInstanceTypes } from "../../swap/instance-types";
import { GIB, MIB, parseQuantity } from "../../swap/quantity";
import { poolRequirements } from "../../swap/requirements";
import { swapBytes } from "../../swap/size";
import { VALID_CONFIG, withChanges } from "./configs";

const ABOUT_MAX_SIZE = ["max-size-missing", "max-size-unneeded", "max-size-short"];

interface Case {
  readonly percent: number;
  readonly mebibytes: number;
  readonly backing: string;
}

const cases = fc.record({
  percent: fc.integer({ min: 1, max: 400 }),
  mebibytes: fc.integer({ min: 8192, max: 2_000_000 }),
  backing: fc.constantFrom("root-volume", "ebs-volume"),
});

function requirementsOf({ mebibytes }: Case) {
  return [{ key: "karpenter.k8s.aws/instance-memory", operator: "Lt" as const, values: [String(mebibytes)] }];
}

function problemsOf(chosen: Case, maxSize: string | undefined): readonly Problem[] {
  const swap = { size: `${chosen.percent}%`, backings: [chosen.backing], maxSize };
  const pool = { swap, requirements: requirementsOf(chosen) };
  try {
    return readSettings(withChanges(VALID_CONFIG, { "pools.judged": pool })).warnings;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function findingsOf(chosen: Case, maxSize: string | undefined): readonly Problem[] {
  return problemsOf(chosen, maxSize).filter(({ id }) => ABOUT_MAX_SIZE.includes(id));
}

function advisedSize(chosen: Case): number {
  const [missing] = findingsOf(chosen, undefined);
  assert.equal(missing?.id, "max-size-missing");
  return parseQuantity(/^Set it to (\w+): /.exec(missing.remedy)?.[1] ?? "");
}

describe("the advice on swap.maxSize", () => {
  it("is the share of the largest instance type that the requirements allow, up to the next GiB", () => {
    fc.assert(
      fc.property(cases, (chosen) => {
        const types = allowedInstanceTypes(poolRequirements("amd64", 0, requirementsOf(chosen)));
        const largest = Math.max(...types.map(({ memoryMebibytes }) => memoryMebibytes)) * MIB;
        const share = swapBytes({ memoryPercent: chosen.percent }, largest);
        const advised = advisedSize(chosen);
        assert.equal(advised % GIB, 0);
        assert.ok(advised >= share && (advised < share + GIB || advised === GIB), `${advised} for ${share}`);
      }),
    );
  });

  it("is accepted when followed, and a GiB more or less is reported again", () => {
    fc.assert(
      fc.property(cases, (chosen) => {
        const advised = advisedSize(chosen) / GIB;
        const idsOf = (gibibytes: number) => findingsOf(chosen, `${gibibytes}Gi`).map(({ id }) => id);
        assert.deepEqual(idsOf(advised), []);
        assert.deepEqual(idsOf(advised + 1), ["max-size-unneeded"]);
        if (advised > 1) assert.deepEqual(idsOf(advised - 1), ["max-size-short"]);
      }),
    );
  });

  it("has the other way out too: with less memory required, the maxSize that is given is enough", () => {
    const chosen: Case = { percent: 50, mebibytes: 65_537, backing: "ebs-volume" };
    const [short] = findingsOf(chosen, "12Gi");
    const bound = Number(/values: \["(\d+)"\]/.exec(short?.remedy ?? "")?.[1]);
    assert.equal(bound, 24 * 1024 + 1);
    assert.ok(findingsOf({ ...chosen, mebibytes: bound }, "12Gi").every(({ id }) => id !== "max-size-short"));
  });
});
