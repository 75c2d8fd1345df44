// What a rule file of Prometheus is made of. Format: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/

/** A series that Prometheus computes and keeps. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A condition that somebody should know of. */
export interface AlertRule {
  /** Also the name of its page, docs/runbooks/NAME.md. */
  readonly alert: string;
  readonly expr: string;
  /** How long the condition must hold, such as `10m`. */
  readonly for: string;
  readonly labels: { readonly severity: "critical" | "warning" | "info" };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
}

/** Rules that are evaluated together, one after the other. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** A rule file, and the `spec` of a PrometheusRule. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}
