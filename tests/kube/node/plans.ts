// The kinds of nodes that suites and benchmarks compare, and one of them in a machine of the boot rig, joined to a cluster.
import type { Machine } from "../../boot/machine";
import type { NodeDescription } from "../../boot/karpenter";
import { assertNoSwap, assertSwapBeforeKubelet, assertSwapOn } from "../../boot/expectations";
import { observe, type Observation } from "../../boot/observation";
import { planScenarioPool, type ScenarioPool } from "../../boot/pools";
import { plainScriptRecipe } from "../../boot/recipes";
import type { Scenario } from "../../boot/scenario";
import type { ControlPlane } from "../control-plane";
import { joinCluster, MAX_PODS, nodeHardware } from "./node";
import { Pods } from "./pods";

/** A kind of node. */
export interface NodePlan {
  readonly node: NodeDescription;
  readonly rootGiB: number;
  /** Whether the userData are not ours. */
  readonly control: boolean;
  /** The same as in the boot rig: swap, order, label, sysctls, slices. */
  readonly check: (seen: Observation) => void;
}

const SWAP_MIB = 4096;

const KUBELET = { maxPods: MAX_PODS };
const POOL: ScenarioPool = { sizeMiB: SWAP_MIB, backings: ["root-volume"], onFailure: "continue", kubelet: KUBELET };

/** A node of ours with 4 GiB of swap on the root volume, of a pool that differs in `more` from the stack config's defaults. */
export function oursWith(more: Partial<ScenarioPool> = {}): NodePlan {
  return {
    ...planScenarioPool({ ...POOL, ...more }),
    control: false,
    check: (seen) => {
      assertSwapOn(seen, "root-volume", SWAP_MIB);
    },
  };
}

/** A node without userData. */
export const WITHOUT_SWAP: NodePlan = {
  node: { userData: "", kubelet: KUBELET },
  rootGiB: 20,
  control: true,
  check: assertNoSwap,
};

/** The published recipe in the form that works at a first boot, with as much swap. */
export const RECIPE: NodePlan = {
  node: { ...plainScriptRecipe(`${SWAP_MIB / 1024}G`), kubelet: KUBELET },
  rootGiB: 20,
  control: true,
  check: swapBeforeKubelet("/swapfile"),
};

/** Swap of the plans' size in that file before the kubelet, whatever else the node has. */
export function swapBeforeKubelet(file: string): NodePlan["check"] {
  return (seen) => {
    assertSwapBeforeKubelet(seen, file, SWAP_MIB);
  };
}

/** What a node is booted for. */
export interface NodeUse {
  readonly name: string;
  readonly plan: NodePlan;
  /** As `makeDisk` makes it. */
  readonly disk: string;
  readonly server: ControlPlane;
  /** Begins when the node is ready and checked. */
  readonly exercise: (machine: Machine, pods: Pods) => Promise<void>;
}

/** The scenario of the boot rig that boots a node and lets it join. */
export function nodeScenario({ name, plan, disk, server, exercise }: NodeUse): Scenario {
  const { node, rootGiB, control, check } = plan;
  return {
    name,
    control,
    hardware: nodeHardware(disk, rootGiB),
    node: () => node,
    boots: [
      {
        power: "first boot",
        prepare: joinCluster(server),
        settled: "joined",
        // The kubelet makes the slice of the pods only when it has started.
        check: () => undefined,
        exercise: async (machine) => {
          const pods = new Pods(server);
          await pods.readyNode();
          check(await observe(machine));
          await exercise(machine, pods);
          return undefined;
        },
      },
    ],
  };
}
