// The engine's side of every fake provider: check, diff, create, read, update, delete for the kinds of a package.
import type { provider } from "@pulumi/pulumi";
import { setTimeout as wait } from "node:timers/promises";
import { isNamedAutomatically, nameAutomatically, nameOf, typeOf } from "./names";
import { after, before, NO_FAULTS, type Fault, type FaultSource, type Operation } from "./faults";
import { NOBODY, type Follower } from "./follower";
import { foresee, inPreview, overlay, withoutMarks } from "./preview";
import type { Moment, ResourceKind, Rule, Situation } from "./kind";
import { Store, type StoredResource } from "./store";
import { conceal, hasSecret, hasUnknown, isEmpty, isEqual, propertyAt, revealAll, type Properties } from "./values";

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

type Updated = Pick<Created, "outs">;

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
 * parallel do not interleave; only faults on order and a follower wait.
 */
export class FakeProvider implements provider.Provider {
  readonly version: string;
  readonly #package: Package;
  readonly #cloud: Store;
  readonly #faults: FaultSource;
  readonly #follower: Follower;

  constructor(described: Package, cloud: Store, faults: FaultSource = NO_FAULTS, follower: Follower = NOBODY) {
    this.version = described.version;
    this.#package = described;
    this.#cloud = cloud;
    this.#faults = faults;
    this.#follower = follower;
  }

  /** Lets what was under way when the sandbox ended come to its end: a cloud goes on while nobody looks. */
  settle(): void {
    for (const resource of this.#cloud.list()) {
      const kind = this.#package.kindOf(resource.type);
      if (kind?.states === undefined) continue;
      const { status } = resource.outputs;
      if (status === kind.states.making) {
        this.#cloud.put({ ...resource, outputs: { ...resource.outputs, status: kind.states.made } });
      } else if (status === kind.states.removing) {
        this.#cloud.remove(resource.type, resource.id);
        kind.gone?.(resource, this.#cloud);
      }
    }
  }

  /** Fills in names and reports every broken rule that the inputs alone show. */
  async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    const kind = this.#kind(urn);
    const named = nameAutomatically(kind, urn, olds, news);
    const plain = revealAll(named);
    const missing = kind.required
      .filter((path) => isEmpty(plain, path))
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
    const changed = kind.forceNew.filter((path) => !isEqual(propertyAt(before, path), propertyAt(after, path)));
    const keepsName =
      kind.taken !== undefined &&
      !isNamedAutomatically(kind.autoName, after) &&
      !hasUnknown(after) &&
      kind.identify(after) === id;
    const removed = kind.forceNewIfRemoved?.filter((path) => !isEmpty(before, path) && isEmpty(after, path)) ?? [];
    return { replaces: [...new Set([...changed, ...removed].map(propertyOf))], deleteBeforeReplace: keepsName };
  }

