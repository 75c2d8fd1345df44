// Every series of others that the rules and the dashboard read: who exports it, and where it is missing or wrong.

export type Exporter =
  | "kube-state-metrics"
  | "node-exporter"
  | "kubelet /metrics/cadvisor"
  | "kubelet /metrics/resource";

/** A series that must be collected. */
export interface Source {
  readonly exporter: Exporter;
  /** What to know of it; empty where it is there by itself and right. */
  readonly note: string;
}

const DROPPED = "dropped by the default relabelings of kube-prometheus-stack";
const PSI_ON_NODE = "needs pressure stall information in the kernel, `/proc/pressure`";
const PSI_OF_CONTAINERS = "Kubernetes 1.34 and later; dashboard only";

export const SOURCES = {
  kube_node_labels: {
    exporter: "kube-state-metrics",
    note: "only with `--metric-labels-allowlist=nodes=[eks-swap/pool,eks-swap/backing]`",
  },
  kube_node_spec_taint: {
    exporter: "kube-state-metrics",
    note: "identifies a node's pool where the labels are not exposed and the pool is `dedicated`",
  },
  kube_node_info: { exporter: "kube-state-metrics", note: "" },
  kube_node_created: { exporter: "kube-state-metrics", note: "" },
  kube_pod_info: { exporter: "kube-state-metrics", note: "" },
  kube_pod_annotations: {
    exporter: "kube-state-metrics",
    note: "only with `--metric-annotations-allowlist=pods=[eks-swap/guard]`; without it EksSwapPodMustNotSwap cannot fire",
  },
  kube_pod_status_qos_class: { exporter: "kube-state-metrics", note: "" },
  kube_pod_container_status_running: { exporter: "kube-state-metrics", note: "" },
  kube_pod_container_resource_requests: { exporter: "kube-state-metrics", note: "without init and sidecar containers" },
  kube_pod_container_resource_limits: { exporter: "kube-state-metrics", note: "without init and sidecar containers" },

  node_memory_MemTotal_bytes: { exporter: "node-exporter", note: "" },
  node_memory_MemAvailable_bytes: { exporter: "node-exporter", note: "dashboard only" },
  node_memory_SwapTotal_bytes: { exporter: "node-exporter", note: "" },
  node_memory_SwapFree_bytes: { exporter: "node-exporter", note: "" },
  node_vmstat_pswpin: { exporter: "node-exporter", note: "pages of 4 KiB" },
  node_vmstat_pswpout: { exporter: "node-exporter", note: "pages of 4 KiB" },
  node_pressure_memory_stalled_seconds_total: { exporter: "node-exporter", note: PSI_ON_NODE },
  node_pressure_memory_waiting_seconds_total: { exporter: "node-exporter", note: PSI_ON_NODE },
  node_pressure_io_stalled_seconds_total: { exporter: "node-exporter", note: `${PSI_ON_NODE}; dashboard only` },
  node_filesystem_size_bytes: { exporter: "node-exporter", note: "identifies the root volume's disk" },
  node_disk_info: {
    exporter: "node-exporter",
    note: "identifies the disks that are EBS volumes; needs `--path.udev.data`, which its chart sets",
  },
  node_disk_reads_completed_total: { exporter: "node-exporter", note: "" },
  node_disk_writes_completed_total: { exporter: "node-exporter", note: "" },
  node_disk_read_bytes_total: { exporter: "node-exporter", note: "" },
  node_disk_written_bytes_total: { exporter: "node-exporter", note: "" },

  machine_swap_bytes: {
    exporter: "kubelet /metrics/cadvisor",
    note: "SwapTotal as the kubelet found it when it started, from which it computes every limit",
  },
  container_memory_working_set_bytes: { exporter: "kubelet /metrics/cadvisor", note: "" },
  container_memory_swap: {
    exporter: "kubelet /metrics/cadvisor",
    note: `${DROPPED}; right in every version, but for values below 0 that come out as nearly 2^64`,
  },
  container_spec_memory_swap_limit_bytes: {
    exporter: "kubelet /metrics/cadvisor",
    note: `${DROPPED}; 0 also stands for no limit`,
  },
  container_pressure_memory_waiting_seconds_total: { exporter: "kubelet /metrics/cadvisor", note: PSI_OF_CONTAINERS },
  container_swap_usage_bytes: {
    exporter: "kubelet /metrics/resource",
    note: "read from Kubernetes 1.36 on only: with containerd it is missing up to 1.33 and always 0 in 1.34 and 1.35 (kubernetes#131915, #137093)",
  },
  container_swap_limit_bytes: {
    exporter: "kubelet /metrics/resource",
    note: "Kubernetes 1.34 and later, read from 1.36 on: it is computed with the usage",
  },
} as const satisfies Readonly<Record<string, Source>>;

/** Name of a series of others. */
export type SourceName = keyof typeof SOURCES;
