// When the alerts of containers, the kubelet and the exporters fire, with the words that people read, and when they do not.
import { GIB } from "../../swap/quantity";
import { nodeWith, volumeNode, withContainer, type AlertCase, type Fired } from "./alert-case";
import { HEALTHY_CONTAINER, HEALTHY_NODE } from "./node-series";

const { node, pool } = HEALTHY_NODE;

export const KUBELET_CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  EksSwapContainerAtCeiling: [
    {
      title: "RAM and swap of a container both used up",
      nodes: [withContainer({ workingSetBytes: 2 * GIB, swapUsedBytes: GIB, swapLimitBytes: GIB })],
      fires: [
        {
          labels: { severity: "warning", node, pool, namespace: "batch", pod: "job-1", container: "app" },
          summary: "Container app of batch/job-1 is about to be killed",
          description: `Container app of pod batch/job-1 on node ${node} uses 100% of its memory limit and swap limit together; at 100% the kernel kills it.`,
        },
      ],
    },
    {
      title: "a kubelet of 1.36 whose cAdvisor series are dropped",
      nodes: [
        withContainer(
          { workingSetBytes: 2 * GIB, swapUsedBytes: GIB, swapLimitBytes: GIB },
          {
            kubeletVersion: "v1.36.3-eks-0123456",
            without: ["container_memory_swap", "container_spec_memory_swap_limit_bytes"],
          },
        ),
      ],
      fires: [
        {
          labels: { severity: "warning", node, pool, namespace: "batch", pod: "job-1", container: "app" },
          summary: "Container app of batch/job-1 is about to be killed",
          description: `Container app of pod batch/job-1 on node ${node} uses 100% of its memory limit and swap limit together; at 100% the kernel kills it.`,
        },
      ],
    },
    { title: "RAM used up and swap free", nodes: [withContainer({ workingSetBytes: 2 * GIB })], fires: [] },
    {
      title: "swap in use below 0, which cAdvisor shows as nearly 2^64",
      nodes: [withContainer({ workingSetBytes: GIB, swapUsedBytes: 2 ** 64 - 4096 })],
      fires: [],
    },
    {
      title: "a container that gets no swap",
      nodes: [withContainer({ requestBytes: 2 * GIB, workingSetBytes: 2 * GIB, swapUsedBytes: 0, swapLimitBytes: 0 })],
      fires: [],
    },
  ],

  EksSwapPodMustNotSwap: [
    {
      title: "a pod of no-swap whose limit was raised",
      nodes: [withContainer({ guard: "no-swap" })],
      fires: [
        {
          labels: { severity: "warning", node, pool, namespace: "batch", pod: "job-1", container: "app" },
          summary: "Container app of batch/job-1 must not swap, and may",
          description: `Pod batch/job-1 on node ${node} of pool ${pool} has the annotation eks-swap/guard: no-swap, and its container app may have 960MiB in swap.`,
        },
      ],
    },
    { title: "a pod that may swap", nodes: [withContainer({})], fires: [] },
    { title: "a pod of which the guard says nothing", nodes: [withContainer({ guard: "off" })], fires: [] },
    {
      title: "a pod of no-swap that has no swap",
      nodes: [withContainer({ guard: "no-swap", requestBytes: 2 * GIB, swapUsedBytes: 0, swapLimitBytes: 0 })],
      fires: [],
    },
  ],

  EksSwapKubeletUnaware: [
    {
      title: "a kubelet that started before swap was there",
      nodes: [withContainer({ swapUsedBytes: 0, swapLimitBytes: 0 }, { kubeletTotalBytes: 0 })],
      fires: [
        {
          labels: { severity: "critical", node, pool, sign: "started before swap" },
          summary: `The kubelet of node ${node} gives its pods no swap, or too little`,
          description: `Node ${node} of pool ebs has swap, and its kubelet does not give it to pods as LimitedSwap would: started before swap.`,
        },
        {
          labels: { severity: "critical", node, pool, sign: "containers without a limit" },
          summary: `The kubelet of node ${node} gives its pods no swap, or too little`,
          description: `Node ${node} of pool ebs has swap, and its kubelet does not give it to pods as LimitedSwap would: containers without a limit.`,
        },
      ],
    },
    {
      title: "a kubelet whose swapBehavior is NoSwap",
      nodes: [withContainer({ swapUsedBytes: 0, swapLimitBytes: 0 })],
      fires: [
        {
          labels: { severity: "critical", node, pool, sign: "containers without a limit" },
          summary: `The kubelet of node ${node} gives its pods no swap, or too little`,
          description: `Node ${node} of pool ebs has swap, and its kubelet does not give it to pods as LimitedSwap would: containers without a limit.`,
        },
      ],
    },
    { title: "the limits of LimitedSwap", nodes: [HEALTHY_NODE, volumeNode], fires: [] },
    {
      title: "a container whose request is its limit",
      nodes: [withContainer({ requestBytes: 2 * GIB, swapUsedBytes: 0, swapLimitBytes: 0 })],
      fires: [],
    },
    {
      title: "a critical pod",
      nodes: [withContainer({ priorityClass: "system-node-critical", swapUsedBytes: 0, swapLimitBytes: 0 })],
      fires: [],
    },
  ],

  EksSwapMetricsMissing: [
    {
      title: "no series of node-exporter",
      nodes: [nodeWith({ containers: [], without: ["node_memory_SwapTotal_bytes"] })],
      fires: [blindTo("node-exporter")],
    },
    {
      title: "a kernel without pressure stall information",
      nodes: [nodeWith({ without: ["node_pressure_memory_stalled_seconds_total"] })],
      fires: [blindTo("node-exporter, pressure")],
    },
    {
      title: "labels that kube-state-metrics was not told to expose",
      nodes: [nodeWith({ without: ["kube_node_labels"] })],
      fires: [blindTo("kube-state-metrics, label eks-swap/backing")],
    },
    {
      title: "swap of containers dropped, and a kubelet of 1.35 whose own series are always 0",
      nodes: [withContainer({ swapUsedBytes: 0 }, { without: ["container_memory_swap"] })],
      fires: [blindTo("kubelet /metrics/cadvisor, swap of containers")],
    },
    {
      title: "nothing of kube-state-metrics",
      nodes: [],
      fires: [
        {
          labels: { severity: "info", source: "kube-state-metrics" },
          summary: "Swap cannot be judged: kube-state-metrics is missing",
          description: "Series of kube-state-metrics are not collected, and alerts that need them cannot fire.",
        },
      ],
    },
    {
      title: "the swap limit of containers dropped, and a kubelet of 1.35",
      nodes: [nodeWith({ without: ["container_spec_memory_swap_limit_bytes"] })],
      fires: [blindTo("kubelet /metrics/cadvisor, swap of containers")],
    },
    { title: "everything collected", nodes: [HEALTHY_NODE, volumeNode], fires: [] },
    {
      title: "pods that have ended, of which nothing is left to collect",
      nodes: [withContainer({ state: "ended" })],
      fires: [],
    },
    {
      title: "a pod that has just begun next to one that runs",
      nodes: [nodeWith({ containers: [HEALTHY_CONTAINER, { ...HEALTHY_CONTAINER, pod: "job-2", state: "starting" }] })],
      fires: [],
    },
    {
      title: "swap of containers dropped, and a kubelet of 1.36",
      nodes: [nodeWith({ kubeletVersion: "v1.36.3-eks-0123456", without: ["container_memory_swap"] })],
      fires: [],
    },
  ],
};

function blindTo(source: string): Fired {
  return {
    labels: { severity: "info", node, pool, source },
    summary: `Swap cannot be judged: ${source} is missing`,
    description: `Series of ${source} are not collected from node ${node}, and alerts that need them cannot fire.`,
  };
}
