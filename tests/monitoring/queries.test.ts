// Every query of the dashboard and of the alerts, evaluated by a Prometheus that holds an hour of samples of four nodes.
// The samples are written after the exporters' sources, in node-series.ts; they are not recorded from a node.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALERTS } from "../../monitoring/alerts";
import * as names from "../../monitoring/names";
import { ROWS, VARIABLES } from "../../monitoring/panels";
import { describeRules } from "../../monitoring/rules";
import { planPool } from "../../swap/plan";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";
import { NO_SWAP, nodeWith, volumeNode } from "./alert-case";
import { HEALTHY_CONTAINER, HEALTHY_NODE, overAnHour, seriesOf, type InputSeries } from "./node-series";
import { fill, withServer, type Line } from "./prometheus";
import { withoutVariables } from "./variables";

const rules = describeRules([ebsPool(), instanceStorePool(), everythingPool()].map((pool) => planPool(pool, "amd64")));

const NODES = [
  HEALTHY_NODE,
  volumeNode,
  nodeWith({
    node: "ip-10-42-0-9.eu-central-1.compute.internal",
    address: "10.42.0.9",
    pool: "instance-store",
    stalled: 0.3,
    pagesIn: 3000,
    containers: [{ ...HEALTHY_CONTAINER, pod: "job-3" }],
  }),
  nodeWith({ ...NO_SWAP, node: "ip-10-42-0-10.eu-central-1.compute.internal", address: "10.42.0.10" }),
];

/** What Prometheus writes of alerts that fire. */
const FIRING: InputSeries = { series: 'ALERTS{alertname="EksSwapThrashing",alertstate="firing"}', first: 1, step: 0 };

const HOUR = { end: 3600, step: 60 };

function finite(lines: readonly Line[]): number {
  return lines.flatMap(({ values }) => values).filter(([, value]) => Number.isFinite(Number(value))).length;
}

describe("queries", () => {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-prometheus-"));
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    // container_memory_swap of two containers has the same labels but for the pod: each pod has a name of its own.
    const samples = NODES.flatMap((node, index) =>
      seriesOf({ ...node, containers: node.containers.map((one) => ({ ...one, pod: `job-${index}` })) }),
    );
    await fill(folder, overAnHour([...samples, FIRING]), HOUR, rules);
  });

  it("of recorded series give something for each of them", async () => {
    await withServer(folder, HOUR, async ({ query }) => {
      for (const name of new Set(Object.values(names))) {
        assert.ok(finite(await query(name)) > 0, `nothing is recorded of ${name}`);
      }
    });
  });

  it("of panels give finite numbers", async () => {
    await withServer(folder, HOUR, async ({ query }) => {
      for (const { title, queries } of ROWS.flatMap(({ panels }) => panels)) {
        for (const { expr, legend } of queries) {
          const lines = await query(withoutVariables(expr));
          const all = lines.reduce((sum, { values }) => sum + values.length, 0);
          assert.ok(all > 0, `${title}, ${legend}: no data from ${expr}`);
          assert.equal(finite(lines), all, `${title}, ${legend}: not a number`);
          for (const [, label = ""] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
            assert.ok(
              lines.every(({ metric }) => label in metric),
              `${title}: no label ${label} for the legend`,
            );
          }
        }
      }
    });
  });

  it("of variables give values", async () => {
    await withServer(folder, HOUR, async ({ query }) => {
      for (const { series, label } of Object.values(VARIABLES)) {
        const lines = await query(withoutVariables(series));
        assert.ok(lines.length > 0 && lines.every(({ metric }) => label in metric), series);
      }
    });
  });

  it("of alerts find the two nodes on which something is wrong, and nothing else", async () => {
    await withServer(folder, HOUR, async ({ query }) => {
      const found: Record<string, readonly (string | undefined)[]> = {};
      for (const { alert, expr } of ALERTS) {
        const lines = await query(expr);
        // The first minutes have no rate yet.
        const late = lines.filter(({ values }) => values.length > 50);
        if (late.length > 0) found[alert] = late.map(({ metric }) => metric["node"]?.replace(/\..*/, ""));
      }
      assert.deepEqual(found, {
        EksSwapMissing: ["ip-10-42-0-10"],
        EksSwapBackingDegraded: ["ip-10-42-0-9"],
        EksSwapThrashing: ["ip-10-42-0-9"],
      });
    });
  });
});
