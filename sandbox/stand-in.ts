// The engine's side of every stand-in provider: check, diff, create, read, update, delete for the kinds of a package.
import type { provider } from "@pulumi/pulumi";
import { newDigits } from "./account";
import type { Moment, ResourceKind, Rule, Situation } from "./kind";
import { Store, type StoredResource } from "./store";
import {
  conceal,
  hasSecret,
  hasUnknown,
  isEqual,
  isProperties,
  listAt,
  revealAll,
  valueAt,
  type Properties,
  type Value,
} from "./values";

/** A function of a package (`aws.getRegion`): arguments in, result out. */
export type PackageFunction = (args: Properties, cloud: Store) => Properties;

/** What a package consists of. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** The kind for a type token; undefined if the package does not know it. */
  readonly kindOf: (type: string) => ResourceKind | undefined;
  readonly functions: Readonly<Record<string, PackageFunction>>;
  /** Refuses everything that needs the service while the service cannot be reached. */
  readonly reachable?: (cloud: Store) => string | undefined;
}

interface Checked {
  readonly inputs: Properties;
  readonly failures: { readonly property: string; readonly reason: string }[];
}

interface Created {
  readonly id: string;
  readonly outs: Properties;
}

interface Read {
  readonly id: string;
  readonly props: Properties;
  readonly inputs: Properties;
}

interface Updated {
  readonly outs: Properties;
}

interface Invoked {
  readonly outputs: Properties;
}

