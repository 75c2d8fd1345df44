// What a program did with the Pulumi engine, and the questions that tests ask of it.
import assert from "node:assert/strict";

/** A resource as the program registered it. */
export interface RecordedResource {
  readonly urn: string;
  /** Type token, `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** URN of the parent; null for the Stack. */
  readonly parent: string | null;
  /** Managed by a provider; false for components. */
  readonly custom: boolean;
  /** A component that a plug-in constructs. */
  readonly remote: boolean;
  /** What the program passed, without the markers of secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Dotted paths of the inputs that are secret. */
  readonly secretInputs: readonly string[];
  /** URNs of what it depends on, through `dependsOn` or through the outputs in its inputs. Components are resolved to their resources. */
  readonly dependencies: readonly string[];
  /** URN of its provider when the program names one. */
  readonly provider: string | null;
  readonly options: RecordedOptions;
}

/** Resource options, each only when the program gives it. */
export interface RecordedOptions {
  readonly customTimeouts?: Readonly<Record<string, string>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly deletedWith?: string;
  /** How many transforms the engine would apply to the resource and to all below it. */
  readonly transforms?: number;
}

/** Outputs that a component or the Stack registered. */
export interface RecordedOutputs {
  readonly values: Readonly<Record<string, unknown>>;
  /** Dotted paths of the values that are secret. */
  readonly secrets: readonly string[];
}

/** An existing resource that the program looked at. */
export interface RecordedRead {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

/** A call of a provider's function. */
export interface RecordedCall {
  readonly token: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A line that the program logged through `pulumi.log`. */
export interface RecordedMessage {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";
export const PROVIDER_PREFIX = "pulumi:providers:";

/** All that one run of a program did, in the order of the registrations, which differs from run to run where nothing demands one. */
export class Recording {
  readonly resources: RecordedResource[] = [];
  /** Registered outputs by URN. */
  readonly outputs = new Map<string, RecordedOutputs>();
  readonly calls: RecordedCall[] = [];
  readonly reads: RecordedRead[] = [];
  readonly messages: RecordedMessage[] = [];

  /** The outputs of the Stack. */
  get stackOutputs(): RecordedOutputs {
    const stack = this.resources.find(({ type }) => type === STACK_TYPE);
    return this.outputs.get(stack?.urn ?? "") ?? { values: {}, secrets: [] };
  }

  /** The only resource with this logical name. */
  get(name: string): RecordedResource {
    const found = this.resources.filter((resource) => resource.name === name);
    const [only] = found;
    assert.ok(
      only !== undefined && found.length === 1,
      `${found.length} resources are called ${name}; there are: ${this.resources.map((one) => one.name).join(", ")}`,
    );
    return only;
  }

  /** The outputs that the component of this name registered. */
  outputsOf(name: string): RecordedOutputs {
    return this.outputs.get(this.get(name).urn) ?? { values: {}, secrets: [] };
  }

  ofType(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Names of what lies directly under the Stack, providers included, sorted. */
  topLevel(): readonly string[] {
    const stack = this.resources.find(({ type }) => type === STACK_TYPE);
    const children = this.resources.filter(({ parent }) => parent !== null && parent === stack?.urn);
    return children.map(({ name }) => name).toSorted();
  }

  /** How many resources there are of each type, the Stack left out. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const type of this.resources.map((resource) => resource.type).toSorted()) {
      if (type !== STACK_TYPE) counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * Asserts that `later` is created after each of `earlier`, all named, and destroyed before it. To follow a component
   * is to follow every resource in it. The engine's order comes from dependencies, parents and providers, and is transitive.
   */
  assertFollows(later: string, earlier: readonly string[]): void {
    const before = this.#before(this.get(later).urn);
    const missing = earlier
      .flatMap((name) => this.#resourcesIn(this.get(name)))
      .filter(({ urn }) => !before.has(urn))
      .map(({ name }) => name);
    assert.deepEqual(missing, [], `${later} does not depend on these`);
  }

  /** Asserts that nothing makes `later` wait for `earlier`, both named. */
  assertIndependent(later: string, earlier: string): void {
    assert.ok(!this.#before(this.get(later).urn).has(this.get(earlier).urn), `${later} depends on ${earlier}`);
  }

  #resourcesIn(resource: RecordedResource): readonly RecordedResource[] {
    if (resource.custom || resource.remote) return [resource];
    return this.resources.filter(({ parent }) => parent === resource.urn).flatMap((child) => this.#resourcesIn(child));
  }

  #before(urn: string): ReadonlySet<string> {
    const byUrn = new Map(this.resources.map((resource) => [resource.urn, resource]));
    const seen = new Set<string>();
    const pending = [urn];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const resource = byUrn.get(next);
      for (const edge of [...(resource?.dependencies ?? []), resource?.parent, resource?.provider]) {
        if (typeof edge !== "string" || seen.has(edge)) continue;
        seen.add(edge);
        pending.push(edge);
      }
    }
    return seen;
  }
}
