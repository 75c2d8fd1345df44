// What the guard of a pool must say to a pod, as the prediction has it.
import { readManifests } from "../../../workload/manifests";
import { ManifestError } from "../../../workload/problem";
import { predict } from "../../../workload/predict";
import { NODE } from "../../workload/manifests";

export type Expected = "accepted" | "no swap" | "must not swap" | "unknown value";

/** The pool of this suite. */
export const POOL = "ebs";

/** What a refusal of each kind says. */
export const MESSAGES: Readonly<Record<Exclude<Expected, "accepted">, RegExp>> = {
  "no swap": /pool ebs has swap and this pod would get none: /,
  "must not swap": /this pod must not swap, and would on pool ebs: container /,
  "unknown value": /eks-swap\/guard has an unknown value/,
};

/** What is predicted of a pod. */
export interface Predicted {
  /** The containers that get swap. */
  readonly swapping: readonly string[];
  readonly qosClass: string;
  /** Whether a LimitRange refuses the pod. */
  readonly isRefused: boolean;
}

/**
 * The prediction for a pod; undefined where the manifest is refused.
 * @param rules LimitRanges that are given along
 */
export function predicted(object: object, rules: readonly object[] = []): Predicted | undefined {
  try {
    const texts = [object, ...rules].map((given, index) => ({ file: `${index}.json`, text: JSON.stringify(given) }));
    const { containers, warnings } = predict(readManifests(texts), [NODE]);
    return {
      isRefused: warnings.some(({ id }) => id === "limit-range-refuses"),
      swapping: containers.filter(({ reason }) => reason === null).map(({ container }) => container),
      qosClass: containers[0]?.qosClass ?? "",
    };
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** What the guard must say to a pod that is aimed at the pool, by what it wishes for and which of its containers swap. */
export function expectedOf(wish: string | undefined, swapping: readonly string[]): Expected {
  switch (wish) {
    case undefined:
      return swapping.length === 0 ? "no swap" : "accepted";
    case "no-swap":
      return swapping.length === 0 ? "accepted" : "must not swap";
    case "off":
      return "accepted";
    default:
      return "unknown value";
  }
}
