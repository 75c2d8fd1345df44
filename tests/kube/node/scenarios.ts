// What is shown on a real kubelet: one machine of the boot rig and one control plane for each scenario.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { NodeMemory } from "../../../swap/limited-swap";
import { poolOutlook } from "../../../swap/outlook";
import { GIB, parseQuantity } from "../../../swap/quantity";
import { KERNEL_DEFAULTS, type SysctlSettings } from "../../../swap/watermarks";
import { provideImage } from "../../boot/image";
import type { Machine } from "../../boot/machine";
import { observe } from "../../boot/observation";
import { AUTOMATIC_SYSCTLS } from "../../boot/pools";
import { runScenario } from "../../boot/runner";
import { say } from "../../boot/table";
import { inMachine } from "../../boot/exercises";
import { startControlPlane } from "../control-plane";
import type { Scenario, ScenarioContext, ScenarioRow } from "../scenario";
import { runCases, runOne, runResized } from "./containers";
import { EVICTION_HARD, runHog, type EvictionRun } from "./eviction";
import { mostSwappedMiB, runJob, type JobRun } from "./headline";
import { agrees, type LimitRow } from "./limits";
import { makeDisk } from "./disk";
import { NODE_NAME } from "./node";
import { nodeScenario, oursWith, RECIPE, swapBeforeKubelet, WITHOUT_SWAP, type NodePlan } from "./plans";
import type { Pods } from "./pods";

/** What the report says of such a scenario. */
export interface NodeRow extends ScenarioRow {
  readonly emulatorFaults: readonly string[];
  readonly limits?: readonly LimitRow[];
  readonly job?: JobRun;
  readonly eviction?: EvictionRun;
}

type Findings = Pick<NodeRow, "limits" | "job" | "eviction">;

/** What is done on which node. */
interface NodeTest extends NodePlan {
  readonly name: string;
  /** Whether controllers and a scheduler run, which make and place the pods of a Job. */
  readonly controllers: boolean;
  readonly exercise: (machine: Machine, pods: Pods, minorVersion: number) => Promise<Findings>;
}

const ours = oursWith();
const AMI_SYSCTLS: SysctlSettings = { ...AUTOMATIC_SYSCTLS, ...KERNEL_DEFAULTS };
const RECIPE_SYSCTLS: SysctlSettings = { ...AMI_SYSCTLS, minFreeKbytes: 204_800 };

/** All scenarios. */
export const NODE_SCENARIOS: readonly Scenario[] = [
  onNode({
    name: "node: swap limits of containers, and a job above its memory limit",
    ...ours,
    controllers: true,
    exercise: async (machine, pods, minorVersion) => {
      const node = await nodeMemory(machine, pods, "root-volume");
      const job = await runJob(machine, pods);
      assertJob(job, "Complete", "Completed");
      assert.ok(mostSwappedMiB(job) > 100, `${mostSwappedMiB(job)} MiB of the job were in swap`);
      await pods.deleteAll();
      const limits = [...(await runCases(machine, pods, node, minorVersion))];
      // The unit would come back with the kubelet.
      await inMachine(
        machine,
        `systemctl stop eks-swap.service
         rm /etc/systemd/system/kubelet.service.wants/eks-swap.service
         systemctl daemon-reload
         systemctl restart kubelet.service`,
      );
      await pods.readyNode();
      const empty = { ...node, swapTotalBytes: 0 };
      limits.push(...(await runOne(machine, pods, empty, "LimitedSwap, no swap when the kubelet started")));
      return checkedLimits({ job, limits });
    },
  }),
  onNode({
    name: "node: a limit that is changed while the container runs",
    ...ours,
    controllers: false,
    exercise: async (machine, pods) => {
      const node = await nodeMemory(machine, pods, "root-volume");
      return checkedLimits({ limits: await runResized(machine, pods, node) });
    },
  }),
  onNode({
    name: "node: the same job without swap",
    ...WITHOUT_SWAP,
    controllers: true,
    exercise: async (machine, pods) => {
      const job = await runJob(machine, pods);
      assertJob(job, "Failed", "OOMKilled");
      await pods.deleteAll();
      const memory: NodeMemory = { ...(await memoryOfKubelet(machine)), swapBehavior: "NoSwap" };
      const limits = await runOne(machine, pods, memory, "kubelet without memorySwap settings");
      return checkedLimits({ job, limits });
    },
  }),
  evictionScenario("eviction: a public recipe, min_free_kbytes=204800", RECIPE_SYSCTLS, RECIPE),
  evictionScenario("eviction: the AMI's sysctls", AMI_SYSCTLS, {
    ...oursWith({ sysctls: AMI_SYSCTLS }),
    check: swapBeforeKubelet("/var/lib/eks-swap/swapfile"),
  }),
  evictionScenario("eviction: our sysctls", AUTOMATIC_SYSCTLS, ours),
];

