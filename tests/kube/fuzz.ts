// What becomes of any config: refused in words, or taken by Karpenter's bootstrapper within EC2's limit, by the API server
// with the kinds of the configured Karpenter, and by its controller. Of each older minor: what it refuses, we refuse.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import type { RenderedPool } from "../../automation/render/render";
import { keysAt, valueAt } from "../../config/value-at";
import { EC2_USER_DATA_LIMIT, mergeByKarpenter } from "../boot/karpenter";
import { say } from "../boot/table";
import { withChanges } from "../config/configs";
import { judge, take } from "../config/fuzz";
import { hostileConfigs } from "../config/hostile-configs";
import { configKeys } from "../config/config-table";
import type { ApiClient } from "./api-client";
import { validateByKarpenter } from "./karpenter-kinds";
import { installMinor, MINORS, minorOf } from "./karpenter-minors";
import type { Manifest } from "./manifests";
import { onControlPlane, type Scenario } from "./scenario";

type Config = Readonly<Record<string, unknown>>;

/** Requests to the API server at a time. */
const AT_A_TIME = 8;

const NEWEST_KARPENTER = "1.15.1";

const manifestSchema = z.record(z.string(), z.unknown());

/** The scenario of CI, and the one that is run manually. */
export const FUZZ_SCENARIOS: readonly Scenario[] = [scenario("some", 700), scenario("20,000", 20_000)];

function scenario(name: string, runs: number): Scenario {
  return onControlPlane(
    `fuzz: ${name} hostile configs, on the kinds of each minor of Karpenter`,
    { karpenterCrds: false },
    (client) => check(client, runs),
  );
}

async function check(client: ApiClient, runs: number): Promise<string> {
  const found = generate(runs);
  const notes: string[] = [];
  for (const minor of MINORS) {
    await installMinor(client, minor);
    const manifests = [...(found.manifests.get(minor) ?? [])].map((text) => manifestSchema.parse(JSON.parse(text)));
    await checkTaken(client, manifests, minor);
    const older = [...(found.older.get(minor) ?? [])].map((text) => manifestSchema.parse(JSON.parse(text)));
    notes.push(`${minor}: ${manifests.length} taken${await countRefused(client, older)}`);
  }
  return (
    `${runs} configs, ${found.accepted} accepted, at most ${found.mostBytes} of ${EC2_USER_DATA_LIMIT} bytes when merged; objects ` +
    notes.join(", ")
  );
}

/** All that is drawn, with what can be said without a server; as texts, of which each is kept once. */
function generate(runs: number) {
  const manifests = new Map<string, Set<string>>();
  const older = new Map<string, Set<string>>();
  const missing = new Set(configKeys().map(({ path }) => path));
  let accepted = 0;
  let mostBytes = 0;
  const property = fc.property(hostileConfigs, (config) => {
    const { pools, problems } = judge(config);
    if (problems.some((problem) => problem.includes("[older-karpenter]"))) {
      add(older, versionOf(config), onNewest(config));
    }
    if (pools.length === 0) return;
    accepted += 1;
    for (const key of missing) if (hasKey(config, key.split("."))) missing.delete(key);
    add(manifests, versionOf(config), pools);
    for (const pool of pools) mostBytes = Math.max(mostBytes, mergedBytes(pool));
  });
  fc.assert(property, { numRuns: runs });
  assert.ok(accepted > runs / 5, `only ${accepted} of ${runs} were accepted`);
  assert.deepEqual([...missing], [], "keys that no accepted config has");
  return { manifests, older, accepted, mostBytes };
}

function versionOf(config: Config): string {
  const version = valueAt(config, ["karpenter", "version"]);
  return typeof version === "string" ? version : NEWEST_KARPENTER;
}

/** The pools of a config that an older Karpenter is refused for, as they would be without that refusal. */
function onNewest(config: Config): readonly RenderedPool[] {
  return take(withChanges(config, { "karpenter.version": NEWEST_KARPENTER })).pools;
}

function add(kept: Map<string, Set<string>>, version: string, pools: readonly RenderedPool[]): void {
  const minor = minorOf(version);
  const texts = kept.get(minor) ?? new Set();
  for (const { nodeClass, nodePool } of pools) {
    texts.add(JSON.stringify(nodeClass));
    texts.add(JSON.stringify(nodePool));
  }
  kept.set(minor, texts);
}

function hasKey(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  const names = key === "NAME" ? keysAt(value, []) : [key];
  return names.some((name) => valueAt(value, [name]) !== undefined && hasKey(valueAt(value, [name]), rest));
}

/** What EC2 gets: Karpenter's own code, with a cluster of the longest name. */
function mergedBytes({ plan, nodeClass, files }: RenderedPool): number {
  const own = { "karpenter.sh/nodepool": plan.pool, "karpenter.k8s.aws/ec2nodeclass": plan.pool };
  const merged = mergeByKarpenter({
    userData: files["userdata.mime"] ?? "",
    kubelet: { ...nodeClass.spec.kubelet },
    labels: { ...plan.labels, ...own },
    taints: plan.taints,
    clusterName: "c".repeat(80),
    ...(plan.instanceStorePolicy === null ? {} : { instanceStorePolicy: plan.instanceStorePolicy }),
  });
  assert.ok(merged.length <= EC2_USER_DATA_LIMIT, `${plan.pool}: ${merged.length} bytes`);
  return merged.length;
}

async function checkTaken(client: ApiClient, manifests: readonly Manifest[], minor: string): Promise<void> {
  const refusals = (await refusalsOf(client, manifests)).flatMap((refusal, index) =>
    refusal === undefined ? [] : [`${refusal} for ${JSON.stringify(manifests[index])}`],
  );
  assert.deepEqual(
    refusals.slice(0, 3),
    [],
    `${refusals.length} objects are refused with the kinds of Karpenter ${minor}`,
  );
  if (minor !== MINORS.at(-1)) return;
  const problems = validateByKarpenter(manifests, say).flat();
  assert.deepEqual(problems.slice(0, 3), [], "Karpenter's controller refuses what was taken");
}

/** At least one object of each config that we refuse for its older Karpenter must be refused there. */
async function countRefused(client: ApiClient, manifests: readonly Manifest[]): Promise<string> {
  if (manifests.length === 0) return "";
  const refused = (await refusalsOf(client, manifests)).filter((refusal) => refusal !== undefined).length;
  assert.ok(refused > 0, "nothing is refused of what we refuse");
  return `, ${refused} that we refuse too`;
}

async function refusalsOf(client: ApiClient, manifests: readonly Manifest[]): Promise<readonly (string | undefined)[]> {
  const refusals: (string | undefined)[] = [];
  for (let index = 0; index < manifests.length; index += AT_A_TIME) {
    const some = manifests.slice(index, index + AT_A_TIME);
    refusals.push(...(await Promise.all(some.map(async (manifest) => client.refusal(manifest)))));
  }
  return refusals;
}
