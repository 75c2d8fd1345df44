// What the dashboard shows: rows of panels, each with its queries, as plain data that a test can evaluate.
import * as names from "./names";
import { inPool } from "./promql";

/** A line of a panel. */
export interface Query {
  readonly expr: string;
  /** What the legend says, with labels in double braces. */
  readonly legend: string;
}

/** A panel. Units are Grafana's: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
export interface Panel {
  readonly title: string;
  /** What to read from it. */
  readonly description: string;
  readonly unit: "short" | "bytes" | "binBps" | "percentunit";
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Variables of the dashboard, each a list of the values of a label. */
export const VARIABLES = {
  pool: { series: names.POOL_INFO, label: "pool" },
  node: { series: `${names.POOL_INFO}{pool=~"$pool"}`, label: "node" },
  pod: { series: `${names.CONTAINER_PREDICTED}{node=~"$node"}`, label: "pod" },
} as const;

const POOL = '{pool=~"$pool"}';
const NODE = '{pool=~"$pool", node=~"$node"}';
const POD = '{pool=~"$pool", node=~"$node", pod=~"$pod"}';
const CONTAINER = "{{namespace}}/{{pod}} {{container}}";

function top(expr: string): string {
  return `topk(10, ${expr})`;
}

const POOLS: Row = {
  title: "Pools",
  panels: [
    {
      title: "Alerts that fire",
      description: "Each alert has a page in docs/runbooks.",
      unit: "short",
      queries: [
        { expr: 'count by (alertname) (ALERTS{alertname=~"EksSwap.*", alertstate="firing"})', legend: "{{alertname}}" },
        { expr: 'count(ALERTS{alertname=~"EksSwap.*", alertstate="firing"}) or vector(0)', legend: "all" },
      ],
    },
    {
      title: "Nodes by backing",
      description:
        "Where the nodes' swap lives, as they found it at their first boot. More than one backing in a pool: an earlier backing failed.",
      unit: "short",
      queries: [
        { expr: `count by (pool, backing) (${names.BACKING_INFO}${POOL})`, legend: "{{pool}}: {{backing}}" },
        { expr: `count by (pool) (${names.TOTAL}${POOL} == 0)`, legend: "{{pool}}: without swap" },
      ],
    },
    {
      title: "Swap of pools",
      description: "What all nodes have, what is used of it, and what their containers could use at most.",
      unit: "bytes",
      queries: [
        { expr: `sum by (pool) (${names.TOTAL}${POOL})`, legend: "{{pool}}: there" },
        { expr: `sum by (pool) (${names.USED}${POOL})`, legend: "{{pool}}: used" },
        { expr: `sum by (pool) (${names.CONTAINER_LIMIT}${POOL})`, legend: "{{pool}}: limits of containers" },
      ],
    },
  ],
};

const NODES: Row = {
  title: "Nodes",
  panels: [
    {
      title: "Swap in use",
      description: "Share of the node's swap.",
      unit: "percentunit",
      queries: [{ expr: `${names.USED}${NODE} / on (node, pool) (${names.TOTAL}${NODE} > 0)`, legend: "{{node}}" }],
    },
    {
      title: "Pages read back and written out",
      description: "Reading back costs time: what is written out once and stays there is what swap is for.",
      unit: "binBps",
      queries: [
        { expr: `${names.SWAP_IN}${NODE}`, legend: "{{node}} in" },
        { expr: `${names.SWAP_OUT}${NODE}`, legend: "{{node}} out" },
      ],
    },
    {
      title: "Memory pressure",
      description: "Share of the time in which something (some) or everything (full) waited for memory.",
      unit: "percentunit",
      queries: [
        { expr: `${names.WAITING}${NODE}`, legend: "{{node}} some" },
        { expr: `${names.STALLED}${NODE}`, legend: "{{node}} full" },
      ],
    },
    {
      title: "I/O pressure",
      description: "Share of the time in which everything waited for the disks.",
      unit: "percentunit",
      queries: [{ expr: `${names.IO_STALLED}${NODE}`, legend: "{{node}}" }],
    },
    {
      title: "RAM available",
      description: "The kubelet evicts when little is left, and does not see swap.",
      unit: "bytes",
      queries: [{ expr: `${names.AVAILABLE}${NODE}`, legend: "{{node}}" }],
    },
    {
      title: "Volume of the swap",
      description: "Share of the operations and bytes a second that the volume has.",
      unit: "percentunit",
      queries: [
        { expr: `${names.IOPS_RATIO}${NODE}`, legend: "{{node}} {{device}} operations" },
        { expr: `${names.THROUGHPUT_RATIO}${NODE}`, legend: "{{node}} {{device}} bytes" },
      ],
    },
    {
      title: "Size of the swap",
      description: "As planned, as the kubelet found it when it started, and now. They are one line where all is well.",
      unit: "bytes",
      queries: [
        { expr: `${names.PLANNED_TOTAL}${NODE}`, legend: "{{node}} planned" },
        { expr: `${names.KUBELET_TOTAL}${NODE}`, legend: "{{node}} kubelet" },
        { expr: `${names.TOTAL}${NODE}`, legend: "{{node}} now" },
      ],
    },
  ],
};

const CONTAINERS: Row = {
  title: "Containers",
  panels: [
    {
      title: "Predicted limit and usage",
      description:
        "What the kubelet's rule gives a container of this request, what the container has, and what it uses.",
      unit: "bytes",
      queries: [
        { expr: top(`${names.CONTAINER_PREDICTED}${POD}`), legend: `${CONTAINER} predicted` },
        { expr: top(`${names.CONTAINER_LIMIT}${POD}`), legend: `${CONTAINER} limit` },
        { expr: top(`${names.CONTAINER_USED}${POD}`), legend: `${CONTAINER} used` },
      ],
    },
    {
      title: "Way to the ceiling",
      description: "RAM and swap in use, as a share of both limits together. At 100 % the kernel kills the container.",
      unit: "percentunit",
      queries: [{ expr: top(`${names.CONTAINER_CEILING}${POD}`), legend: CONTAINER }],
    },
    {
      title: "Memory pressure of containers",
      description: "Share of the time in which something in the container waited for memory; from Kubernetes 1.34 on.",
      unit: "percentunit",
      queries: [
        {
          expr: top(
            `(${inPool('max by (namespace, pod, container) (rate(container_pressure_memory_waiting_seconds_total{container!="", pod=~"$pod"}[5m]))')})\nand on (node) ${names.POOL_INFO}${NODE}`,
          ),
          legend: CONTAINER,
        },
      ],
    },
  ],
};

export const ROWS: readonly Row[] = [POOLS, NODES, CONTAINERS];
