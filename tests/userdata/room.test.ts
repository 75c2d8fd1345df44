// A pool whose labels and taints leave no room for Karpenter's part is refused before anything is made.
import assert from "node:assert/strict";
import { planPool, type PoolDesign } from "../../swap/plan";
import { MOST_USER_DATA_BYTES } from "../../userdata/assembler";
import { UserDataError } from "../../userdata/fragments";
import { renderUserData } from "../../userdata/swap-fragments";
import { ebsPool, everythingPool } from "../support/pools";

/** The bytes that the refusal names, of a pool to which this is added. */
function refusal(design: PoolDesign): string {
  try {
    renderUserData(planPool(design, "amd64"));
  } catch (error) {
    if (error instanceof UserDataError) return error.message;
    throw error;
  }
  return "";
}

const labels = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`example.com/team-${index}`, "a".repeat(40)]));

describe("room for Karpenter's part", () => {
  it("is there for the labels of a team, with every option on", () => {
    assert.equal(refusal({ ...everythingPool(), labels: labels(5) }), "");
    assert.equal(refusal({ ...ebsPool(), labels: labels(40) }), "");
  });

  it("is not there for 99 long labels, nor for many taints or labels that requirements make", () => {
    const taints = Object.keys(labels(60)).map((key) => ({
      key,
      value: "a".repeat(40),
      effect: "NoSchedule" as const,
    }));
    const requirements = Object.keys(labels(90)).map((key) => ({
      key,
      operator: "In" as const,
      values: ["a".repeat(60)],
    }));
    // A label of a domain of Kubernetes' that is none of an instance type counts as any other.
    const ofKubernetes = requirements.map((one) => ({
      ...one,
      key: one.key.replace("example.com", "node.kubernetes.io"),
    }));
    for (const [more, part] of [
      [{ requirements: ofKubernetes }, "labels of requirements"],
      [{ labels: labels(99) }, "labels"],
      [{ taints }, "taints"],
      [{ requirements }, "labels of requirements"],
    ] as const) {
      const message = refusal({ ...ebsPool(), ...more });
      assert.match(message, new RegExp(`takes ${MOST_USER_DATA_BYTES}: no node would start.* ${part} \\d+`));
    }
  });
});
