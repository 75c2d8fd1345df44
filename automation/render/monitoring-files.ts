// Rules and dashboard as files, for a Prometheus and a Grafana that no operator looks after.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderDashboard } from "../../monitoring/dashboard";
import { describeRules } from "../../monitoring/rules";
import type { SwapPlan } from "../../swap/plan";
import { toYaml } from "../../userdata/yaml";

/** Writes `monitoring/rules.yaml` and `monitoring/dashboard.json` to a folder and returns their paths. */
export function writeMonitoring(folder: string, plans: readonly SwapPlan[]): readonly string[] {
  const files = { "rules.yaml": toYaml(describeRules(plans)), "dashboard.json": renderDashboard() };
  mkdirSync(join(folder, "monitoring"), { recursive: true });
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, "monitoring", name);
    writeFileSync(path, content);
    return path;
  });
}
