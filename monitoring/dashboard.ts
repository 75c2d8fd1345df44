// The Grafana dashboard, with variables for pool, node and pod; scripts/dashboard.ts builds it from panels.ts.
import dashboard from "./dashboard.json";

/** The same bytes each time, as files and resources carry it. */
export function renderDashboard(): string {
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
