// Records what the exporters of a node show while its containers swap. The node is a machine of the boot rig with a real
// kubelet, containerd and node-exporter; its control plane and kube-state-metrics are real too.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SOURCES } from "../../../monitoring/series";
import { inMachine } from "../../boot/exercises";
import { provideImage } from "../../boot/image";
import type { Machine } from "../../boot/machine";
import { planScenarioPool } from "../../boot/pools";
import { runScenario } from "../../boot/runner";
import type { Scenario } from "../../boot/scenario";
import { say } from "../../boot/table";
import { type Child, startChild } from "../../kube/children";
import { type ControlPlane, startControlPlane } from "../../kube/control-plane";
import { makeDisk, MOUNT_POINT } from "../../kube/node/disk";
import { joinCluster, MAX_PODS, nodeHardware } from "../../kube/node/node";
import { container, podOf, Pods } from "../../kube/node/pods";
import { NEWEST_KUBERNETES } from "../../kube/versions";
import { provideKubeStateMetrics, provideNodeExporter } from "./exporters";
import { joinLooks, lookSchema, type Look, type RecordedSamples } from "./metrics";

const LOOKS = 30;
const SECONDS_BETWEEN = 10;
/** The node's, as its kubelet is given it. */
const ADDRESS = "10.42.0.10";
/** Of the kubelet, without a token. */
const READ_ONLY_PORT = 10255;
const STATE_METRICS_PORT = 18_080;

const pool = planScenarioPool({
  sizeMiB: 4096,
  backings: ["root-volume"],
  onFailure: "continue",
  kubelet: { maxPods: MAX_PODS },
});

/** One that swaps and goes on, one that climbs towards its ceiling and ends, one that may not swap. */
const PODS = [
  podOf("steady", {
    containers: [
      container("main", {
        args: ["-take=600", "-step=20", "-pause=200ms", "-hold=1h"],
        resources: { requests: { memory: "256Mi" }, limits: { memory: "512Mi" } },
      }),
    ],
  }),
  podOf("peak", {
    containers: [
      container("main", {
        args: ["-take=1450", "-step=20", "-pause=2s", "-hold=60s"],
        resources: { requests: { memory: "512Mi" }, limits: { memory: "1Gi" } },
      }),
    ],
  }),
  podOf("guaranteed", {
    containers: [
      container("main", {
        resources: { requests: { memory: "64Mi", cpu: "100m" }, limits: { memory: "64Mi", cpu: "100m" } },
      }),
    ],
  }),
];

/** Python that prints what the exporters of the node show, of the series that are read here. */
const LOOK = `import json, re, time, urllib.request
wanted = re.compile(r"^(${Object.keys(SOURCES).join("|")})[{ ]")
def get(url):
    text = urllib.request.urlopen(url, timeout=60).read().decode()
    return "\\n".join(line for line in text.split("\\n") if wanted.match(line))
kubelet = "http://127.0.0.1:${READ_ONLY_PORT}/metrics/"
texts = {
    "${ADDRESS}:10250": get(kubelet + "cadvisor") + "\\n" + get(kubelet + "resource"),
    "${ADDRESS}:9100": get("http://127.0.0.1:9100/metrics"),
}
print(json.dumps({"at": time.time(), "texts": texts}))`;

async function record(machine: Machine): Promise<readonly Look[]> {
  await inMachine(
    machine,
    `systemd-run --quiet --unit=node-exporter --slice=rig.slice ${MOUNT_POINT}/bin/node_exporter --path.udev.data=/run/udev/data
     cat > /run/look.py <<'END'\n${LOOK}\nEND\nsleep 5`,
  );
  const looks: Look[] = [];
  for (const index of Array(LOOKS).keys()) {
    const look = lookSchema.parse(JSON.parse(await inMachine(machine, "python3 /run/look.py")));
    const state = await (await fetch(`http://127.0.0.1:${STATE_METRICS_PORT}/metrics`)).text();
    looks.push({ at: look.at, texts: { ...look.texts, "kube-state-metrics:8080": state } });
    say(`look ${index + 1} of ${LOOKS}`);
    await sleep(SECONDS_BETWEEN * 1000);
  }
  return looks;
}

/** A disk with the exporter of the node's metrics on it. */
function makeNodeDisk(folder: string): string {
  const disk = makeDisk(folder, NEWEST_KUBERNETES, say);
  const commands = join(folder, "debugfs.txt");
  writeFileSync(
    commands,
    `cd bin\nwrite ${provideNodeExporter(say)} node_exporter\nset_inode_field node_exporter mode 0100755\n`,
  );
  execFileSync("debugfs", ["-w", "-f", commands, disk], { stdio: "ignore" });
  return disk;
}

/** kube-state-metrics, with the labels of nodes that the rules join by. */
function startStateMetrics(server: ControlPlane, folder: string): Child {
  return startChild(
    provideKubeStateMetrics(say),
    [
      `--kubeconfig=${server.kubeconfigFile}`,
      `--port=${STATE_METRICS_PORT}`,
      `--telemetry-port=${STATE_METRICS_PORT + 1}`,
      "--resources=nodes,pods",
      "--metric-labels-allowlist=nodes=[eks-swap/pool,eks-swap/backing]",
    ],
    join(folder, "kube-state-metrics.log"),
  );
}

/** The one boot of the node: it joins, its pods swap, and `exercise` looks at it. */
function recordingScenario(
  server: ControlPlane,
  disk: string,
  exercise: (machine: Machine) => Promise<void>,
): Scenario {
  const kubelet = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: { kubelet: { config: { readOnlyPort: READ_ONLY_PORT } } },
  };
  return {
    name: "recording",
    control: false,
    hardware: nodeHardware(disk, pool.rootGiB),
    node: () => pool.node,
    boots: [
      {
        power: "first boot",
        prepare: `${joinCluster(server)}\ncat > /etc/eks/nodeadm.d/20-read-only.yaml <<'END'\n${JSON.stringify(kubelet)}\nEND`,
        settled: "joined",
        check: () => undefined,
        exercise: async (machine) => {
          const cluster = new Pods(server);
          await cluster.readyNode();
          for (const pod of PODS) await cluster.create(pod);
          await exercise(machine);
          return undefined;
        },
      },
    ],
  };
}

/** Boots the node, lets its pods swap, and gives what was seen: about ten minutes without KVM. */
export async function recordNode(): Promise<RecordedSamples> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-record-"));
  const disk = makeNodeDisk(folder);
  const server = await startControlPlane({ folder: join(folder, "control-plane"), kubernetes: NEWEST_KUBERNETES });
  const stateMetrics = startStateMetrics(server, folder);
  let looks: readonly Look[] = [];
  try {
    const scenario = recordingScenario(server, disk, async (machine) => {
      looks = await record(machine);
    });
    const row = await runScenario(scenario, provideImage(say), join(folder, "machine"), false);
    say(`${row.result}: ${JSON.stringify(row.boots.map(({ message }) => message))}`);
  } finally {
    await stateMetrics.stop();
    await server.stop();
  }
  if (looks.length < LOOKS) throw new Error(`only ${looks.length} looks, see ${folder}`);
  rmSync(folder, { recursive: true });
  return joinLooks(NEWEST_KUBERNETES, looks);
}
