// When the alerts of nodes and their volumes fire, with the words that people read, and when they do not.
import { GIB, MIB } from "../../swap/quantity";
import { NO_SWAP, nodeWith, volumeNode, type AlertCase } from "./alert-case";
import { HEALTHY_NODE } from "./node-series";

const { node, pool } = HEALTHY_NODE;

export const SWAP_CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  EksSwapMissing: [
    {
      title: "a node without swap",
      nodes: [nodeWith(NO_SWAP)],
      fires: [
        {
          labels: { severity: "critical", node, pool },
          summary: `Node ${node} has no swap`,
          description: `Node ${node} of pool ebs joined without swap: its pods are killed at their memory limit.`,
        },
      ],
    },
    { title: "a node with swap", nodes: [HEALTHY_NODE], fires: [] },
    { title: "a node that has just joined", nodes: [nodeWith(NO_SWAP)], fires: [], after: "4m" },
    { title: "a node of a pool that is to have none", nodes: [nodeWith({ ...NO_SWAP, pool: "plain" })], fires: [] },
    {
      title: "a node whose labels are not exposed, known by its taint",
      nodes: [nodeWith({ ...NO_SWAP, without: ["kube_node_labels"] })],
      fires: [
        {
          labels: { severity: "critical", node, pool },
          summary: `Node ${node} has no swap`,
          description: `Node ${node} of pool ebs joined without swap: its pods are killed at their memory limit.`,
        },
      ],
    },
  ],

  EksSwapBackingDegraded: [
    {
      title: "the second backing",
      nodes: [nodeWith({ pool: "instance-store", backing: "root-volume" })],
      fires: [
        {
          labels: { severity: "warning", node, pool: "instance-store", backing: "root-volume" },
          summary: `Node ${node} swaps to its root-volume`,
          description: `The first backing of pool instance-store did not work on node ${node}: it swaps to backing 2, root-volume.`,
        },
      ],
    },
    { title: "the first backing", nodes: [HEALTHY_NODE, volumeNode], fires: [] },
    { title: "no swap at all, which another alert tells", nodes: [nodeWith(NO_SWAP)], fires: [] },
  ],

  EksSwapSmallerThanPlanned: [
    {
      title: "a swap file that was cut to the free space",
      nodes: [nodeWith({ swapTotalBytes: 15 * GIB, kubeletTotalBytes: 15 * GIB })],
      fires: [
        {
          labels: { severity: "warning", node, pool },
          summary: `Node ${node} has less swap than planned`,
          description: `Node ${node} of pool ebs has 50% of its planned swap, and so have its containers.`,
        },
      ],
    },
    { title: "the planned size, fixed and in percent", nodes: [HEALTHY_NODE, volumeNode], fires: [] },
    { title: "no swap at all, which another alert tells", nodes: [nodeWith(NO_SWAP)], fires: [] },
  ],

  EksSwapThrashing: [
    {
      title: "stalls while pages come back",
      nodes: [nodeWith({ stalled: 0.25, pagesIn: 2000 })],
      fires: [
        {
          labels: { severity: "warning", node, pool },
          summary: `Node ${node} thrashes`,
          description: `On node ${node} of pool ebs nothing ran for 25% of the last minutes, since all waited for memory to come back from swap.`,
        },
      ],
    },
    { title: "swapping in without stalls", nodes: [nodeWith({ pagesIn: 2000 })], fires: [] },
    { title: "stalls that are not of swap", nodes: [nodeWith({ stalled: 0.25, pagesIn: 10 })], fires: [] },
  ],

  EksSwapNearlyFull: [
    {
      title: "95 % in use",
      nodes: [nodeWith({ swapTotalBytes: 20 * GIB, swapUsedBytes: 19 * GIB })],
      fires: [
        {
          labels: { severity: "warning", node, pool },
          summary: `The swap of node ${node} is nearly full`,
          description: `Swap of node ${node} of pool ebs is used to 95%: when it is full, memory limits kill again.`,
        },
      ],
    },
    { title: "85 % in use", nodes: [nodeWith({ swapTotalBytes: 20 * GIB, swapUsedBytes: 17 * GIB })], fires: [] },
    { title: "no swap at all", nodes: [nodeWith(NO_SWAP)], fires: [] },
  ],

  EksSwapVolumeAtCeiling: [
    {
      title: "the root volume at its 3000 iops",
      nodes: [nodeWith({ pagesIn: 2000, disks: { nvme0n1: { iops: 3000, bytes: 12 * MIB } } })],
      fires: [
        {
          labels: { severity: "warning", node, pool, device: "nvme0n1", backing: "root-volume", limit: "iops" },
          summary: `Swap of node ${node} is held back by its volume`,
          description: `Disk nvme0n1 (root-volume) of node ${node} of pool ebs is at 100% of its iops while the node swaps.`,
        },
      ],
    },
    {
      title: "a volume of its own at its 125 MiB/s",
      nodes: [
        {
          ...volumeNode,
          pagesOut: 30_000,
          disks: { nvme0n1: { iops: 10, bytes: MIB }, nvme1n1: { iops: 1000, bytes: 125 * MIB } },
        },
      ],
      fires: [
        {
          labels: {
            severity: "warning",
            node: volumeNode.node,
            pool: "everything",
            device: "nvme1n1",
            backing: "ebs-volume",
            limit: "throughput",
          },
          summary: `Swap of node ${volumeNode.node} is held back by its volume`,
          description: `Disk nvme1n1 (ebs-volume) of node ${volumeNode.node} of pool everything is at 100% of its throughput while the node swaps.`,
        },
      ],
    },
    {
      title: "a busy volume of a node that does not swap",
      nodes: [nodeWith({ disks: { nvme0n1: { iops: 3000, bytes: MIB } } })],
      fires: [],
    },
    {
      title: "a busy volume that does not hold the swap",
      nodes: [
        nodeWith({
          pagesIn: 2000,
          disks: { nvme0n1: { iops: 2000, bytes: MIB }, nvme1n1: { iops: 9000, bytes: MIB } },
        }),
      ],
      fires: [],
    },
  ],
};
