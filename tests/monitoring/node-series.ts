// A node of a pool as its exporters show it: written after their sources, not recorded.
import { GIB, MIB } from "../../swap/quantity";
import type { Samples } from "./prometheus";

/** A container of a Burstable pod, bytes. */
export interface ContainerState {
  readonly pod: string;
  readonly requestBytes: number;
  readonly limitBytes: number;
  readonly workingSetBytes: number;
  readonly swapUsedBytes: number;
  readonly swapLimitBytes: number;
  readonly priorityClass: string;
  /** The annotation `eks-swap/guard`; where it is left out, the pod has none. */
  readonly guard?: string;
  /** One that has ended, or of which the kubelet has no figures yet, is in kube-state-metrics only. */
  readonly state: "running" | "starting" | "ended";
}

/** What is so of a node for an hour. */
export interface NodeState {
  readonly node: string;
  readonly address: string;
  readonly pool: string;
  /** The label; undefined where it is not exposed. */
  readonly backing: string | undefined;
  readonly kubeletVersion: string;
  readonly memoryBytes: number;
  readonly swapTotalBytes: number;
  readonly swapUsedBytes: number;
  /** SwapTotal when the kubelet started. */
  readonly kubeletTotalBytes: number;
  /** Pages a second. */
  readonly pagesIn: number;
  readonly pagesOut: number;
  /** Seconds a second. */
  readonly stalled: number;
  /** Operations and bytes a second by disk. */
  readonly disks: Readonly<Record<string, { readonly iops: number; readonly bytes: number }>>;
  readonly containers: readonly ContainerState[];
  /** Series that are not collected. */
  readonly without: readonly string[];
}

/** A series with a sample a minute: `first`, and `step` more each time. */
export interface InputSeries {
  readonly series: string;
  readonly first: number;
  readonly step: number;
}

export const HEALTHY_CONTAINER: ContainerState = {
  pod: "job-1",
  requestBytes: GIB,
  limitBytes: 2 * GIB,
  workingSetBytes: GIB,
  swapUsedBytes: 100 * MIB,
  swapLimitBytes: 1_006_632_832,
  priorityClass: "",
  state: "running",
};

/** A node of 32 GiB RAM and 30 GiB swap on its root volume on which nothing is wrong. */
export const HEALTHY_NODE: NodeState = {
  node: "ip-10-42-0-7.eu-central-1.compute.internal",
  address: "10.42.0.7",
  pool: "ebs",
  backing: "root-volume",
  kubeletVersion: "v1.35.4-eks-40737a8",
  memoryBytes: 32 * GIB,
  swapTotalBytes: 30 * GIB - 4096,
  swapUsedBytes: 2 * GIB,
  kubeletTotalBytes: 30 * GIB - 4096,
  pagesIn: 20,
  pagesOut: 40,
  stalled: 0.001,
  disks: { nvme0n1: { iops: 200, bytes: 10 * MIB } },
  containers: [HEALTHY_CONTAINER],
  without: [],
};

type Values = Pick<InputSeries, "first" | "step">;

function constant(value: number): Values {
  return { first: value, step: 0 };
}

function counter(perSecond: number): Values {
  return { first: 0, step: perSecond * 60 };
}

function series(name: string, labels: Readonly<Record<string, string>>, values: Values): InputSeries {
  const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return { series: `${name}{${text.join(",")}}`, ...values };
}

/** Every series of a node. */
export function seriesOf(state: NodeState): readonly InputSeries[] {
  const all = [
    ...stateMetrics(state),
    ...nodeExporter(state),
    ...state.containers.flatMap((one) => [
      ...podMetrics(state, one),
      ...(one.state === "running" ? [...cadvisor(state, one), ...resource(one)] : []),
    ]),
    series("machine_swap_bytes", { instance: `${state.address}:10250` }, constant(state.kubeletTotalBytes)),
  ];
  return all.filter(({ series: name }) => !state.without.some((left) => name.startsWith(`${left}{`)));
}

function stateMetrics({ node, address, pool, backing, kubeletVersion }: NodeState): readonly InputSeries[] {
  const labels = { label_eks_swap_pool: pool, ...(backing === undefined ? {} : { label_eks_swap_backing: backing }) };
  return [
    series("kube_node_info", { node, internal_ip: address, kubelet_version: kubeletVersion }, constant(1)),
    series("kube_node_created", { node }, constant(1_700_000_000)),
    series("kube_node_labels", { node, ...labels }, constant(1)),
    series("kube_node_spec_taint", { node, key: "eks-swap/pool", value: pool, effect: "NoSchedule" }, constant(1)),
  ];
}

