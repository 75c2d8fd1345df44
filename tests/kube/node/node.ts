// A machine of the boot rig as a node of a cluster: what its AMI would bring along, and how it finds the API server.
import { PLAIN_HARDWARE, type Scenario } from "../../boot/scenario";
import { kubeReservedMemoryBytes } from "../../../swap/eviction";
import { MIB } from "../../../swap/quantity";
import { HOST_AS_A_GUEST_SEES_IT } from "../certificate";
import type { ControlPlane } from "../control-plane";
import { MOUNT_POINT } from "./disk";

/** The machine's host name, and so the node's name. */
export const NODE_NAME = "eks-node";

/** Pods of an instance type with 4 GiB, c5.large: https://github.com/awslabs/amazon-eks-ami/blob/main/templates/shared/runtime/eni-max-pods.txt */
export const MAX_PODS = 29;

/** RAM of the machines: the least of the instance types that pools allow, and more than one memory zone, as EC2's have. */
const MEMORY_MIB = 4096;

/** Source files of the kubelet's eviction manager. */
const EVICTION_FILES = ["eviction_manager", "helpers"];

/** What a node and its tests need of the API server. */
export type ApiServer = Pick<ControlPlane, "url" | "port" | "certificateAuthority" | "token">;

/** The hardware of such a node. */
export function nodeHardware(disk: string, rootGiB: number): Scenario["hardware"] {
  return { ...PLAIN_HARDWARE, memoryMiB: MEMORY_MIB, rootGiB, rootAtGp3Rate: true, network: true, equipmentDisk: disk };
}

/** Bash for `prepare` of a boot: the real programs, and what nodeadm writes beside what its stand-in writes. */
export function joinCluster(server: ApiServer): string {
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "cluster",
        cluster: {
          server: `https://${HOST_AS_A_GUEST_SEES_IT}:${server.port}`,
          "certificate-authority-data": Buffer.from(server.certificateAuthority).toString("base64"),
        },
      },
    ],
    users: [{ name: "kubelet", user: { token: server.token } }],
    contexts: [{ name: "node", context: { cluster: "cluster", user: "kubelet" } }],
    "current-context": "node",
  };
  const nodeConfig = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: {
      kubelet: {
        flags: ["--kubeconfig=/var/lib/kubelet/kubeconfig"],
        config: {
          // As nodeadm computes it from the instance type; the stand-in has a fixed amount.
          kubeReserved: {
            cpu: "70m",
            "ephemeral-storage": "1Gi",
            memory: `${kubeReservedMemoryBytes(MAX_PODS) / MIB}Mi`,
          },
          staticPodPath: "/etc/kubernetes/manifests",
          // Which of the two memory signals evicts is told from 3 on.
          logging: { vmodule: EVICTION_FILES.map((filePattern) => ({ filePattern, verbosity: 3 })) },
        },
      },
    },
  };
  return [
    attachEquipment(),
    writeFileInMachine("/var/lib/kubelet/kubeconfig", kubeconfig),
    writeFileInMachine("/etc/eks/nodeadm.d/10-cluster.yaml", nodeConfig),
  ].join("\n");
}

/** Bash that puts the real programs in the place of the rig's stand-ins. */
export function attachEquipment(): string {
  return [
    "set -e",
    "modprobe -a virtio_blk ext4",
    "until [[ -b /dev/vda ]]; do sleep 0.1; done",
    `mkdir -p ${MOUNT_POINT} /var/lib/kubelet /etc/eks/nodeadm.d`,
    `mount -o ro /dev/vda ${MOUNT_POINT}`,
    `bash ${MOUNT_POINT}/install.sh`,
  ].join("\n");
}

/** Bash that writes a file of JSON, which is YAML too. */
export function writeFileInMachine(path: string, content: unknown): string {
  return `cat > ${path} <<'END'\n${JSON.stringify(content, null, 2)}\nEND`;
}