  /** Makes the resource if the service would; nothing is made in a preview. */
  async create(urn: string, inputs: Properties): Promise<Created> {
    if (inPreview.getStore() === true) return { id: "", outs: foresee(inputs) };
    const kind = this.#kind(urn);
    const fault = await this.#meet("create", urn);
    const plain = revealAll(inputs);
    const situation: Situation = { inputs: plain, cloud: this.#cloud, current: undefined };
    this.#demandReachable();
    const expected = kind.identify(plain);
    if (kind.taken !== undefined && this.#cloud.get(kind.type, expected) !== undefined) {
      throw new Error(kind.taken(plain));
    }
    this.#demand(kind, "create", situation);
    const { id = expected, memory } = await this.#follower.create(kind.type, plain);
    let current: StoredResource | undefined = memory && {
      type: kind.type,
      id,
      inputs: plain,
      outputs: {},
      secrets: [],
      memory,
    };
    if (fault?.fault === "slow") {
      if (kind.states !== undefined) current = this.#made(kind, id, inputs, situation);
      await this.#pass(current, kind.states?.making, fault);
    }
    const outs = await this.#keep(kind, id, inputs, { ...situation, current });
    after(fault);
    return { id, outs };
  }

  /** What exists under this id; an empty id means that it is gone. */
  async read(id: string, urn: string): Promise<Read> {
    const kind = this.#kind(urn);
    after(await this.#meet("read", urn));
    this.#demandReachable();
    const resource = this.#cloud.get(kind.type, id);
    if (resource === undefined) return { id: "", props: {}, inputs: {} };
    return { id, props: outputsOf(resource), inputs: concealed(resource.inputs, resource.secrets) };
  }

  /** Changes the resource in place if the service would. */
  async update(id: string, urn: string, olds: Properties, news: Properties): Promise<Updated> {
    const kind = this.#kind(urn);
    const current = this.#cloud.get(kind.type, id);
    // What the service added stays, as in Terraform's plan of an update.
    if (inPreview.getStore() === true) return { outs: overlay(olds, current?.inputs ?? olds, withoutMarks(news)) };
    const fault = await this.#meet("update", urn);
    this.#demandReachable();
    if (current === undefined) throw new Error(`${kind.type} ${id} does not exist`);
    const situation: Situation = { inputs: revealAll(news), cloud: this.#cloud, current };
    this.#demand(kind, "update", situation);
    await this.#follower.update(current, situation.inputs);
    const outs = await this.#keep(kind, id, news, situation);
    after(fault);
    return { outs };
  }

  /** Removes the resource if the service would; one that is gone already is fine, as with the real providers. */
  async delete(id: string, urn: string): Promise<void> {
    const kind = this.#kind(urn);
    const fault = await this.#meet("delete", urn);
    this.#demandReachable();
    const current = this.#cloud.get(kind.type, id);
    if (current === undefined) return;
    this.#demand(kind, "delete", { inputs: current.inputs, cloud: this.#cloud, current });
    if (fault?.fault === "slow") await this.#pass(current, kind.states?.removing, fault);
    if (fault?.fault === "leave") kind.leave?.(current, this.#cloud);
    await this.#follower.delete(current);
    this.#cloud.remove(kind.type, id);
    kind.gone?.(current, this.#cloud);
    after(fault);
  }

  /** Calls a function of the package. */
  async invoke(token: string, args: Properties): Promise<Invoked> {
    const called = this.#package.functions[token];
    if (called === undefined) {
      throw new Error(
        `the sandbox has no function ${token}; it knows ${Object.keys(this.#package.functions).join(", ")}`,
      );
    }
    const plain = revealAll(args);
    return { outputs: (await this.#follower.call(token, plain)) ?? called(plain, this.#cloud) };
  }

  async #meet(operation: Operation, urn: string): Promise<Fault | undefined> {
    const fault = this.#faults.meet({ operation, type: typeOf(urn), name: nameOf(urn) });
    await before(fault);
    return fault;
  }

  /** Takes its time, and shows a resource in a passing state meanwhile. */
  async #pass(resource: StoredResource | undefined, status: string | undefined, fault: Fault): Promise<void> {
    if (resource !== undefined && status !== undefined) {
      this.#cloud.put({ ...resource, outputs: { ...resource.outputs, status } });
    }
    await wait(fault.seconds * 1000);
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

  #made(kind: ResourceKind, id: string, inputs: Properties, situation: Situation): StoredResource {
    const made = kind.make(id, situation);
    return {
      type: kind.type,
      id,
      inputs: situation.inputs,
      outputs: { ...withoutMarks(situation.inputs), ...made.outputs },
      secrets: Object.keys(inputs).filter((name) => hasSecret(inputs[name])),
      memory: made.memory ?? situation.current?.memory ?? {},
    };
  }

  async #keep(kind: ResourceKind, id: string, inputs: Properties, situation: Situation): Promise<Properties> {
    const resource = this.#made(kind, id, inputs, situation);
    this.#cloud.put(resource);
    if (kind.awaited?.(situation.inputs) ?? true) {
      const broken = this.#broken(kind, "ready", { ...situation, current: resource });
      const problems = broken.map(({ rule, problem }) => sentence(rule, problem));
      if (problems.length === 0) problems.push(...(await this.#follower.problems(resource)));
      if (problems.length > 0) throw new NotReadyError(id, outputsOf(resource), problems);
    }
    return outputsOf(resource);
  }
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
