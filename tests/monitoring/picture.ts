// The dashboard's panels over the samples of the real node, as a Prometheus answers their queries.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROWS, type Query } from "../../monitoring/panels";
import { drawDashboard, type DrawnPanel } from "./draw";
import { fill, withServer, type Line } from "./prometheus";
import { recordedRange, recordedRules, readRecorded } from "./recorded";
import { withoutVariables } from "./variables";

/** The picture, which docs/monitoring.md shows. */
export const PICTURE = join(__dirname, "..", "..", "docs", "figures", "dashboard.svg");

/** Alerts are evaluated by a Prometheus that runs, and this one only holds samples. */
function asksForAlerts(queries: readonly Query[]): boolean {
  return queries.some(({ expr }) => expr.includes("ALERTS{"));
}

/** Every panel but that of alerts, with the lines of each of its queries. */
export async function askPanels(): Promise<readonly DrawnPanel[]> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-dashboard-"));
  const recorded = readRecorded();
  const range = recordedRange(recorded);
  try {
    await fill(folder, recorded, range, recordedRules);
    return await withServer(folder, range, async ({ query }) => {
      const panels: DrawnPanel[] = [];
      for (const panel of ROWS.flatMap((row) => row.panels).filter(({ queries }) => !asksForAlerts(queries))) {
        const lines: (readonly Line[])[] = [];
        for (const { expr } of panel.queries) lines.push(await query(withoutVariables(expr)));
        panels.push({ panel, lines });
      }
      return panels;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The SVG document. */
export function drawPicture(panels: readonly DrawnPanel[]): string {
  const { kubernetes } = readRecorded();
  return drawDashboard(`The dashboard's panels over samples of a node with Kubernetes ${kubernetes}`, panels);
}
