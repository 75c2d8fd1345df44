// What is shown on a real kubelet: one machine of the boot rig and one control plane for each scenario.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { NodeMemory } from "../../../swap/limited-swap";
import { poolOutlook } from "../../../swap/outlook";
import { GIB, MIB } from "../../../swap/quantity";
import { KERNEL_DEFAULTS, type SysctlSettings } from "../../../swap/watermarks";
import { assertNoSwap, assertSwapBeforeKubelet, assertSwapOn } from "../../boot/expectations";
import type { Image } from "../../boot/image";
import type { NodeDescription } from "../../boot/karpenter";
import type { Machine } from "../../boot/machine";
import { observe, type Observation } from "../../boot/observation";
import { AUTOMATIC_SYSCTLS, planScenarioPool, type ScenarioPool } from "../../boot/pools";
import { plainScriptRecipe } from "../../boot/recipes";
import { runScenario } from "../../boot/runner";
import { inMachine } from "../../boot/exercises";
import { startControlPlane } from "../control-plane";
import { runCases, runOne } from "./containers";
import { EVICTION_HARD, runHog, type EvictionRun } from "./eviction";
import { mostSwappedMiB, runJob, type JobRun } from "./headline";
import { agrees, type LimitRow } from "./limits";
import { joinCluster, MAX_PODS, NODE_NAME, nodeHardware } from "./node";
import { Pods } from "./pods";

/** What a scenario needs; `folder` is its own. */
export interface NodeContext {
  readonly folder: string;
  readonly image: Image;
  /** Made by makeDisk for this version of Kubernetes. */
  readonly disk: string;
  readonly kubernetes: string;
  /** Keeps disks, consoles and observations also when all went well. */
  readonly keep: boolean;
}

/** What the report says of a scenario. */
export interface NodeRow {
  readonly scenario: string;
  readonly result: "passed" | "failed";
  readonly kubernetes: string;
  readonly message: string | null;
  readonly emulatorFaults: readonly string[];
  readonly limits?: readonly LimitRow[];
  readonly job?: JobRun;
  readonly eviction?: EvictionRun;
}

type Findings = Pick<NodeRow, "limits" | "job" | "eviction">;

/** A scenario by its name. */
export interface NodeScenario {
  readonly name: string;
  run(context: NodeContext): Promise<NodeRow>;
}

/** What differs between the nodes. */
interface NodePlan {
  readonly name: string;
  readonly node: NodeDescription;
  readonly rootGiB: number;
  /** Whether the userData are not ours. */
  readonly control: boolean;
  /** The same as in the boot rig: swap, order, label, sysctls, slices. */
  readonly check: (seen: Observation) => void;
  /** Whether controllers and a scheduler run, which make and place the pods of a Job. */
  readonly controllers: boolean;
  readonly exercise: (machine: Machine, pods: Pods, minorVersion: number) => Promise<Findings>;
}

const SWAP_MIB = 4096;
const pool: ScenarioPool = {
  sizeMiB: SWAP_MIB,
  backings: ["root-volume"],
  onFailure: "continue",
  kubelet: { maxPods: MAX_PODS },
};
const ours = { ...planScenarioPool(pool), control: false };
const withoutSwap = { node: { userData: "", kubelet: { maxPods: MAX_PODS } }, rootGiB: 20, control: true };
const recipe = { node: { ...plainScriptRecipe("4G"), kubelet: { maxPods: MAX_PODS } }, rootGiB: 20, control: true };
const amiSysctls: SysctlSettings = { ...AUTOMATIC_SYSCTLS, ...KERNEL_DEFAULTS };
const recipeSysctls: SysctlSettings = { ...amiSysctls, minFreeKbytes: 204_800 };

const swapOn = (seen: Observation): void => {
  assertSwapOn(seen, "root-volume", SWAP_MIB);
};

/** All scenarios. */
export const nodeScenarios: readonly NodeScenario[] = [
  onNode({
    name: "node: swap limits of containers, and a job above its memory limit",
    ...ours,
    check: swapOn,
    controllers: true,
    exercise: async (machine, pods, minorVersion) => {
      const node = await nodeMemory(machine, pods, "root-volume");
      const job = await runJob(machine, pods);
      assertJob(job, "Complete", "Completed");
      assert.ok(mostSwappedMiB(job) > 100, `${mostSwappedMiB(job)} MiB of the job were in swap`);
      await pods.deleteAll();
      const limits = [...(await runCases(machine, pods, node, minorVersion))];
      await inMachine(machine, "systemctl stop eks-swap.service && systemctl restart kubelet.service");
      await pods.readyNode();
      const empty = { ...node, swapTotalBytes: 0 };
      limits.push(...(await runOne(machine, pods, empty, "LimitedSwap, no swap when the kubelet started")));
      assertLimits(limits);
      return { job, limits };
    },
  }),
  onNode({
    name: "node: the same job without swap",
    ...withoutSwap,
    check: assertNoSwap,
    controllers: true,
    exercise: async (machine, pods) => {
      const job = await runJob(machine, pods);
      assertJob(job, "Failed", "OOMKilled");
      await pods.deleteAll();
      const memory: NodeMemory = { ...(await memoryOfKubelet(machine)), swapBehavior: "NoSwap" };
      const limits = await runOne(machine, pods, memory, "kubelet without memorySwap settings");
      assertLimits(limits);
      return { job, limits };
    },
  }),
  evictionScenario("eviction: a public recipe, min_free_kbytes=204800", recipeSysctls, {
    ...recipe,
    check: (seen) => {
      assertSwapBeforeKubelet(seen, "/swapfile", SWAP_MIB);
    },
  }),
  evictionScenario("eviction: the AMI's sysctls", amiSysctls, {
    ...planScenarioPool({ ...pool, sysctls: amiSysctls }),
    control: false,
    check: (seen) => {
      assertSwapBeforeKubelet(seen, "/var/lib/eks-swap/swapfile", SWAP_MIB);
    },
  }),
  evictionScenario("eviction: our sysctls", AUTOMATIC_SYSCTLS, { ...ours, check: swapOn }),
];

