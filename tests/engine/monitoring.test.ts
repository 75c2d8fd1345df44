// Monitoring on the real engine: its objects go to a cluster where the Prometheus operator runs, and to no other.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { readStackFile } from "../../automation/base/stack-file";
import { valueAt } from "../../config/value-at";
import { installPrometheusOperator } from "../../sandbox/kubernetes/monitoring";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import { Store } from "../../sandbox/provider/store";
import { EngineStack } from "./stack";

const dev = readStackFile(resolve(__dirname, "..", ".."), "dev");
const MONITORED = { ...dev, "eks-swap:monitoring": "prometheus-operator" };

describe("monitoring on the real engine", () => {
  const stack = new EngineStack("monitored");
  after(() => {
    stack.remove();
  });

  it("fails where the operator is missing, comes up once it is there, and goes when it is switched off", async () => {
    await stack.up(dev);
    await assert.rejects(stack.up(MONITORED), /no matches for kind "PrometheusRule"/);
    installPrometheusOperator(new Store(stack.folder), String(valueAt(dev["eks-swap:cluster"], ["name"])));
    const { steps } = await stack.up(MONITORED);
    assert.ok(steps.some(({ op, name }) => op === "create" && name === "monitoring-rules"));
    const cloud = new Store(stack.folder);
    const [rule] = cloud.list(KUBERNETES_TYPES.prometheusRule);
    assert.deepEqual(valueAt(rule?.outputs, ["spec", "groups", 0, "name"]), "eks-swap.pools");
    assert.equal(cloud.list(KUBERNETES_TYPES.configMap).length, 1);
    assert.deepEqual((await stack.up(MONITORED)).steps, []);
    const off = await stack.up(dev);
    assert.deepEqual(off.steps.map(({ op, name }) => `${op} ${name}`).toSorted(), [
      "delete monitoring",
      "delete monitoring-dashboard",
      "delete monitoring-rules",
    ]);
  });
});
