// Nodes of the pools: which they are, their swap, what it costs them, and their volumes.
import { PAGE_BYTES } from "../swap/quantity";
import { BACKING_KEY, POOL_KEY } from "../swap/vocabulary";
import * as names from "./names";
import { onNode } from "./promql";
import type { RecordingRule, RuleGroup } from "./rule";

/** How kube-state-metrics writes a label's name. */
function labelOf(key: string): string {
  return `label_${key.replace(/[^a-zA-Z0-9]/g, "_")}`;
}

const POOL_LABEL = labelOf(POOL_KEY);
const BACKING_LABEL = labelOf(BACKING_KEY);

/** Of two nodes that have had one address, the younger one has it. */
const ADDRESSES: RecordingRule = {
  record: names.ADDRESS_INFO,
  expr: `(
  topk by (address) (1,
    max by (address, node) (
      label_replace(kube_node_info, "address", "$1", "internal_ip", "(.+)")
      or label_replace(kube_node_info, "address", "$1", "node", "(.+)")
    )
    * on (node) group_left () max by (node) (kube_node_created)
    * on (node) group_left (pool) ${names.POOL_INFO}
  )
) > bool 0`,
};

const MEMBERSHIP: readonly RecordingRule[] = [
  {
    record: names.POOL_INFO,
    expr: `max by (node, pool) (
  label_replace(kube_node_labels{${POOL_LABEL}!=""}, "pool", "$1", "${POOL_LABEL}", "(.+)")
  or label_replace(kube_node_spec_taint{key="${POOL_KEY}"}, "pool", "$1", "value", "(.+)")
)
and on (pool) ${names.BACKING_POSITION}`,
  },
  {
    record: names.BACKING_INFO,
    expr: `max by (node, backing) (
  label_replace(kube_node_labels{${BACKING_LABEL}!=""}, "backing", "$1", "${BACKING_LABEL}", "(.+)")
)
* on (node) group_left (pool) ${names.POOL_INFO}`,
  },
  ADDRESSES,
];

const MEMORY: readonly RecordingRule[] = [
  { record: names.MEMORY, expr: onNode("node_memory_MemTotal_bytes") },
  { record: names.AVAILABLE, expr: onNode("node_memory_MemAvailable_bytes") },
  { record: names.TOTAL, expr: onNode("node_memory_SwapTotal_bytes") },
  { record: names.USED, expr: onNode("(node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes)") },
  { record: names.KUBELET_TOTAL, expr: onNode("machine_swap_bytes") },
  { record: names.SWAP_IN, expr: onNode(`(rate(node_vmstat_pswpin[5m]) * ${PAGE_BYTES})`) },
  { record: names.SWAP_OUT, expr: onNode(`(rate(node_vmstat_pswpout[5m]) * ${PAGE_BYTES})`) },
  { record: names.STALLED, expr: onNode("rate(node_pressure_memory_stalled_seconds_total[5m])") },
  { record: names.WAITING, expr: onNode("rate(node_pressure_memory_waiting_seconds_total[5m])") },
  { record: names.IO_STALLED, expr: onNode("rate(node_pressure_io_stalled_seconds_total[5m])") },
];

/** `nvme0n1` of `/dev/nvme0n1p1`. */
const ROOT_DEVICE = `label_replace(node_filesystem_size_bytes{mountpoint="/"}, "device", "$1", "device", "/dev/(nvme[0-9]+n[0-9]+|[a-z]+)(?:p?[0-9]+)?")`;

/**
 * A volume is the swap's when the node's label says so: the root volume by what is mounted at /, a volume of its own as
 * an EBS volume that is not the root. Volumes of pods on that node look the same, which the alert allows for.
 */
const VOLUME_INFO: RecordingRule = {
  record: names.VOLUME_INFO,
  expr: `(
  label_replace(${onNode(ROOT_DEVICE, "device")} > bool 0, "backing", "root-volume", "", "")
  or
  label_replace(
    ${onNode('node_disk_info{model=~"Amazon.Elastic.Block.Store.*"}', "device")}
    unless on (node, device) ${onNode(ROOT_DEVICE, "device")},
    "backing", "ebs-volume", "", ""
  )
)
and on (node, backing) ${names.BACKING_INFO}`,
};

function ofVolume(expr: string): string {
  return `${onNode(expr, "device")}
* on (node, pool, device) group_left (backing) ${names.VOLUME_INFO}`;
}

const VOLUMES: readonly RecordingRule[] = [
  VOLUME_INFO,
  {
    record: names.IOPS,
    expr: ofVolume("(rate(node_disk_reads_completed_total[5m]) + rate(node_disk_writes_completed_total[5m]))"),
  },
  { record: names.IOPS_RATIO, expr: `${names.IOPS} / on (pool, backing) group_left () ${names.PLANNED_IOPS}` },
  {
    record: names.THROUGHPUT,
    expr: ofVolume("(rate(node_disk_read_bytes_total[5m]) + rate(node_disk_written_bytes_total[5m]))"),
  },
  {
    record: names.THROUGHPUT_RATIO,
    expr: `${names.THROUGHPUT} / on (pool, backing) group_left () ${names.PLANNED_THROUGHPUT}`,
  },
];

/** Everything about nodes, in the order in which it builds on itself. */
export function nodeGroup(planned: readonly RecordingRule[]): RuleGroup {
  return { name: "eks-swap.nodes", rules: [...MEMBERSHIP, ...MEMORY, ...planned, ...VOLUMES] };
}
