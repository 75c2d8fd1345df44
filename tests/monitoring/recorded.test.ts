// What the rules record of nodes, to the byte, and where exporters differ or are wrong.
import assert from "node:assert/strict";
import * as names from "../../monitoring/names";
import { describeRules } from "../../monitoring/rules";
import { limitedSwap } from "../../swap/limited-swap";
import { planPool } from "../../swap/plan";
import { GIB, MIB } from "../../swap/quantity";
import { ebsPool, everythingPool } from "../support/pools";
import { HEALTHY_CONTAINER, HEALTHY_NODE, seriesOf, toInput, type InputSeries, type NodeState } from "./node-series";
import { testRules } from "./promtool";

const rules = describeRules([ebsPool(), everythingPool()].map((pool) => planPool(pool, "amd64")));
const { node, pool } = HEALTHY_NODE;
const OF_CONTAINER = { namespace: "batch", pod: "job-1", container: "app", node, pool };
const NO_CADVISOR = ["container_memory_swap", "container_spec_memory_swap_limit_bytes"];

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function labelText(labels: Sample["labels"]): string {
  return `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(", ")}}`;
}

/** Asserts all samples of a recorded series after 40 minutes. */
function assertRecorded(name: string, series: readonly InputSeries[], samples: readonly Sample[]): void {
  const exp_samples = samples.map(({ labels, value }) => ({ labels: `${name}${labelText(labels)}`, value }));
  const { passed, output } = testRules(rules, [
    {
      interval: "1m",
      input_series: series.map(toInput),
      promql_expr_test: [{ expr: name, eval_time: "40m", exp_samples }],
    },
  ]);
  assert.ok(passed, output);
}

function withContainer(
  changes: Partial<typeof HEALTHY_CONTAINER>,
  more: Partial<NodeState> = {},
): readonly InputSeries[] {
  return seriesOf({ ...HEALTHY_NODE, containers: [{ ...HEALTHY_CONTAINER, ...changes }], ...more });
}

describe("recorded series", () => {
  it("predict the limit that the kubelet's rule gives", () => {
    for (const requestBytes of [128 * MIB, GIB, 8 * GIB]) {
      const { memoryBytes: memTotalBytes, swapTotalBytes } = HEALTHY_NODE;
      const { swapLimitBytes } = limitedSwap(
        { memTotalBytes, swapTotalBytes, swapBehavior: "LimitedSwap" },
        { qosClass: "Burstable", isStatic: false, priority: 0 },
        { requestBytes, limitBytes: 2 * requestBytes },
      );
      const series = withContainer({ requestBytes, limitBytes: 2 * requestBytes });
      assertRecorded(names.CONTAINER_PREDICTED, series, [{ labels: OF_CONTAINER, value: swapLimitBytes }]);
    }
  });

  it("predict nothing for a request that is the limit, one above the node, a critical pod and one that has ended", () => {
    assertRecorded(names.CONTAINER_PREDICTED, withContainer({ requestBytes: HEALTHY_CONTAINER.limitBytes }), []);
    assertRecorded(names.CONTAINER_PREDICTED, withContainer({ requestBytes: 40 * GIB, limitBytes: 50 * GIB }), []);
    assertRecorded(names.CONTAINER_PREDICTED, withContainer({ priorityClass: "system-cluster-critical" }), []);
    assertRecorded(names.CONTAINER_PREDICTED, withContainer({ state: "ended" }), []);
  });

  it("take swap below 0, which exporters write as nearly 2^64, for 0", () => {
    const series = withContainer({ swapUsedBytes: 2 ** 64 - 4096 });
    assertRecorded(names.CONTAINER_USED, series, [{ labels: OF_CONTAINER, value: 0 }]);
  });

  it("take cAdvisor's swap of containers whatever the kubelet's own series say", () => {
    const series = withContainer({ swapUsedBytes: 5 * MIB }).map((one) =>
      one.series.startsWith("container_swap_usage_bytes") ? { ...one, first: 0 } : one,
    );
    assertRecorded(names.CONTAINER_USED, series, [{ labels: OF_CONTAINER, value: 5 * MIB }]);
  });

  it("take the kubelet's own swap of containers from 1.36 on only, where cAdvisor's is dropped", () => {
    for (const [kubeletVersion, isRight] of [
      ["v1.33.12-eks-0123456", false],
      ["v1.34.4-eks-0123456", false],
      ["v1.35.4-eks-0123456", false],
      ["v1.36.0-eks-0123456", true],
      ["v1.40.1-eks-0123456", true],
    ] as const) {
      const series = withContainer({}, { kubeletVersion, without: NO_CADVISOR });
      const limit = HEALTHY_CONTAINER.swapLimitBytes;
      assertRecorded(names.CONTAINER_LIMIT, series, isRight ? [{ labels: OF_CONTAINER, value: limit }] : []);
      const used = HEALTHY_CONTAINER.swapUsedBytes;
      assertRecorded(names.CONTAINER_USED, series, isRight ? [{ labels: OF_CONTAINER, value: used }] : []);
    }
  });

  it("know a node by its address, with a port or without, or by its name", () => {
    const { memoryBytes: value } = HEALTHY_NODE;
    for (const instance of ["10.42.0.7:9100", "10.42.0.7", node, `${node}:9100`]) {
      const series = seriesOf(HEALTHY_NODE).map((one) => ({
        ...one,
        series: one.series.replace('instance="10.42.0.7:9100"', `instance="${instance}"`),
      }));
      assertRecorded(names.MEMORY, series, [{ labels: { node, pool }, value }]);
    }
    const ipv6 = seriesOf({ ...HEALTHY_NODE, address: "2600:1f14::7" }).map((one) => ({
      ...one,
      series: one.series.replace('instance="2600:1f14::7:9100"', 'instance="[2600:1f14::7]:9100"'),
    }));
    assertRecorded(names.MEMORY, ipv6, [{ labels: { node, pool }, value }]);
  });

  it("give an address that two nodes have had to the younger one, and go on", () => {
    const old = { ...HEALTHY_NODE, node: "ip-10-42-0-7.old", containers: [] };
    const leftOver = seriesOf(old).flatMap((one) => {
      if (!one.series.startsWith("kube_node_")) return [];
      return [one.series.startsWith("kube_node_created") ? { ...one, first: 1_600_000_000 } : one];
    });
    const { memoryBytes: value } = HEALTHY_NODE;
    assertRecorded(names.MEMORY, [...seriesOf(HEALTHY_NODE), ...leftOver], [{ labels: { node, pool }, value }]);
  });

  it("compute what a node was to have, fixed and in percent", () => {
    const percent = { ...HEALTHY_NODE, pool: "everything", backing: "ebs-volume", memoryBytes: 64 * GIB };
    const large = { ...percent, memoryBytes: 256 * GIB };
    for (const [state, value] of [
      [HEALTHY_NODE, 30 * GIB - 4096],
      [percent, 32 * GIB],
      [large, 64 * GIB - 4096],
    ] as const) {
      assertRecorded(names.PLANNED_TOTAL, seriesOf(state), [{ labels: { node, pool: state.pool }, value }]);
    }
  });
});
