// npm run test:chain: from `up` to a finished job, every part real.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { say } from "../boot/table";
import { missingEquipment } from "../kube/equipment";
import { prepareEquipment } from "../kube/prepare";
import { NEWEST_KUBERNETES } from "../kube/versions";
import { provideMoto } from "../support/moto";
import { Chain } from "./chain";
import { ClusterView } from "./cluster-view";
import { writeChainResults } from "./figures";
import { provideController } from "./karpenter-program";
import { chooseStories } from "./stories";
import { tell, type Story, type StoryRow } from "./story";

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    report: { type: "string" },
    figures: { type: "string", multiple: true },
    keep: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.figures !== undefined) {
    await writeChainResults(values.figures);
    return;
  }
  const chosen = chooseStories({ all: values.all, only: values.only });
  if (values.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return;
  }
  const missing = missingEquipment(true);
  if (missing.length > 0) throw new Error(`this suite cannot run here:\n${missing.join("\n")}`);
  prepareEquipment(new Set(["machine", "helm"]), NEWEST_KUBERNETES, say);
  provideController(say);
  provideMoto(say);
  await findPulumiCli(say, new AbortController().signal);
  if (!values.prepare) await suite(chosen);
}

async function suite(chosen: readonly Story[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-chain-"));
  const rows: StoryRow[] = [];
  const chain = await Chain.start(folder, NEWEST_KUBERNETES, say);
  say(`the cluster's kubeconfig is ${chain.server.kubeconfigFile}`);
  try {
    const cluster = new ClusterView(chain);
    for (const story of [UP_STORY, ...chosen]) {
      say(`story ${story.name}`);
      const row = await tell(story, { chain, cluster });
      rows.push(row);
      for (const line of row.evidence) say(`  ${line}`);
      say(`${row.result}: ${row.scenario}${row.message === null ? "" : `\n${row.message}`}`);
      if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
      if (story === UP_STORY && row.result === "failed") break;
    }
    for (const fault of chain.dataPlane.instances.emulatorFaults) say(`a machine began anew: ${fault}`);
  } finally {
    await chain.stop();
  }
  process.stdout.write(`${table(rows)}\n`);
  const failed = rows.filter(({ result }) => result === "failed").length;
  say(`${rows.length - failed} of ${rows.length} stories passed`);
  if (failed > 0 || values.keep) say(`logs are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = failed > 0 || rows.length <= chosen.length ? 1 : 0;
}

/** What every other story begins with. */
const UP_STORY: Story = {
  name: "up: the stack, until Karpenter calls its pools ready",
  run: async ({ chain, see }) => {
    const up = await chain.run(["up"]);
    if (up.code !== 0) throw new Error(up.stderr);
    see(up.stderr.trim().split("\n").at(-1) ?? "");
  },
};

function table(rows: readonly StoryRow[]): string {
  const plain = process.stdout.isTTY ? {} : { style: { head: [], border: [] } };
  const result = new Table({
    head: ["story", "seconds", "seen", "result"],
    colWidths: [40, 9, 84, 8],
    wordWrap: true,
    wrapOnWordBoundary: false,
    ...plain,
  });
  for (const row of rows) result.push([row.scenario, row.seconds, row.evidence.join("\n"), row.result]);
  return result.toString();
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