/** What comes first must be what the plan tells of these sysctls before there is a node. */
function evictionScenario(
  name: string,
  sysctls: SysctlSettings,
  plan: Omit<NodePlan, "name" | "controllers" | "exercise">,
): NodeScenario {
  return onNode({
    name,
    ...plan,
    controllers: false,
    exercise: async (machine, pods) => {
      const eviction = await runHog(machine, pods);
      const nominal = { smallestBytes: 4 * GIB, largestBytes: 4 * GIB };
      const [planned] = poolOutlook(EVICTION_HARD, sysctls, nominal);
      const first = planned?.eviction.first === "swap" ? "swap" : "eviction";
      if (eviction.first !== first)
        throw new FindingError(`planned: ${first} first, seen: ${eviction.first}`, { eviction });
      return { eviction };
    },
  });
}

/** A failure whose numbers belong into the report all the same. */
class FindingError extends Error {
  readonly findings: Findings;

  constructor(message: string, findings: Findings) {
    super(message);
    this.findings = findings;
  }
}

function onNode(plan: NodePlan): NodeScenario {
  return { name: plan.name, run: (context) => runOnNode(plan, context) };
}

async function runOnNode(plan: NodePlan, context: NodeContext): Promise<NodeRow> {
  const { folder, image, disk, kubernetes, keep } = context;
  mkdirSync(folder, { recursive: true });
  let findings: Findings = {};
  const server = await startControlPlane({
    folder: join(folder, "control-plane"),
    kubernetes,
    controllers: plan.controllers,
  });
  try {
    const row = await runScenario(
      {
        name: plan.name,
        control: plan.control,
        hardware: nodeHardware(disk, plan.rootGiB),
        node: () => plan.node,
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
              plan.check(await observe(machine));
              try {
                findings = await plan.exercise(machine, pods, minorOf(kubernetes));
              } catch (error) {
                if (error instanceof FindingError) findings = error.findings;
                throw error;
              }
              return undefined;
            },
          },
        ],
      },
      image,
      join(folder, "machine"),
      keep,
    );
    const message = row.message ?? row.boots.find((boot) => boot.message !== null)?.message ?? null;
    const { result, emulatorFaults } = row;
    return { scenario: plan.name, result, kubernetes, message, emulatorFaults, ...findings };
  } finally {
    await server.stop();
  }
}

/** MemTotal and SwapTotal as the kubelet read them; the Node must say the same. */
async function nodeMemory(machine: Machine, pods: Pods, backing: string): Promise<NodeMemory> {
  const memory = await memoryOfKubelet(machine);
  const { metadata, status } = await pods.readyNode();
  assert.equal(metadata.name, NODE_NAME);
  assert.equal(metadata.labels["eks-swap/backing"], backing, "the node's label");
  assert.equal(status.nodeInfo.swap?.capacity, memory.swapTotalBytes, "nodeInfo.swap.capacity");
  assert.equal(status.capacity["memory"], `${memory.memTotalBytes / 1024}Ki`, "capacity of memory");
  return { ...memory, swapBehavior: "LimitedSwap" };
}

async function memoryOfKubelet(machine: Machine): Promise<Omit<NodeMemory, "swapBehavior">> {
  const start = (await observe(machine)).kubeletStarts.at(-1);
  assert.ok(start !== undefined, "the kubelet never started");
  return { memTotalBytes: start.memTotalKiB * 1024, swapTotalBytes: start.swapTotalKiB * 1024 };
}

function assertJob(run: JobRun, job: JobRun["job"], container: string): void {
  assert.deepEqual({ job: run.job, container: run.container }, { job, container });
  assert.ok(run.daemons.processes >= 3, "kubelet, containerd and a shim");
  assert.equal(run.daemons.most, 0, "KiB of kubelet, containerd or a shim in swap");
}

function assertLimits(rows: readonly LimitRow[]): void {
  const differences = rows.filter((row) => !agrees(row));
  if (differences.length > 0) {
    throw new FindingError(`${differences.length} containers differ:\n${JSON.stringify(differences, null, 2)}`, {
      limits: rows,
    });
  }
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** MiB in a number of bytes, for messages and tables. */
export function inMiB(bytes: number): number {
  return Math.round(bytes / MIB);
}
