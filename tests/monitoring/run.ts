// Samples recorded from a real node, and the dashboard drawn from them: node --import tsx tests/monitoring/run.ts [--record]
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { askPanels, drawPicture, PICTURE } from "./picture";
import { RECORDED_FILE } from "./recorded";
import { recordNode } from "./record/recorder";

const { values } = parseArgs({ options: { record: { type: "boolean", default: false } } });

async function main(): Promise<void> {
  if (values.record) writeFileSync(RECORDED_FILE, `${JSON.stringify(await recordNode())}\n`);
  writeFileSync(PICTURE, drawPicture(await askPanels()));
}

void main();
