// Karpenter's own charts with the values that the program sends, rendered by Helm and taken by an API server.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { z } from "zod";
import { say } from "../boot/table";
import { recordPlatform } from "../components/platform";
import type { ApiClient } from "./api-client";
import { runGo } from "./go";
import { karpenterKinds, untilServed } from "./karpenter-kinds";
import { EXAMPLE_STACKS, manifestsOf } from "./manifests";
import { provideHelm } from "./programs";
import { compare } from "./read-back";
import { onControlPlane, type Scenario } from "./scenario";

/** What of a release decides which objects it has. */
const releaseSchema = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  chart: z.string(),
  skipCrds: z.boolean().default(false),
  values: z.record(z.string(), z.unknown()),
});

type Release = z.output<typeof releaseSchema>;

const objectSchema = z.record(z.string(), z.unknown());

/** The one scenario of the charts. */
export const chartsScenario: Scenario = onControlPlane(
  "admission: Karpenter's charts with our values",
  { karpenterCrds: false, needs: "helm" },
  async (client) => {
    const recording = await recordPlatform();
    const { gitVersion } = z.object({ gitVersion: z.string() }).parse(await client.get("/version"));
    const counts: string[] = [];
    for (const name of ["karpenter-crd", "karpenter-controller"]) {
      const release = releaseSchema.parse(recording.get(name).inputs);
      const chart = join(karpenterModule(), "charts", release.chart.split("/").at(-1) ?? "");
      assert.deepEqual(unknownValues(release.values, load(readFileSync(join(chart, "values.yaml"), "utf8"))), []);
      const objects = render(release, chart, gitVersion);
      for (const object of objects) await applyUnchanged(client, object);
      counts.push(`${objects.length} objects of ${release.name}`);
    }
    for (const kind of karpenterKinds(say)) await untilServed(client, kind);
    const pools = manifestsOf(EXAMPLE_STACKS["dev"] ?? {});
    for (const { nodeClass, nodePool } of pools) {
      await client.apply(nodeClass);
      await client.apply(nodePool);
    }
    return `${counts.join(" and ")}, every value known to its chart; ${pools.length} pools of dev on these kinds`;
  },
);

/** Where the Go module is that carries the charts. */
export function karpenterModule(): string {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-charts-"));
  try {
    cpSync(join(__dirname, "karpenter-tools"), folder, { recursive: true });
    const printed: unknown = JSON.parse(
      runGo(folder, ["mod", "download", "-json", "github.com/aws/karpenter-provider-aws"]),
    );
    return z.object({ Dir: z.string() }).parse(printed).Dir;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Paths of our values that the chart's own values.yaml lacks. An empty object there stands for any keys. */
function unknownValues(ours: unknown, known: unknown, path = ""): readonly string[] {
  if (!isObject(ours)) return [];
  if (!isObject(known)) return [path];
  if (Object.keys(known).length === 0) return [];
  return Object.keys(ours).flatMap((key) =>
    key in known ? unknownValues(ours[key], known[key], `${path}.${key}`) : [`${path}.${key}`],
  );
}

/** As Helm renders for a cluster of that version: charts choose API versions by it. */
function render(
  { name, namespace, skipCrds, values }: Release,
  chart: string,
  kubeVersion: string,
): readonly Record<string, unknown>[] {
  const options = [
    "--kube-version",
    kubeVersion,
    "--namespace",
    namespace,
    ...(skipCrds ? ["--skip-crds"] : []),
    "--values",
    "-",
  ];
  const { status, stdout, stderr } = spawnSync(provideHelm(say), ["template", name, chart, ...options], {
    input: JSON.stringify(values),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  assert.equal(status, 0, stderr);
  const documents = loadAll(stdout).filter((document) => document !== null && document !== undefined);
  return documents.map((document) => objectSchema.parse(withoutNulls(document)));
}

/** A template whose list of annotations is empty leaves `annotations:` behind, which stands for nothing. */
function withoutNulls(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document, (_key, value: unknown) => (value === null ? undefined : value)));
}

/** What the server adds to kinds of Kubernetes itself are their defaults, which are not looked at. */
async function applyUnchanged(client: ApiClient, object: Record<string, unknown>): Promise<void> {
  const { changed } = compare(object, await client.apply(object));
  assert.deepEqual(changed, [], `paths of ${String(object["kind"])} that came back otherwise than they were sent`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
