// npm run test:providers: the program on the real engine and the real providers. `--only TEXT`, which can be repeated,
// `--record` to keep plans rather than compare them, `--report FILE`, `--keep`, `--list`, and `--prepare`, which only builds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { say } from "../boot/table";
import { provideController } from "../chain/karpenter-program";
import { missingEquipment } from "../kube/equipment";
import { provideEtcd, provideKubernetes } from "../kube/programs";
import { NEWEST_KUBERNETES } from "../kube/versions";
import { provideMoto } from "../support/moto";
import { choose } from "../support/scenario-choice";
import { COMMANDS_SCENARIO } from "./commands";
import { keyChanges } from "./key-changes";
import { provideAws, provideKubernetesProvider } from "./programs";
import { runScenario, type Scenario, type StepRow } from "./scenario";
import { DEV_SCENARIO, INSTALL_SCENARIO, PROD_SCENARIO } from "./stacks";
import { startWorld } from "./world";

const SCENARIOS = [DEV_SCENARIO, PROD_SCENARIO, INSTALL_SCENARIO, COMMANDS_SCENARIO];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    report: { type: "string" },
    record: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const chosen = choose(SCENARIOS, __dirname, { only: values.only });
  if (values.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return;
  }
  const missing = missingEquipment(false);
  if (missing.length > 0) throw new Error(`this suite cannot run here:\n${missing.join("\n")}`);
  // A key that was forgotten is told before anything is built.
  keyChanges();
  prepare();
  if (!values.prepare) await suite(chosen);
}

/** Builds what the cache lacks, one program after the other. */
function prepare(): void {
  provideAws(say);
  provideKubernetesProvider(say);
  provideEtcd(say);
  for (const program of ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const) {
    provideKubernetes(program, NEWEST_KUBERNETES, say);
  }
  provideController(say);
  provideMoto(say);
}

async function suite(chosen: readonly Scenario[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-providers-"));
  const rows: StepRow[] = [];
  const fronts: Record<string, unknown> = {};
  for (const [index, scenario] of chosen.entries()) {
    // One cloud and one cluster each: what a failed scenario leaves is nobody's.
    const own = join(folder, String(index + 1));
    const world = await startWorld(own, say);
    try {
      rows.push(...(await runScenario(scenario, { world, folder: own, record: values.record }, say)));
    } finally {
      await world.stop();
    }
    fronts[scenario.name] = world.report();
    const report = { steps: rows, fronts };
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(report, null, 2)}\n`);
  }
  finish(rows, fronts, folder);
}

function finish(rows: readonly StepRow[], fronts: Readonly<Record<string, unknown>>, folder: string): void {
  process.stdout.write(`${table(rows)}\n${JSON.stringify(fronts, null, 2)}\n`);
  const failed = rows.filter(({ result }) => result === "failed").length;
  say(`${rows.length - failed} of ${rows.length} steps passed`);
  if (failed > 0 || values.keep) say(`logs are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = failed > 0 ? 1 : 0;
}

function table(rows: readonly StepRow[]): string {
  const plain = process.stdout.isTTY ? {} : { style: { head: [], border: [] } };
  const result = new Table({ head: ["step", "seen", "seconds", "result"], ...plain });
  for (const row of rows) result.push([row.step, row.remark ?? "", String(row.seconds), row.result]);
  return result.toString();
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
