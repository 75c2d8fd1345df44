// Rules and dashboard as Kubernetes objects. Plain data: `render` writes them without loading a cloud SDK.
import { renderDashboard } from "../monitoring/dashboard";
import { describeRules } from "../monitoring/rules";
import type { SwapPlan } from "../swap/plan";

/** Namespace of both objects where none is named. */
const NAMESPACE = "kube-system";

/** Source: `ruleSelector` of both projects, https://github.com/prometheus-operator/kube-prometheus#quickstart */
const RULE_LABELS = { release: "kube-prometheus-stack", prometheus: "k8s", role: "alert-rules" } as const;

/** Source: https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards */
const DASHBOARD_LABELS = { grafana_dashboard: "1" } as const;

/** Name of both objects. */
const OBJECT_NAME = "eks-swap";

const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" } as const;

/** What the objects are made from. */
export interface MonitoringObjectsArgs {
  /** The plans of all pools. */
  readonly plans: readonly SwapPlan[];
  /** Default: `kube-system`. */
  readonly namespace?: string | undefined;
  /** Labels by which the operator finds rules. Default: those that kube-prometheus-stack and kube-prometheus select. */
  readonly ruleLabels?: Readonly<Record<string, string>> | undefined;
}

/** The PrometheusRule, and the dashboard as a ConfigMap. */
export function describeMonitoring({ plans, namespace = NAMESPACE, ruleLabels = RULE_LABELS }: MonitoringObjectsArgs) {
  return {
    rules: {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: OBJECT_NAME, namespace, labels: ruleLabels },
      spec: describeRules(plans),
    },
    dashboard: {
      ...CONFIG_MAP,
      metadata: { name: OBJECT_NAME, namespace, labels: DASHBOARD_LABELS },
      data: { "eks-swap.json": renderDashboard() },
    },
  };
}
