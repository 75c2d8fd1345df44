// Breaks every rule of Karpenter's kinds that a stack config could break: the program must refuse first.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { format } from "prettier";
import { ConfigError, formatProblem } from "../../../config/catalogue/problems";
import { readSettings } from "../../../config/settings";
import { say } from "../../boot/table";
import { withChanges } from "../../config/configs";
import { validConfigs } from "../../config/valid-configs";
import { ApiRefusal, type ApiClient } from "../api-client";
import { karpenterKinds, validateByKarpenter } from "../karpenter-kinds";
import { EXAMPLE_STACKS, manifestsOf, tryManifests, type Manifest } from "../manifests";
import { onControlPlane, type Scenario } from "../scenario";
import { NEWEST_KUBERNETES } from "../versions";
import { CONTROLLER_ROWS } from "./controller";
import { isSent, rulesOf, type Rule } from "./extract";
import { NODE_CLASS_ROWS } from "./node-class";
import { NODE_POOL_ROWS } from "./node-pool";
import { BREAKABLE_CONFIG, type Breakable, type Edit, type Rows } from "./row";
import { rulesPage, type BrokenRule, type KindTable } from "./table";

const PAGE = join(__dirname, "..", "results", "cel.md");
const ROWS: Readonly<Record<string, Rows>> = { EC2NodeClass: NODE_CLASS_ROWS, NodePool: NODE_POOL_ROWS };

/** What the API server says when a rule of that word is broken. */
const SAYS: Readonly<Record<Rule["word"], RegExp>> = {
  rule: /^/,
  set: /duplicate entries/,
  enum: /Unsupported value/,
  pattern: /should match/,
  minimum: /greater than or equal to/,
  maximum: /less than or equal to/,
  minItems: /at least/,
  maxItems: /Too many|at most/i,
  minLength: /at least/,
  maxLength: /Too long|at most/i,
  minProperties: /at least/,
  maxProperties: /Too many|at most/i,
  required: /Required value/,
};

/** The one scenario of the table. */
export const rulesScenario: Scenario = onControlPlane(
  "admission: each rule of Karpenter's kinds is broken, and the sandbox refuses it first",
  { karpenterCrds: true },
  async (client) => {
    const manifests = sampleManifests();
    const kinds: KindTable[] = [];
    const failures: string[] = [];
    for (const kind of karpenterKinds(say)) {
      const rows = ROWS[kind.spec.names.kind];
      if (rows !== undefined) kinds.push(await breakRules(client, rulesOf(kind), rows, manifests, failures));
    }
    const controller = breakController(failures);
    assert.deepEqual(failures, []);
    // Other releases of the API server refuse the same in other words.
    if (JSON.stringify(await client.get("/version")).includes(`"v${NEWEST_KUBERNETES}"`)) {
      comparePage(await format(rulesPage(kinds, controller), { parser: "markdown", printWidth: 120 }));
    }
    const broken = kinds.flatMap((kind) => kind.broken).length;
    const unreachable = kinds.flatMap((kind) => kind.unreachable).length;
    const neverSent = kinds.flatMap((kind) => kind.neverSent).length;
    return (
      `${broken} rules broken and refused by both, ${unreachable} that no config can break, ${neverSent} of fields ` +
      `that are never sent; ${controller.length} of Karpenter's controller`
    );
  },
);

async function breakRules(
  client: ApiClient,
  rules: readonly Rule[],
  rows: Rows,
  manifests: readonly Manifest[],
  failures: string[],
): Promise<KindTable> {
  const kind = rules[0]?.kind ?? "";
  const ofKind = manifests.filter((manifest) => manifest["kind"] === kind);
  const unknown = Object.keys(rows).filter((id) => rules.every((rule) => rule.id !== id));
  assert.deepEqual(unknown, [], `rows for rules that ${kind} does not have`);
  const [neverSent, unreachable, broken]: [string[], { rule: string; why: string }[], BrokenRule[]] = [[], [], []];
  for (const rule of rules) {
    const row = rows[rule.id];
    const described = rule.word === "rule" ? rule.id : `${rule.id} ${rule.text}`.trim();
    if (row === undefined && !ofKind.some((manifest) => isSent(manifest, rule.path))) neverSent.push(described);
    else if (row === undefined) failures.push(`${kind} has no row for the rule ${rule.id}`);
    else if (typeof row === "string") unreachable.push({ rule: described, why: row });
    else {
      try {
        broken.push({ rule: described, ours: refusedByUs(row), theirs: await refusedByServer(client, rule, row) });
      } catch (error) {
        if (!(error instanceof assert.AssertionError)) throw error;
        failures.push(`${kind} ${rule.id}: ${error.message}`);
      }
    }
  }
  return { kind, broken, unreachable, neverSent };
}

