// What somebody should know of. Every alert has a page with what it means, how to look and what to do.
import * as names from "./names";
import type { AlertRule, RuleGroup } from "./rule";

/** 200 pages a second, beyond what now and then comes back of memory that lay idle. */
const NOTICEABLE_BYTES = 819_200;

/** Names what an expression has found, where one alert has several. */
function found(label: string, value: string, expr: string): string {
  return `label_replace(${expr}, "${label}", "${value}", "", "")`;
}

function anyOf(expressions: readonly string[]): string {
  return expressions.join("\nor\n");
}

function alert(
  name: string,
  severity: AlertRule["labels"]["severity"],
  duration: string,
  expr: string,
  summary: string,
  description: string,
): AlertRule {
  const runbook = `docs/runbooks/${name}.md`;
  return {
    alert: name,
    expr,
    for: duration,
    labels: { severity },
    annotations: { summary, description, runbook },
  };
}

const MISSING = alert(
  "EksSwapMissing",
  "critical",
  "5m",
  `${names.TOTAL} == 0`,
  "Node {{ $labels.node }} has no swap",
  "Node {{ $labels.node }} of pool {{ $labels.pool }} joined without swap: its pods are killed at their memory limit.",
);

const DEGRADED = alert(
  "EksSwapBackingDegraded",
  "warning",
  "5m",
  `${names.BACKING_INFO} * on (pool, backing) group_left () ${names.BACKING_POSITION} > 1`,
  "Node {{ $labels.node }} swaps to its {{ $labels.backing }}",
  "The first backing of pool {{ $labels.pool }} did not work on node {{ $labels.node }}: it swaps to backing {{ $value }}, {{ $labels.backing }}.",
);

const SMALLER = alert(
  "EksSwapSmallerThanPlanned",
  "warning",
  "5m",
  `${names.TOTAL} / on (node, pool) ${names.PLANNED_TOTAL} < 0.95 > 0`,
  "Node {{ $labels.node }} has less swap than planned",
  "Node {{ $labels.node }} of pool {{ $labels.pool }} has {{ $value | humanizePercentage }} of its planned swap, and so have its containers.",
);

const THRASHING = alert(
  "EksSwapThrashing",
  "warning",
  "5m",
  `${names.STALLED} > 0.1 and on (node) ${names.SWAP_IN} > ${NOTICEABLE_BYTES}`,
  "Node {{ $labels.node }} thrashes",
  "On node {{ $labels.node }} of pool {{ $labels.pool }} nothing ran for {{ $value | humanizePercentage }} of the last minutes, since all waited for memory to come back from swap.",
);

const NEARLY_FULL = alert(
  "EksSwapNearlyFull",
  "warning",
  "10m",
  `${names.USED} / on (node, pool) (${names.TOTAL} > 0) > 0.9`,
  "The swap of node {{ $labels.node }} is nearly full",
  "Swap of node {{ $labels.node }} of pool {{ $labels.pool }} is used to {{ $value | humanizePercentage }}: when it is full, memory limits kill again.",
);

const CONTAINER_AT_CEILING = alert(
  "EksSwapContainerAtCeiling",
  "warning",
  "2m",
  `${names.CONTAINER_CEILING} > 0.95`,
  "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} is about to be killed",
  "Container {{ $labels.container }} of pod {{ $labels.namespace }}/{{ $labels.pod }} on node {{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory limit and swap limit together; at 100% the kernel kills it.",
);

const VOLUME_AT_CEILING = alert(
  "EksSwapVolumeAtCeiling",
  "warning",
  "10m",
  `(
  ${anyOf([
    found("limit", "iops", `${names.IOPS_RATIO} > 0.9`),
    found("limit", "throughput", `${names.THROUGHPUT_RATIO} > 0.9`),
  ])}
)
and on (node) ${names.SWAP_IN} + ${names.SWAP_OUT} > ${NOTICEABLE_BYTES}`,
  "Swap of node {{ $labels.node }} is held back by its volume",
  "Disk {{ $labels.device }} ({{ $labels.backing }}) of node {{ $labels.node }} of pool {{ $labels.pool }} is at {{ $value | humanizePercentage }} of its {{ $labels.limit }} while the node swaps.",
);

/** Ways past the guard of a pool that admission cannot close: docs/guard.md. */
const MUST_NOT_SWAP = alert(
  "EksSwapPodMustNotSwap",
  "warning",
  "5m",
  `${names.CONTAINER_LIMIT} > 0 and on (namespace, pod) kube_pod_annotations{annotation_eks_swap_guard="no-swap"}`,
  "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} must not swap, and may",
  "Pod {{ $labels.namespace }}/{{ $labels.pod }} on node {{ $labels.node }} of pool {{ $labels.pool }} has the annotation eks-swap/guard: no-swap, and its container {{ $labels.container }} may have {{ $value | humanize1024 }}B in swap.",
);

const KUBELET_UNAWARE = alert(
  "EksSwapKubeletUnaware",
  "critical",
  "15m",
  anyOf([
    found("sign", "started before swap", `${names.KUBELET_TOTAL} < on (node, pool) ${names.TOTAL} * 0.99`),
    found(
      "sign",
      "containers without a limit",
      `count by (node, pool) (${names.CONTAINER_PREDICTED} > 0 and on (namespace, pod, container) ${names.CONTAINER_LIMIT} == 0)`,
    ),
  ]),
  "The kubelet of node {{ $labels.node }} gives its pods no swap, or too little",
  "Node {{ $labels.node }} of pool {{ $labels.pool }} has swap, and its kubelet does not give it to pods as LimitedSwap would: {{ $labels.sign }}.",
);

/** Nodes of pools of which a series is not collected. */
function blind(source: string, series: string): string {
  return found("source", source, `${names.POOL_INFO} unless on (node) ${series}`);
}

const METRICS_MISSING = alert(
  "EksSwapMetricsMissing",
  "info",
  "15m",
  anyOf([
    found("source", "kube-state-metrics", "absent(kube_node_info)"),
    blind("kube-state-metrics, label eks-swap/backing", names.BACKING_INFO),
    blind("node-exporter", names.TOTAL),
    blind("node-exporter, pressure", names.STALLED),
    blind("kubelet /metrics/cadvisor", names.KUBELET_TOTAL),
    found(
      "source",
      "kubelet /metrics/cadvisor, swap of containers",
      `max by (node, pool) (${names.CONTAINER_PREDICTED})
      unless on (node) (${names.CONTAINER_USED} and on (namespace, pod, container) ${names.CONTAINER_LIMIT})`,
    ),
  ]),
  "Swap cannot be judged: {{ $labels.source }} is missing",
  "Series of {{ $labels.source }} are not collected{{ with $labels.node }} from node {{ . }}{{ end }}, and alerts that need them cannot fire.",
);

/** Every alert. */
export const ALERTS: readonly AlertRule[] = [
  MISSING,
  DEGRADED,
  SMALLER,
  THRASHING,
  NEARLY_FULL,
  CONTAINER_AT_CEILING,
  VOLUME_AT_CEILING,
  MUST_NOT_SWAP,
  KUBELET_UNAWARE,
  METRICS_MISSING,
];

export const ALERT_GROUP: RuleGroup = { name: "eks-swap.alerts", rules: ALERTS };