function nodeExporter(state: NodeState): readonly InputSeries[] {
  const labels = { instance: `${state.address}:9100`, job: "node-exporter" };
  const one = (name: string, values: Values, more: Readonly<Record<string, string>> = {}) =>
    series(name, { ...labels, ...more }, values);
  return [
    one("node_memory_MemTotal_bytes", constant(state.memoryBytes)),
    one("node_memory_MemAvailable_bytes", constant(state.memoryBytes / 4)),
    one("node_memory_SwapTotal_bytes", constant(state.swapTotalBytes)),
    one("node_memory_SwapFree_bytes", constant(state.swapTotalBytes - state.swapUsedBytes)),
    one("node_vmstat_pswpin", counter(state.pagesIn)),
    one("node_vmstat_pswpout", counter(state.pagesOut)),
    one("node_pressure_memory_stalled_seconds_total", counter(state.stalled)),
    one("node_pressure_memory_waiting_seconds_total", counter(state.stalled * 2)),
    one("node_pressure_io_stalled_seconds_total", counter(state.stalled)),
    one("node_filesystem_size_bytes", constant(56 * GIB), { device: "/dev/nvme0n1p1", fstype: "xfs", mountpoint: "/" }),
    ...Object.entries(state.disks).flatMap(([device, { iops, bytes }]) => [
      one("node_disk_info", constant(1), { device, model: "Amazon Elastic Block Store" }),
      one("node_disk_reads_completed_total", counter(iops / 2), { device }),
      one("node_disk_writes_completed_total", counter(iops / 2), { device }),
      one("node_disk_read_bytes_total", counter(bytes / 2), { device }),
      one("node_disk_written_bytes_total", counter(bytes / 2), { device }),
    ]),
  ];
}

function podMetrics(
  { node }: NodeState,
  { pod, priorityClass, state, guard, ...memory }: ContainerState,
): readonly InputSeries[] {
  const labels = { namespace: "batch", pod };
  const ofContainer = { ...labels, container: "app", node, resource: "memory", unit: "byte" };
  return [
    series("kube_pod_info", { ...labels, node, priority_class: priorityClass, created_by_kind: "Job" }, constant(1)),
    series(
      "kube_pod_annotations",
      { ...labels, ...(guard === undefined ? {} : { annotation_eks_swap_guard: guard }) },
      constant(1),
    ),
    series("kube_pod_status_qos_class", { ...labels, qos_class: "Burstable" }, constant(1)),
    series("kube_pod_status_qos_class", { ...labels, qos_class: "Guaranteed" }, constant(0)),
    series("kube_pod_container_status_running", { ...labels, container: "app" }, constant(state === "ended" ? 0 : 1)),
    series("kube_pod_container_resource_requests", ofContainer, constant(memory.requestBytes)),
    series("kube_pod_container_resource_limits", ofContainer, constant(memory.limitBytes)),
  ];
}

function cadvisor({ address }: NodeState, { pod, ...state }: ContainerState): readonly InputSeries[] {
  const instance = `${address}:10250`;
  const labels = { namespace: "batch", pod, container: "app", id: `/kubepods.slice/${pod}`, instance };
  const ofPod = { namespace: "batch", pod, container: "", id: `/kubepods.slice/pod-${pod}`, instance };
  return [
    series("container_memory_working_set_bytes", labels, constant(state.workingSetBytes)),
    series("container_memory_swap", labels, constant(state.swapUsedBytes)),
    series("container_memory_swap", ofPod, constant(state.swapUsedBytes + GIB)),
    series("container_spec_memory_swap_limit_bytes", labels, constant(state.swapLimitBytes)),
    series("container_spec_memory_swap_limit_bytes", ofPod, constant(0)),
    series("container_pressure_memory_waiting_seconds_total", labels, counter(0.02)),
    series("container_pressure_memory_stalled_seconds_total", labels, counter(0.01)),
  ];
}

function resource({ pod, swapUsedBytes, swapLimitBytes }: ContainerState): readonly InputSeries[] {
  const labels = { namespace: "batch", pod, container: "app" };
  return [
    series("container_swap_usage_bytes", labels, constant(swapUsedBytes)),
    series("container_swap_limit_bytes", labels, constant(swapLimitBytes)),
  ];
}

/** Samples of an hour, as promtool's unit tests write them. */
export function toInput({ series, first, step }: InputSeries) {
  return { series, values: `${first}+${step}x60` };
}

/** An hour of the series, a sample a minute. */
export function overAnHour(series: readonly InputSeries[]): Samples {
  const minutes = [...Array(61).keys()];
  return {
    seconds: minutes.map((minute) => minute * 60),
    series: Object.fromEntries(
      series.map(({ series: name, first, step }) => [name, minutes.map((n) => first + step * n)]),
    ),
  };
}
