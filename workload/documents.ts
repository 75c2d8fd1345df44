// From text to Kubernetes objects: documents of YAML or JSON, and the items of lists.
import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from "js-yaml";
import { z } from "zod";
import { describeAliases } from "./aliases";
import type { ManifestText } from "./files";
import { manifestProblem, type ManifestProblem, type ManifestPlace } from "./problem";

/** A Kubernetes object of any kind, not looked into yet. */
export interface ManifestObject {
  readonly place: ManifestPlace;
  /** API group without version, empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly value: unknown;
}

/** YAML 1.2 with merge keys, which Kubernetes' own reader knows too. */
const schema = CORE_SCHEMA.withTags(mergeTag);

const objectSchema = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({ name: z.string().optional(), generateName: z.string().optional() }).nullish(),
  items: z.array(z.unknown()).nullish(),
});

/** The objects of a text, or what is wrong with it. */
export function readDocuments({ file, text }: ManifestText): {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
} {
  const { documents, problem } = parse(file, text);
  if (problem !== undefined) return { objects: [], problems: [problem] };
  const read = documents.map((value, index) => readObject(value, { file, document: index + 1, object: "" }));
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
}

function parse(
  file: string,
  text: string,
): { readonly documents: readonly unknown[]; readonly problem?: ManifestProblem | undefined } {
  try {
    const documents = loadAll(text, { schema });
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

function readObject(value: unknown, place: ManifestPlace): ReturnType<typeof readDocuments> {
  if (value === null || value === undefined) return { objects: [], problems: [] };
  const parsed = objectSchema.safeParse(value);
  if (!parsed.success) {
    const paths = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "it"))];
    const message = `is no Kubernetes object: ${paths.join(" and ")} must be given and be of the right type`;
    return { objects: [], problems: [manifestProblem("not-an-object", place, "", undefined, message)] };
  }
  const { apiVersion, kind, metadata, items } = parsed.data;
  const name = metadata?.name ?? metadata?.generateName;
  const named = { ...place, object: name === undefined ? kind : `${kind}/${name}` };
  if (!kind.endsWith("List")) {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return { objects: [{ place: named, group, kind, value }], problems: [] };
  }
  // The items of a typed list (`PodList`) need no kind of their own; those of a plain `List` do.
  const ofItem = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  const read = (items ?? []).map((item) =>
    readObject(typeof item === "object" && item !== null ? { ...ofItem, ...item } : item, named),
  );
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
}
