// The rules over samples that were recorded from a real node: kubelet, node-exporter and kube-state-metrics as they are.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALERTS } from "../../monitoring/alerts";
import * as names from "../../monitoring/names";
import { SOURCES } from "../../monitoring/series";
import { PAGE_BYTES } from "../../swap/quantity";
import { fill, withServer, type Line } from "./prometheus";
import { readRecorded, recordedRange, recordedRules } from "./recorded";

function numbers(lines: readonly Line[]): readonly number[] {
  return lines.flatMap(({ values }) => values.map(([, value]) => Number(value)));
}

/** The last value of each pod. */
function lastByPod(lines: readonly Line[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    lines.map(({ metric, values }) => [metric["pod"] ?? "", Number(values.at(-1)?.[1])] as const).toSorted(),
  );
}

describe("samples of a real node", () => {
  const recorded = readRecorded();
  const range = recordedRange(recorded);
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-prometheus-"));
  after(() => rmSync(folder, { recursive: true }));
  before(async () => {
    await fill(folder, recorded, range, recordedRules);
  });

  async function ask(...expressions: readonly string[]): Promise<readonly (readonly Line[])[]> {
    return withServer(folder, range, async ({ query }) => {
      const answers = [];
      for (const expr of expressions) answers.push(await query(expr));
      return answers;
    });
  }

  it("have every series that is read, under the name by which it is read", () => {
    const seen = new Set(Object.keys(recorded.series).map((key) => key.split("{")[0]));
    assert.deepEqual(
      Object.keys(SOURCES).filter((name) => !seen.has(name)),
      // No pod was annotated then.
      ["kube_pod_annotations"],
    );
  });

  it("have the limits that the rule predicts, to the page", async () => {
    const [predicted = [], limits = []] = await ask(names.CONTAINER_PREDICTED, names.CONTAINER_LIMIT);
    const expected = Object.entries(lastByPod(predicted));
    assert.deepEqual(
      expected.map(([pod]) => pod),
      ["peak", "steady"],
    );
    for (const [pod, bytes] of expected) {
      assert.equal(lastByPod(limits)[pod], bytes - (bytes % PAGE_BYTES), pod);
    }
    assert.equal(lastByPod(limits)["guaranteed"], 0);
  });

  it("show the swap of both containers that have some, the same by cAdvisor and by a kubelet of 1.36", async () => {
    const [used = [], kubelet = []] = await ask(names.CONTAINER_USED, "container_swap_usage_bytes");
    for (const pod of ["peak", "steady"]) {
      const of = (lines: readonly Line[]) => numbers(lines.filter(({ metric }) => metric["pod"] === pod));
      assert.ok(Math.max(...of(used)) > 10 * 2 ** 20, `${pod} has been in swap`);
      assert.deepEqual(Math.max(...of(kubelet)) > 10 * 2 ** 20, true, `${pod} has been in swap, says the kubelet`);
    }
    assert.deepEqual(Math.max(...numbers(used.filter(({ metric }) => metric["pod"] === "guaranteed"))), 0);
  });

  it("show a container on the way to its ceiling, and pages that move", async () => {
    const [ceiling = [], out = []] = await ask(names.CONTAINER_CEILING, names.SWAP_OUT);
    const most = Math.max(...numbers(ceiling));
    assert.ok(most > 0.9 && most < 1.01, `the ceiling is reached to ${most}`);
    assert.ok(Math.max(...numbers(out)) > 0);
  });

  it("show one size of swap: planned, as the kubelet found it, and now", async () => {
    const sizes = await ask(names.PLANNED_TOTAL, names.KUBELET_TOTAL, names.TOTAL);
    assert.deepEqual(
      sizes.map((lines) => [...new Set(numbers(lines))]),
      [[4294963200], [4294963200], [4294963200]],
    );
  });

  it("raise no alert but that of the container at its ceiling", async () => {
    const found: string[] = [];
    for (const { alert, expr } of ALERTS) {
      const [lines = []] = await ask(expr);
      if (lines.some(({ values }) => values.length > 3)) found.push(alert);
    }
    assert.deepEqual(found, ["EksSwapContainerAtCeiling"]);
  });
});