/** Thrown for a resource that exists but is not ready; the engine keeps it and reports the reasons. */
export class NotReadyError extends Error {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];

  constructor(id: string, properties: Properties, reasons: readonly string[]) {
    super(reasons.join("; "));
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/**
 * A provider over a {@link Store}. All work between two awaits is synchronous, so requests that the engine sends in
 * parallel do not interleave.
 */
export class StandIn implements provider.Provider {
  readonly version: string;
  readonly #package: Package;
  readonly #cloud: Store;

  constructor(described: Package, cloud: Store) {
    this.version = described.version;
    this.#package = described;
    this.#cloud = cloud;
  }

  /** Fills in names and reports every broken rule that the inputs alone show. */
  async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    const kind = this.#kind(urn);
    const named = nameAutomatically(kind, urn, olds, news);
    const plain = revealAll(named);
    const missing = kind.required
      .filter((path) => valueAt(plain, path) === undefined || valueAt(plain, path) === null)
      .map((path) => ({ property: propertyOf(path), reason: `Missing required argument ${path}` }));
    const broken = this.#broken(kind, "check", { inputs: plain, cloud: this.#cloud, current: undefined }).map(
      ({ rule, problem }) => ({ property: propertyOf(rule.path ?? ""), reason: sentence(rule, problem) }),
    );
    return { inputs: named, failures: [...missing, ...broken] };
  }

  /**
   * Names the inputs that force a replacement. Whether anything changed at all is left open on purpose: the engine
   * then compares old and new inputs itself, which is what puts the changed paths into its events.
   */
  async diff(id: string, urn: string, olds: Properties, news: Properties): Promise<provider.DiffResult> {
    const kind = this.#kind(urn);
    const before = this.#cloud.get(kind.type, id)?.inputs ?? revealAll(olds);
    const after = revealAll(news);
    const changed = kind.forceNew.filter((path) => !isEqual(valueAt(before, path), valueAt(after, path)));
    const keepsName =
      kind.taken !== undefined &&
      !isNamedAutomatically(kind.autoName, after) &&
      !hasUnknown(after) &&
      kind.identify(after) === id;
    return { replaces: [...new Set(changed.map(propertyOf))], deleteBeforeReplace: keepsName };
  }

  /** Makes the resource if the service would. */
  async create(urn: string, inputs: Properties): Promise<Created> {
    const kind = this.#kind(urn);
    const plain = revealAll(inputs);
    const situation: Situation = { inputs: plain, cloud: this.#cloud, current: undefined };
    this.#demandReachable();
    const id = kind.identify(plain);
    if (kind.taken !== undefined && this.#cloud.get(kind.type, id) !== undefined) throw new Error(kind.taken(plain));
    this.#demand(kind, "create", situation);
    return { id, outs: this.#keep(kind, id, inputs, situation) };
  }

  /** What exists under this id; an empty id tells the engine that it is gone. */
  async read(id: string, urn: string): Promise<Read> {
    const kind = this.#kind(urn);
    this.#demandReachable();
    const resource = this.#cloud.get(kind.type, id);
    if (resource === undefined) return { id: "", props: {}, inputs: {} };
    return { id, props: outputsOf(resource), inputs: concealed(resource.inputs, resource.secrets) };
  }

  /** Changes the resource in place if the service would. */
  async update(id: string, urn: string, _olds: Properties, news: Properties): Promise<Updated> {
    const kind = this.#kind(urn);
    this.#demandReachable();
    const current = this.#cloud.get(kind.type, id);
    if (current === undefined) throw new Error(`${kind.type} ${id} does not exist`);
    const situation: Situation = { inputs: revealAll(news), cloud: this.#cloud, current };
    this.#demand(kind, "update", situation);
    return { outs: this.#keep(kind, id, news, situation) };
  }

  /** Removes the resource if the service would; one that is gone already is fine, as with the real providers. */
  async delete(id: string, urn: string): Promise<void> {
    const kind = this.#kind(urn);
    this.#demandReachable();
    const current = this.#cloud.get(kind.type, id);
    if (current === undefined) return;
    this.#demand(kind, "delete", { inputs: current.inputs, cloud: this.#cloud, current });
    this.#cloud.remove(kind.type, id);
    kind.gone?.(current, this.#cloud);
  }

  /** Calls a function of the package. */
  async invoke(token: string, args: Properties): Promise<Invoked> {
    const called = this.#package.functions[token];
    if (called === undefined) {
      throw new Error(
        `the sandbox has no function ${token}; it knows ${Object.keys(this.#package.functions).join(", ")}`,
      );
    }
    return { outputs: called(revealAll(args), this.#cloud) };
  }

  #kind(urn: string): ResourceKind {
    const type = typeOf(urn);
    const kind = this.#package.kindOf(type);
    if (kind === undefined) throw new Error(`the sandbox does not know resources of type ${type}`);
    return kind;
  }

  #demandReachable(): void {
    const problem = this.#package.reachable?.(this.#cloud);
    if (problem !== undefined) throw new Error(problem);
  }

  #broken(kind: ResourceKind, moment: Moment, situation: Situation): readonly { rule: Rule; problem: string }[] {
    return kind.rules
      .filter((rule) => rule.moments.includes(moment))
      .flatMap((rule) => {
        const problem = rule.problem(situation);
        return problem === undefined ? [] : [{ rule, problem }];
      });
  }

  #demand(kind: ResourceKind, moment: Moment, situation: Situation): void {
    const [first] = this.#broken(kind, moment, situation);
    if (first !== undefined) throw new Error(sentence(first.rule, first.problem));
  }

  #keep(kind: ResourceKind, id: string, inputs: Properties, situation: Situation): Properties {
    const made = kind.make(id, situation);
    const resource: StoredResource = {
      type: kind.type,
      id,
      inputs: situation.inputs,
      outputs: { ...withoutMarks(situation.inputs), ...made.outputs },
      secrets: Object.keys(inputs).filter((name) => hasSecret(inputs[name])),
      memory: made.memory ?? situation.current?.memory ?? {},
    };
    this.#cloud.put(resource);
    const awaited = kind.awaited?.(situation.inputs) ?? true;
    const broken = awaited ? this.#broken(kind, "ready", { ...situation, current: resource }) : [];
    if (broken.length > 0) {
      throw new NotReadyError(
        id,
        outputsOf(resource),
        broken.map(({ rule, problem }) => sentence(rule, problem)),
      );
    }
    return outputsOf(resource);
  }
}

/** The type token in a URN: the last part of the chain of parents' types. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The logical name in a URN, which may contain the separator itself. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function sentence(rule: Rule, problem: string): string {
  return `${problem} [sandbox rule ${rule.id}, see ${rule.source}]`;
}

function propertyOf(path: string): string {
  return path.split(".")[0] ?? path;
}

function outputsOf(resource: StoredResource): Properties {
  return concealed(resource.outputs, resource.secrets);
}

function concealed(properties: Properties, secrets: readonly string[]): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, secrets.includes(name) ? conceal(value) : value]),
  );
}

function withoutMarks(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__defaults"));
}

/**
 * Gives a name to a resource that has none, as the providers do: the logical name and seven hexadecimal digits, not cut
 * when that is too long. The `__defaults` mark is theirs too: it says that a replacement may have another name.
 */
function nameAutomatically({ autoName }: ResourceKind, urn: string, olds: Properties, news: Properties): Properties {
  if (autoName === undefined || valueAt(news, autoName) !== undefined) return news;
  const previous = isNamedAutomatically(autoName, olds) ? valueAt(olds, autoName) : undefined;
  const name = previous ?? `${nameOf(urn)}-${newDigits(7)}`;
  return { ...withValue(news, autoName.split("."), name), __defaults: [autoName] };
}

function isNamedAutomatically(autoName: string | undefined, inputs: Properties): boolean {
  return autoName !== undefined && listAt(inputs, "__defaults").includes(autoName);
}

function withValue(properties: Properties, [name = "", ...rest]: readonly string[], value: Value): Properties {
  if (rest.length === 0) return { ...properties, [name]: value };
  const inner = properties[name];
  return { ...properties, [name]: withValue(isProperties(inner) ? inner : {}, rest, value) };
}
