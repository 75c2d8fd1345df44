// verify and its canary on a real kubelet: a machine of the boot rig that is a node of a pool.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { verifyPools } from "../../../automation/verify/pools";
import { GIB, PAGE_BYTES } from "../../../swap/quantity";
import { inMachine } from "../../boot/exercises";
import { assertSwapOn } from "../../boot/expectations";
import { provideImage } from "../../boot/image";
import type { Machine } from "../../boot/machine";
import { observe } from "../../boot/observation";
import { runScenario } from "../../boot/runner";
import { say } from "../../boot/table";
import { makeDisk } from "../node/disk";
import { joinCluster, MAX_PODS, NODE_NAME, nodeHardware } from "../node/node";
import { Pods } from "../node/pods";
import type { Scenario, ScenarioContext, ScenarioRow } from "../scenario";
import { PATHS } from "./api";
import { CANARY_EQUIPMENT, CANARY_IMAGE } from "./canary-equipment";
import { askKubelet } from "./kubelet-bridge";
import { devConfig, TestCluster } from "./test-cluster";

const POOL = "ebs";
const SWAP_BYTES = 4 * GIB;

/** Whatever the Node object still says of it. */
const SWAP_IS_OFF = /of swap on now: it was taken off|saw no swap when it started/;

/** The address that the nodeadm stand-in gives to the kubelet. */
const NODE_ADDRESS = "10.42.0.10";

/** One pool of 4Gi, for nodes of 4 GiB. */
function config(): Readonly<Record<string, unknown>> {
  const requirements = [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["4096"] }];
  return { ...devConfig(), pools: { [POOL]: { swap: { size: "4Gi", backings: ["root-volume"] }, requirements } } };
}

/** What EKS does for a kubelet and nobody does here: its addresses are set, by which it is found, and its certificate is signed. */
const WITHOUT_EKS = `cat >/etc/eks/nodeadm.d/20-without-eks.yaml <<'END'
${JSON.stringify({
  apiVersion: "node.eks.aws/v1alpha1",
  kind: "NodeConfig",
  spec: { kubelet: { flags: ["--cloud-provider=external"], config: { serverTLSBootstrap: false } } },
})}
END`;

/** What verify says of the node, once the canary has run. */
async function verifyNode(cluster: TestCluster) {
  const { kubeconfig } = cluster;
  return verifyPools({
    kubeconfig,
    pools: cluster.promises(POOL),
    canary: { image: CANARY_IMAGE, timeoutSeconds: 300 },
  });
}

async function exercise(cluster: TestCluster, machine: Machine): Promise<string> {
  const { token } = cluster.server;
  await cluster.kubelets.bridge(NODE_ADDRESS, async (path) => inMachine(machine, askKubelet(path, token)));
  await inMachine(machine, CANARY_EQUIPMENT);
  // What Karpenter and the cloud's controller do when a node registers.
  const { taints } = cluster.pool(POOL).plan;
  await cluster.api.patch(`${PATHS.nodes}/${NODE_NAME}`, {
    metadata: { labels: { "karpenter.sh/nodepool": POOL } },
    spec: { taints },
  });
  const addresses = [{ type: "InternalIP", address: NODE_ADDRESS }];
  await cluster.api.patch(`${PATHS.nodes}/${NODE_NAME}/status`, { status: { addresses } });
  await cluster.addNodeClaim({ name: "claim", pool: POOL, nodeName: NODE_NAME });

  const right = await verifyNode(cluster);
  assert.equal(right.ok, true, JSON.stringify(right));
  const [pool] = right.pools;
  assert.equal(pool?.nodes[0]?.swapCapacityBytes, SWAP_BYTES - PAGE_BYTES);
  assert.equal(pool.nodes[0].backing, "root-volume");
  const limit = pool.canary?.limitBytes;

  await inMachine(machine, "swapoff --all && systemctl restart kubelet.service");
  await untilItAnswers(cluster, machine);
  const without = await verifyNode(cluster);
  assert.equal(without.ok, false);
  const [wrong] = without.pools;
  assert.match(wrong?.nodes[0]?.reasons.join("\n") ?? "", SWAP_IS_OFF, JSON.stringify(wrong));
  assert.equal(wrong?.canary?.limitBytes, 0);
  return `a request of 64Mi may swap ${String(limit)} bytes as promised; after swapoff 0: ${wrong.nodes[0]?.reasons.join("; ") ?? ""}`;
}

/** The Node object says Ready for a while after its kubelet has stopped. */
async function untilItAnswers(cluster: TestCluster, machine: Machine): Promise<void> {
  for (;;) {
    const { status } = await machine.run(askKubelet("healthz", cluster.server.token), 60_000);
    if (status === 0) return;
    await wait(1000);
  }
}

async function run({ folder, kubernetes, keep }: ScenarioContext): Promise<ScenarioRow> {
  mkdirSync(folder, { recursive: true });
  const disk = makeDisk(folder, kubernetes, say);
  const cluster = await TestCluster.start(
    { folder: join(folder, "control-plane"), kubernetes, controllers: true },
    config(),
  );
  const { plan, files } = cluster.pool(POOL);
  const userData = files["userdata.mime"] ?? "";
  try {
    const row = await runScenario(
      {
        name: NAME,
        control: false,
        hardware: nodeHardware(disk, plan.rootVolume.sizeGiB),
        node: () => ({ userData, kubelet: { ...plan.kubelet, maxPods: MAX_PODS } }),
        boots: [
          {
            power: "first boot",
            prepare: `${joinCluster(cluster.server)}\n${WITHOUT_EKS}`,
            settled: "joined",
            check: () => undefined,
            exercise: async (machine) => {
              await new Pods(cluster.server).readyNode();
              assertSwapOn(await observe(machine), "root-volume", SWAP_BYTES / 2 ** 20);
              return exercise(cluster, machine);
            },
          },
        ],
      },
      provideImage(say),
      join(folder, "machine"),
      keep,
    );
    const [boot] = row.boots;
    const message = row.message ?? boot?.message ?? null;
    if (row.result === "passed" && !keep) rmSync(folder, { recursive: true });
    return { scenario: NAME, result: row.result, kubernetes, message, remark: boot?.remark ?? "" };
  } finally {
    await cluster.stop();
  }
}

const NAME = "verify and its canary on a real kubelet";

/** The scenario of this file. */
export const REAL_NODE_SCENARIO: Scenario = { name: NAME, needs: "machine", run };
