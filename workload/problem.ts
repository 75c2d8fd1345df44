// What is wrong with manifests, in words, and the error that carries all of it.
import { printableLine } from "../swap/printable";

/** Where an object stands. */
export interface ManifestPlace {
  /** Path as it was given or found; `-` is standard input. */
  readonly file: string;
  /** Number of the document in its file, from 1 on; empty documents count. */
  readonly document: number;
  /** `Kind/name`, as far as the document has them. */
  readonly object: string;
}

/** One thing that is wrong with a manifest. */
export interface ManifestProblem extends ManifestPlace {
  readonly id: ManifestProblemId;
  /** Path within the object, as in `spec.containers[0].resources.limits.memory`; empty for the document as a whole. */
  readonly path: string;
  /** What stands there; undefined when nothing does. */
  readonly value: unknown;
  /** The rule that is broken. */
  readonly message: string;
  readonly remedy: string;
  readonly severity: "error";
}

/** What breaks each rule, and what helps. */
const REMEDIES = {
  "no-such-file": "Name an existing file or folder, or - for standard input.",
  "not-yaml": "Correct the text; templates must be rendered first, as with `helm template` or `kustomize build`.",
  "not-an-object": "Give each document an apiVersion and a kind.",
  "not-rendered": "Render it first: `kubectl kustomize FOLDER | eks-swap predict -f -`.",
  "missing-value": "Add it.",
  "unknown-field":
    "Correct its name: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ has what resources take.",
  "wrong-type": "Write the value as the API reference of the kind shows it.",
  "not-a-quantity":
    "Write a number with a suffix such as Mi, Gi or m: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/",
  "limit-below-request": "Raise the limit or lower the request: the API server refuses the pod.",
  "pod-request-below-containers": "Raise the pod's request to the sum of its containers' requests, or lower theirs.",
  "priority-out-of-range": "Give the class a value of at most 1000000000: the API server refuses it.",
} as const;
export type ManifestProblemId = keyof typeof REMEDIES;

/** A problem with the remedy of its kind. */
export function manifestProblem(
  id: ManifestProblemId,
  place: ManifestPlace,
  path: string,
  value: unknown,
  message: string,
): ManifestProblem {
  return { id, ...place, path, value, message, remedy: REMEDIES[id], severity: "error" };
}

/** One line for a person. */
export function formatManifestProblem({
  file,
  document,
  object,
  path,
  value,
  message,
  remedy,
  id,
}: ManifestProblem): string {
  const where = [id === "no-such-file" ? file : `${file}, document ${document}`, object, path]
    .filter((part) => part !== "")
    .join(", ");
  const shown = value === undefined ? "" : ` is ${shorten(JSON.stringify(value))}, which`;
  return printableLine(`${where}${shown} ${message}. ${remedy} [${id}]`);
}

/** Thrown when manifests cannot be read: everything that is wrong with all of them. */
export class ManifestError extends Error {
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    super(problems.map(formatManifestProblem).join("\n"));
    this.name = "ManifestError";
    this.problems = problems;
  }
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