/** What comes first must be what the plan tells of these sysctls before there is a node. */
function evictionScenario(name: string, sysctls: SysctlSettings, plan: NodePlan): Scenario {
  return onNode({
    name,
    ...plan,
    controllers: false,
    exercise: async (machine, pods) => {
      const nominal = { smallestBytes: 4 * GIB, largestBytes: 4 * GIB };
      const [outlook] = poolOutlook(EVICTION_HARD, sysctls, nominal);
      const planned = outlook?.eviction.first === "swap" ? "swap" : "eviction";
      const eviction = await runHog(machine, pods, planned);
      if (eviction.first !== planned) {
        throw new FindingError(`planned: ${planned} first, seen: ${eviction.first}`, { eviction });
      }
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

function onNode(test: NodeTest): Scenario {
  return { name: test.name, needs: "machine", run: (context) => runOnNode(test, context) };
}

async function runOnNode(test: NodeTest, context: ScenarioContext): Promise<NodeRow> {
  const { folder, kubernetes, keep } = context;
  mkdirSync(folder, { recursive: true });
  const disk = makeDisk(folder, kubernetes, say);
  let findings: Findings = {};
  const server = await startControlPlane({
    folder: join(folder, "control-plane"),
    kubernetes,
    controllers: test.controllers,
  });
  try {
    const row = await runScenario(
      nodeScenario({
        name: test.name,
        plan: test,
        disk,
        server,
        exercise: async (machine, pods) => {
          try {
            findings = await test.exercise(machine, pods, minorOf(kubernetes));
          } catch (error) {
            if (error instanceof FindingError) findings = error.findings;
            throw error;
          }
        },
      }),
      provideImage(say),
      join(folder, "machine"),
      keep,
    );
    const message = row.message ?? row.boots.find((boot) => boot.message !== null)?.message ?? null;
    const { result, emulatorFaults } = row;
    if (result === "passed" && !keep) rmSync(folder, { recursive: true });
    const remark = remarkOf(findings);
    return { scenario: test.name, result, kubernetes, message, remark, emulatorFaults, ...findings };
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
  // The API server writes a whole number of MiB as such.
  assert.equal(parseQuantity(status.capacity["memory"] ?? ""), memory.memTotalBytes, "capacity of memory");
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

function checkedLimits(findings: Findings & Required<Pick<Findings, "limits">>): Findings {
  const differences = findings.limits.filter((row) => !agrees(row));
  if (differences.length === 0) return findings;
  throw new FindingError(`${differences.length} containers differ:\n${JSON.stringify(differences, null, 2)}`, findings);
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

function remarkOf({ limits, job, eviction }: Findings): string {
  const remarks: string[] = [];
  if (job !== undefined) remarks.push(`job ${job.container}, ${mostSwappedMiB(job).toFixed(0)} MiB of it in swap`);
  if (limits !== undefined)
    remarks.push(`${limits.filter(agrees).length} of ${limits.length} swap limits as predicted`);
  if (eviction !== undefined) remarks.push(`${eviction.first} came first, the pod ended as ${eviction.hog}`);
  return remarks.join("; ");
}
