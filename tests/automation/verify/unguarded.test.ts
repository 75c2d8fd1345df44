// Which pods on nodes of a pool verify reports, since the guard would refuse them or did not see them.
import assert from "node:assert/strict";
import { V1Pod } from "@kubernetes/client-node";
import { judgePod } from "../../../automation/verify/unguarded";
import { planPool } from "../../../swap/plan";
import { GIB } from "../../../swap/quantity";
import { ebsPool } from "../../support/pools";

const plan = planPool(ebsPool(), "amd64");

interface About {
  readonly wish?: string;
  readonly owner?: string;
  readonly priority?: number;
  readonly phase?: string;
}

function podOf(request: string | undefined, limit: string | undefined, about: About = {}): V1Pod {
  const { wish, owner, priority, phase = "Running" } = about;
  const resources = {
    requests: request === undefined ? {} : { memory: request },
    limits: limit === undefined ? {} : { memory: limit },
  };
  return Object.assign(new V1Pod(), {
    metadata: {
      annotations: wish === undefined ? {} : { "eks-swap/guard": wish },
      ownerReferences: owner === undefined ? [] : [{ apiVersion: "v1", kind: owner, name: "it", uid: "1" }],
    },
    spec: { containers: [{ name: "app", resources }], ...(priority === undefined ? {} : { priority }) },
    status: { qosClass: request === undefined ? "BestEffort" : "Burstable", phase },
  });
}

const GETS_NONE = "gets no swap there";
const MAY_SWAP = "must not swap, and its containers may: app";

describe("a pod on a node of a pool with a guard", () => {
  const cases: readonly (readonly [what: string, pod: V1Pod, expected: string | undefined])[] = [
    ["swaps", podOf("1Gi", "2Gi"), undefined],
    ["has a request that equals its limit", podOf("1Gi", "1Gi"), GETS_NONE],
    ["is BestEffort", podOf(undefined, undefined), GETS_NONE],
    ["is critical", podOf("1Gi", "2Gi", { priority: 2_000_000_000 }), GETS_NONE],
    ["is of a ReplicaSet and gets none", podOf("1Gi", "1Gi", { owner: "ReplicaSet" }), GETS_NONE],
    ["is of a DaemonSet and gets none", podOf("1Gi", "1Gi", { owner: "DaemonSet" }), undefined],
    ["is a static pod", podOf("1Gi", "1Gi", { owner: "Node" }), undefined],
    ["must not swap, and does not", podOf("1Gi", "1Gi", { wish: "no-swap" }), undefined],
    ["must not swap, and was resized", podOf("1Gi", "2Gi", { wish: "no-swap" }), MAY_SWAP],
    ["is of a DaemonSet and must not swap", podOf("1Gi", "2Gi", { wish: "no-swap", owner: "DaemonSet" }), MAY_SWAP],
    ["says off", podOf(undefined, undefined, { wish: "off" }), undefined],
    ["has ended", podOf("1Gi", "1Gi", { phase: "Succeeded" }), undefined],
  ];
  for (const [what, pod, expected] of cases) {
    it(`${expected === undefined ? "is not" : "is"} reported: ${what}`, () => {
      assert.equal(judgePod(pod, plan, 32 * GIB), expected);
    });
  }
});
