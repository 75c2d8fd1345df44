// Samples recorded from a real node, and the dashboard drawn from them: node --import tsx tests/monitoring/run.ts [--record]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROWS, type Query } from "../../monitoring/panels";
import { drawDashboard, type DrawnPanel } from "./draw";
import { fill, withServer } from "./prometheus";
import { RECORDED_FILE, recordedRange, recordedRules, readRecorded } from "./recorded";
import { recordNode } from "./record/recorder";
import { withoutVariables } from "./variables";

const PICTURE = join(__dirname, "..", "..", "docs", "figures", "dashboard.svg");

const { values } = parseArgs({ options: { record: { type: "boolean", default: false } } });

function asksForAlerts(queries: readonly Query[]): boolean {
  return queries.some(({ expr }) => expr.includes("ALERTS{"));
}

async function main(): Promise<void> {
  if (values.record) writeFileSync(RECORDED_FILE, `${JSON.stringify(await recordNode())}\n`);
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-dashboard-"));
  const recorded = readRecorded();
  const range = recordedRange(recorded);
  await fill(folder, recorded, range, recordedRules);
  const drawn = await withServer(folder, range, async ({ query }) => {
    const panels: DrawnPanel[] = [];
    // Alerts are evaluated by a Prometheus that runs, and this one only holds samples.
    for (const panel of ROWS.flatMap((row) => row.panels).filter(({ queries }) => !asksForAlerts(queries))) {
      const lines = [];
      for (const { expr } of panel.queries) lines.push(await query(withoutVariables(expr)));
      if (lines.some((found) => found.length > 0)) panels.push({ panel, lines });
    }
    return panels;
  });
  const title = `The dashboard's panels over samples of a node with Kubernetes ${recorded.kubernetes}`;
  writeFileSync(PICTURE, drawDashboard(title, drawn));
  rmSync(folder, { recursive: true });
}

void main();