function refusedByUs({ change, problem }: Breakable): string {
  try {
    readSettings(withChanges(BREAKABLE_CONFIG, change));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const found = error.problems.find(({ id, severity }) => id === problem && severity === "error");
    assert.ok(found !== undefined, `not ${problem}, but ${error.message}`);
    return formatProblem(found);
  }
  throw new assert.AssertionError({ message: `the program takes ${JSON.stringify(change)}` });
}

async function refusedByServer(client: ApiClient, rule: Rule, { edit, accepted }: Breakable): Promise<string> {
  const manifest = edited(rule.kind, edit);
  try {
    await client.apply(manifest);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    const cause = error.causes.find(
      ({ field, message }) =>
        isAt(rule.path, field) &&
        SAYS[rule.word].test(message) &&
        (rule.word !== "rule" || message.includes(rule.text)),
    );
    // Such a list is refused before its fields are looked at one by one.
    if (rule.word === "set" && error.message.includes("duplicate entries")) return error.message;
    assert.ok(cause !== undefined, `the API server refuses for another reason: ${error.message}`);
    return `${cause.field}: ${cause.message}`;
  }
  await client.delete(manifest);
  assert.ok(accepted !== undefined, `the API server takes ${JSON.stringify(edit)}`);
  return `takes it: ${accepted}`;
}

function breakController(failures: string[]): readonly BrokenRule[] {
  const manifests = CONTROLLER_ROWS.map(({ kind, edit }) => edited(kind, edit));
  const said = validateByKarpenter(manifests, say);
  return CONTROLLER_ROWS.flatMap((row, index) => {
    const rule = `${row.kind}: ${row.rule}`;
    try {
      const message = said[index]?.find((problem) => problem.includes(row.says));
      assert.ok(message !== undefined, `Karpenter says ${JSON.stringify(said[index])}`);
      return [{ rule, ours: refusedByUs(row), theirs: message }];
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      failures.push(`${rule}: ${error.message}`);
      return [];
    }
  });
}

/** The manifest of {@link BREAKABLE_CONFIG} with one mistake. */
function edited(kind: string, [path, value]: Edit): Manifest {
  const [pool] = manifestsOf(BREAKABLE_CONFIG);
  assert.ok(pool !== undefined);
  return withValueAt(kind === "NodePool" ? pool.nodePool : pool.nodeClass, path, value);
}

function withValueAt(manifest: Manifest, path: readonly (string | number)[], value: unknown): Manifest {
  const copy = structuredClone(manifest);
  const parent = path.slice(0, -1).reduce<unknown>((node, step) => {
    assert.ok(typeof node === "object" && node !== null, path.join("."));
    return Reflect.get(node, step);
  }, copy);
  assert.ok(typeof parent === "object" && parent !== null, path.join("."));
  Reflect.set(parent, path.at(-1) ?? "", value);
  return copy;
}

/** Whether the server's `spec.taints[0].key` is the rule's `spec.taints[].key`; keys of maps are written in either way. */
function isAt(path: string, field: string): boolean {
  const place = path.replace(/\{\}$/, "");
  const seen = field.replaceAll(/\[\d+\]/g, "[]");
  return seen === place || (path.endsWith("{}") && seen.startsWith(place)) || seen.startsWith(`${place}.`);
}

function sampleManifests(): readonly Manifest[] {
  const generated = fc.sample(validConfigs, { numRuns: 400, seed: 1 }).flatMap(tryManifests);
  const pools = [...Object.values(EXAMPLE_STACKS), BREAKABLE_CONFIG].flatMap(manifestsOf).concat(generated);
  return pools.flatMap(({ nodeClass, nodePool }) => [nodeClass, nodePool]);
}

function comparePage(page: string): void {
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(PAGE, page);
  const written = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
  assert.ok(
    page === written,
    "results/cel.md says otherwise; with UPDATE_GOLDEN=1 it is written again, for a look at the diff",
  );
}
