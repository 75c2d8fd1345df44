// Monitoring: one PrometheusRule and one ConfigMap, with what files would hold.
import assert from "node:assert/strict";
import { Monitoring, type MonitoringArgs } from "../../components/monitoring";
import { renderDashboard } from "../../monitoring/dashboard";
import { describeRules } from "../../monitoring/rules";
import { planPool } from "../../swap/plan";
import { ebsPool, instanceStorePool } from "../support/pools";
import { record } from "../support/recorder";
import type { Recording } from "../support/recording";
import { createPlatform } from "./platform";

const plans = [ebsPool(), instanceStorePool()].map((pool) => planPool(pool, "amd64"));

async function recordMonitoring(changes: Partial<MonitoringArgs> = {}): Promise<Recording> {
  return record(() => {
    const { cluster } = createPlatform();
    new Monitoring("monitoring", { plans, provider: cluster.provider, ...changes });
  });
}

describe("monitoring", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordMonitoring();
  });

  it("is one PrometheusRule and one ConfigMap of the cluster's provider", () => {
    const { urn } = recording.get("monitoring");
    const children = recording.resources.filter(({ parent }) => parent === urn);
    assert.deepEqual(children.map(({ name }) => name).toSorted(), ["monitoring-dashboard", "monitoring-rules"]);
    assert.deepEqual(
      children.map(({ provider }) => provider),
      Array(2).fill(recording.get("cluster-kubernetes").urn),
    );
  });

  it("has this PrometheusRule", () => {
    const spec: unknown = JSON.parse(JSON.stringify(describeRules(plans)));
    assert.deepEqual(recording.get("monitoring-rules").inputs, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: {
        name: "eks-swap",
        namespace: "kube-system",
        labels: { release: "kube-prometheus-stack", prometheus: "k8s", role: "alert-rules" },
      },
      spec,
    });
  });

  it("has this ConfigMap", () => {
    assert.deepEqual(recording.get("monitoring-dashboard").inputs, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "eks-swap", namespace: "kube-system", labels: { grafana_dashboard: "1" } },
      data: { "eks-swap.json": renderDashboard() },
    });
  });

  it("waits for the cluster and not for Karpenter", () => {
    recording.assertFollows("monitoring-rules", ["cluster-kubernetes"]);
    recording.assertIndependent("monitoring-rules", "karpenter-controller");
  });

  it("goes to another namespace, with labels that another Prometheus selects", async () => {
    const other = await recordMonitoring({ namespace: "observability", ruleLabels: { team: "platform" } });
    assert.deepEqual(other.get("monitoring-rules").inputs["metadata"], {
      name: "eks-swap",
      namespace: "observability",
      labels: { team: "platform" },
    });
  });
});
