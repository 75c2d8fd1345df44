// From text to Kubernetes objects: documents of YAML or JSON, and the items of lists.
import { loadAll, YAMLException } from "js-yaml";
import { z } from "zod";
import { describeAliases } from "./aliases";
import type { ManifestText } from "./files";
import { splitJson } from "./json-stream";
import { KUBERNETES_YAML } from "./kubernetes-yaml";
import { manifestProblem, type ManifestProblem, type ManifestPlace } from "./problem";

/** A Kubernetes object of any kind, not looked into yet. */
export interface ManifestObject {
  readonly place: ManifestPlace;
  /** API group without version, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly value: unknown;
}

const objectSchema = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({ name: z.string().optional(), generateName: z.string().optional() }).nullish(),
  items: z
    .union([z.array(z.unknown()), z.null()])
    .optional()
    .catch(undefined),
});

/** What a text holds. */
export interface Documents {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
  /** Documents that are no objects of Kubernetes: values of a chart, patches, files of other tools. */
  readonly others: readonly ManifestPlace[];
}

const NOTHING: Documents = { objects: [], problems: [], others: [] };

/** The objects of a text, or what is wrong with it. */
export function readDocuments({ file, text }: ManifestText): Documents {
  const { documents, problem } = parse(file, text);
  if (problem !== undefined) return { ...NOTHING, problems: [problem] };
  return joined(documents.map((value, index) => readObject(value, { file, document: index + 1, object: "" })));
}

function joined(read: readonly Documents[]): Documents {
  return {
    objects: read.flatMap(({ objects }) => objects),
    problems: read.flatMap(({ problems }) => problems),
    others: read.flatMap(({ others }) => others),
  };
}

function parse(
  file: string,
  text: string,
): { readonly documents: readonly unknown[]; readonly problem?: ManifestProblem | undefined } {
  try {
    const documents = readStream(text) ?? loadAll(text.replaceAll(/^\uFEFF/gm, ""), { schema: KUBERNETES_YAML });
    const refused = describeAliases(documents);
    if (refused === undefined) return { documents };
    const place = { file, document: 1, object: "" };
    return { documents: [], problem: manifestProblem("not-yaml", place, "", undefined, refused) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? "" : ` at line ${error.mark.line + 1}`;
    const document = text.slice(0, error.mark?.position ?? 0).match(/^---/gm)?.length ?? 0;
    const place = { file, document: Math.max(1, document), object: "" };
    const message = `is neither YAML nor JSON: ${error.reason}${line}`;
    return { documents: [], problem: manifestProblem("not-yaml", place, "", undefined, message) };
  }
}

/** JSON is YAML too, but several values of it without a line of hyphens between them are none. */
function readStream(text: string): readonly unknown[] | undefined {
  if (!/^[\s\uFEFF]*\{/.test(text)) return undefined;
  try {
    return splitJson(text)?.map((value): unknown => JSON.parse(value));
  } catch {
    return undefined;
  }
}

function readObject(value: unknown, place: ManifestPlace): Documents {
  if (value === null || value === undefined) return NOTHING;
  const parsed = objectSchema.safeParse(value);
  if (!parsed.success) return { ...NOTHING, others: [place] };
  const { apiVersion, kind, metadata, items } = parsed.data;
  const name = metadata?.name ?? metadata?.generateName;
  const named = { ...place, object: name === undefined ? kind : `${kind}/${name}` };
  // As kubectl does: a list is what has items, whatever its kind is called. Without any it has none.
  if (!Array.isArray(items) && !(kind === "List" || (items === null && kind.endsWith("List")))) {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return { ...NOTHING, objects: [{ place: named, group, kind, value }] };
  }
  // The items of a typed list (`PodList`) need no kind of their own; those of a plain `List` do.
  const ofItem = kind === "List" || !kind.endsWith("List") ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return joined(
    (items ?? []).map((item) =>
      readObject(typeof item === "object" && item !== null ? { ...ofItem, ...item } : item, named),
    ),
  );
}
