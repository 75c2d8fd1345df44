// Karpenter's kinds as each minor version has them, and what configs make of an API server with these.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { load } from "js-yaml";
import { z } from "zod";
import { ApiRefusal, type ApiClient } from "./api-client";
import { runGo } from "./go";
import { kindSchema, untilServed, type Kind } from "./karpenter-kinds";

/** The newest version of each minor that a stack config takes as one that runs already, by the minor. */
const NEWEST_OF_MINOR = {
  "1.9": "1.9.3",
  "1.10": "1.10.2",
  "1.11": "1.11.0",
  "1.12": "1.12.0",
  "1.13": "1.13.1",
  "1.14": "1.14.3",
  "1.15": "1.15.1",
} as const;

type Minor = keyof typeof NEWEST_OF_MINOR;

/** All of them, the oldest first. */
export const MINORS = z
  .array(z.enum(["1.9", "1.10", "1.11", "1.12", "1.13", "1.14", "1.15"]))
  .parse(Object.keys(NEWEST_OF_MINOR));

/** The minor version that a version belongs to. */
export function minorOf(version: string): Minor {
  const minor = MINORS.find((one) => version.startsWith(`${one}.`));
  if (minor === undefined) throw new Error(`no CustomResourceDefinitions of Karpenter ${version} are known here`);
  return minor;
}

const moduleSchema = z.object({ Dir: z.string() });

/** EC2NodeClass and NodePool as the module of that minor version carries them. */
function kindsOf(minor: Minor): readonly Kind[] {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-kinds-"));
  try {
    writeFileSync(join(folder, "go.mod"), "module kinds\n");
    const module = `github.com/aws/karpenter-provider-aws@v${NEWEST_OF_MINOR[minor]}`;
    const { Dir } = moduleSchema.parse(JSON.parse(runGo(folder, ["mod", "download", "-json", module])));
    return ["karpenter.k8s.aws_ec2nodeclasses", "karpenter.sh_nodepools"].map((name) =>
      kindSchema.parse(load(readFileSync(join(Dir, "pkg", "apis", "crds", `${name}.yaml`), "utf8"))),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts the kinds of a minor version in the place of those of another. */
export async function installMinor(client: ApiClient, minor: Minor): Promise<void> {
  const objects = kindsOf(minor).map((kind) => ({
    kind,
    object: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: kind.metadata,
      spec: kind.spec,
    },
  }));
  for (const { object } of objects) await untilGone(client, object);
  for (const { object } of objects) await client.apply(object);
  for (const { kind } of objects) await untilServed(client, kind);
}

/** A kind that is changed in place is served as it was for some seconds more. */
async function untilGone(client: ApiClient, object: object): Promise<void> {
  try {
    await client.delete(object);
    for (let tries = 0; tries < 300; tries += 1) {
      await client.read(object);
      await wait(100);
    }
    throw new Error("a CustomResourceDefinition is not gone after 30 s");
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 404) throw error;
  }
}
