// Makers of rules that many types of resources share, so that a type's table reads as data.
import type { Moment, Rule } from "./kind";
import type { StoredResource } from "./store";
import { hasUnknown, isProperties, numberAt, parseJson, textAt, textsAt, propertyAt } from "./values";

const WHEN_WRITTEN: readonly Moment[] = ["check"];
const WHEN_APPLIED: readonly Moment[] = ["create", "update"];

/** The text at `path` must match; unknown and missing values pass. */
export function matches(id: string, source: string, path: string, pattern: RegExp, refusal: string): Rule {
  return textRule(id, source, path, (text) => (pattern.test(text) ? undefined : `${refusal}, not ${quote(text)}`));
}

/** The text at `path` must not be longer than `longest` characters. */
export function atMost(id: string, source: string, path: string, longest: number): Rule {
  return textRule(id, source, path, (text) =>
    text.length <= longest ? undefined : `at most ${longest} characters, not ${text.length} (${quote(text)})`,
  );
}

/** The text at `path`, lists walked through, must be one of `allowed`. */
export function oneOf(id: string, source: string, path: string, allowed: readonly string[]): Rule {
  return textRule(id, source, path, (text) =>
    allowed.includes(text) ? undefined : `one of ${allowed.join(", ")}, not ${quote(text)}`,
  );
}

/** The number at `path` must be in a range. */
export function between(id: string, source: string, path: string, least: number, most: number): Rule {
  return inputRule(id, source, [path], ({ inputs }) => {
    const number = numberAt(inputs, path);
    return number === undefined || (number >= least && number <= most)
      ? undefined
      : `${path} must be from ${least} to ${most}, not ${number}`;
  });
}

/** The text at `path` must be a JSON object. */
export function isJsonObject(id: string, source: string, path: string, refusal: string): Rule {
  return textRule(id, source, path, (text) => (isProperties(parseJson(text)) ? undefined : refusal));
}

/** Every text at `path` goes through `problem`; unknown values are left for later. */
export function textRule(
  id: string,
  source: string,
  path: string,
  problem: (text: string) => string | undefined,
): Rule {
  return {
    id,
    source,
    path,
    moments: WHEN_WRITTEN,
    problem: ({ inputs }) => textsAt(inputs, path).map(problem).find(isText),
  };
}

/** A check of several inputs together; it waits until all values at `paths` are known. */
export function inputRule(
  id: string,
  source: string,
  paths: readonly string[],
  problem: (situation: Parameters<Rule["problem"]>[0]) => string | undefined,
): Rule {
  return {
    id,
    source,
    path: paths[0] ?? "",
    moments: WHEN_WRITTEN,
    problem: (situation) =>
      paths.some((path) => hasUnknown(propertyAt(situation.inputs, path))) ? undefined : problem(situation),
  };
}

/** What {@link refersTo} needs to know. */
export interface Reference {
  readonly id: string;
  readonly source: string;
  /** Where the reference stands in the inputs; lists are walked through. */
  readonly path: string;
  /** Type of what is referred to. */
  readonly to: string;
  /** The output of the other resource that is compared, `id` for its id. */
  readonly by: string;
  /** The service's words for a reference into nothing. */
  readonly missing: (value: string) => string;
}

/** What is referred to must exist when the resource is made or changed. */
export function refersTo(reference: Reference): Rule {
  return {
    id: reference.id,
    source: reference.source,
    path: reference.path,
    moments: WHEN_APPLIED,
    problem: ({ inputs, cloud }) => {
      const lost = textsAt(inputs, reference.path).find(
        (value) => !cloud.list(reference.to).some((other) => identity(other, reference.by) === value),
      );
      return lost === undefined ? undefined : reference.missing(lost);
    },
  };
}

/** What {@link heldBy} needs to know. */
export interface Holder {
  readonly id: string;
  readonly source: string;
  /** Type of the resources that stand in the way. */
  readonly type: string;
  /** Where these name what they hold; lists are walked through. */
  readonly path: string;
  /** The output of the resource to be deleted that they name, `id` for its id. */
  readonly by: string;
  /** The service's words. */
  readonly refusal: (held: StoredResource, holders: readonly string[]) => string;
}

/** The resource cannot be deleted while others name it. */
export function heldBy(holder: Holder): Rule {
  return {
    id: holder.id,
    source: holder.source,
    moments: ["delete"],
    problem: ({ current, cloud }) => {
      if (current === undefined) return undefined;
      const name = identity(current, holder.by);
      const holders = cloud.list(holder.type).filter((other) => textsAt(other.outputs, holder.path).includes(name));
      return holders.length === 0
        ? undefined
        : holder.refusal(
            current,
            holders.map((other) => other.id),
          );
    },
  };
}

/** The value by which others name a resource. */
function identity(resource: StoredResource, by: string): string {
  return by === "id" ? resource.id : (textAt(resource.outputs, by) ?? "");
}

/** A text for a message: in quotes, and cut where it would hide the message itself. */
function quote(text: string): string {
  return `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
