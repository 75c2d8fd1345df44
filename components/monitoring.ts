// Rules and dashboard in a cluster where the Prometheus operator runs.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SwapPlan } from "../swap/plan";
import { describeMonitoring } from "./monitoring-objects";

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs {
  /** The plans of all pools: the rules compare nodes with them. */
  readonly plans: readonly SwapPlan[];
  /** Provider for the cluster. */
  readonly provider: kubernetes.Provider;
  /**
   * Namespace of both objects.
   *
   * @default "kube-system"
   */
  readonly namespace?: string;
  /**
   * Labels by which the operator finds rules: `ruleSelector` of its Prometheus.
   *
   * @default what kube-prometheus-stack, under that release name, and kube-prometheus select
   * @example { team: "platform" }
   */
  readonly ruleLabels?: Readonly<Record<string, string>>;
}

/**
 * A PrometheusRule with recording rules and alerts, and the dashboard as a ConfigMap for Grafana's sidecar. The kind
 * PrometheusRule must exist: an update fails with the API server's "no matches for kind" where the operator is missing.
 *
 * @example
 * ```ts
 * new Monitoring("monitoring", {
 *   plans: settings.pools.map(({ plan }) => plan),
 *   provider: platform.provider,
 *   namespace: "observability",
 * });
 * ```
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Name of the PrometheusRule and of the ConfigMap. */
  readonly objectName: pulumi.Output<string>;

  /**
   * @param name logical name, prefix of the names of both children.
   * @param args the pools, and where the objects go.
   */
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:monitoring:Monitoring", name, {}, opts);
    const { provider } = args;
    const { rules, dashboard } = describeMonitoring(args);
    const rule = new kubernetes.apiextensions.CustomResource(`${name}-rules`, rules, { parent: this, provider });
    new kubernetes.core.v1.ConfigMap(`${name}-dashboard`, dashboard, { parent: this, provider });
    this.objectName = rule.metadata.name;
    this.registerOutputs({ objectName: this.objectName });
  }
}
