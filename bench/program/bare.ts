// A Pulumi program without any of eks-swap: it registers the resources of a recording one after the other, through the same
// SDKs, with the same parents, inputs and dependencies. Values that were born in the cloud are Outputs, as they are in eks-swap.
import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { nameOf } from "../../automation/base/urn";
import { type Recorded, type Recording, secretText, visitStrings } from "./recording";

type ResourceClass = new (name: string, args: unknown, options: pulumi.CustomResourceOptions) => pulumi.Resource;

const classSchema = z.custom<ResourceClass>((value) => typeof value === "function");

const REMOTE = "eks:index:Cluster";

/** The classes of @pulumi/kubernetes by type, and those whose tokens do not say where they are. */
const CLASSES: Readonly<Record<string, unknown>> = {
  [REMOTE]: eks.Cluster,
  "pulumi:providers:kubernetes": kubernetes.Provider,
  "kubernetes:helm.sh/v3:Release": kubernetes.helm.v3.Release,
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy":
    kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy,
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding":
    kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding,
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": kubernetes.apiextensions.CustomResource,
  "kubernetes:karpenter.sh/v1:NodePool": kubernetes.apiextensions.CustomResource,
};

/** The class of a type such as `aws:ec2/vpc:Vpc`. */
function classOf(type: string): ResourceClass {
  const [, module, name] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const found: unknown =
    module === undefined || name === undefined ? CLASSES[type] : Reflect.get(Object(Reflect.get(aws, module)), name);
  return classSchema.parse(found, { error: () => `no class for ${type}` });
}

/** A value that another resource was born with: where it is found in the resource of this run. */
interface Born {
  readonly text: string;
  readonly value: pulumi.Output<string>;
}

class Loop {
  readonly #made = new Map<string, pulumi.Resource>();
  readonly #born = new Map<string, readonly Born[]>();
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  run(): Record<string, unknown> {
    let outputs: Record<string, unknown> = {};
    for (const resource of this.#recording.resources) {
      if (resource.type === "pulumi:pulumi:Stack") outputs = mapValues(resource.outputs, reveal);
      else if (resource.custom !== true && resource.type !== REMOTE) this.#registerComponent(resource);
      else if (!/^pulumi:providers:\w+::default/.test(`${resource.type}::${nameOf(resource.urn)}`))
        this.#register(resource);
    }
    return outputs;
  }

  #registerComponent(resource: Recorded): void {
    if (this.#isRemotes(resource)) return;
    const component = new Component(resource, this.#parentOf(resource));
    this.#made.set(resource.urn, component);
  }

  #register(resource: Recorded): void {
    if (this.#isRemotes(resource)) return;
    const inputs = resource.type === REMOTE ? this.#recording.clusterArgs : givenInputs(resource);
    const args = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => {
        const from = resource.propertyDependencies[key] ?? resource.dependencies;
        return [key, this.#fill(value, [...from, ...resource.dependencies])];
      }),
    );
    const provider = this.#made.get((resource.provider ?? "").split("::").slice(0, -1).join("::"));
    const parent = this.#parentOf(resource);
    const dependsOn = [...new Set(resource.dependencies.flatMap((urn) => this.#made.get(this.#remoteOf(urn)) ?? []))];
    const made = new (classOf(resource.type))(nameOf(resource.urn), args, {
      ...(parent === undefined ? {} : { parent }),
      dependsOn,
      customTimeouts: mapValues(resource.customTimeouts, (seconds) => `${seconds}s`),
      ...(provider instanceof pulumi.ProviderResource ? { provider } : {}),
    });
    this.#made.set(resource.urn, made);
    this.#born.set(resource.urn, bornOf(resource, inputs, made));
  }

  #parentOf({ parent }: Recorded): pulumi.Resource | undefined {
    return parent === undefined ? undefined : this.#made.get(parent);
  }

  /** Whether a plug-in's component registers it. */
  #isRemotes({ urn }: Recorded): boolean {
    return this.#remoteOf(urn) !== urn;
  }

  /** The plug-in's component that a resource is in; the resource itself where there is none. */
  #remoteOf(urn: string): string {
    if (!urn.includes(`$${REMOTE}$`)) return urn;
    return this.#recording.resources.find(({ type }) => type === REMOTE)?.urn ?? urn;
  }

  /** A recorded value with this run's values in the place of those that were born in the recorded one. */
  #fill(value: unknown, dependencies: readonly string[]): unknown {
    const secret = secretText(value);
    if (secret !== undefined) return pulumi.secret(this.#fill(secret, dependencies));
    if (Array.isArray(value)) return value.map((item) => this.#fill(item, dependencies));
    if (typeof value === "object" && value !== null) {
      return mapValues(Object.fromEntries(Object.entries(value)), (item) => this.#fill(item, dependencies));
    }
    if (typeof value !== "string") return value;
    const sources = new Set(dependencies.map((urn) => this.#remoteOf(urn)));
    const used = new Map<string, pulumi.Output<string>>();
    for (const { text, value: output } of [...sources].flatMap((urn) => this.#born.get(urn) ?? [])) {
      if (value.includes(text) && ![...used.keys()].some((longer) => longer.includes(text))) used.set(text, output);
    }
    if (used.size === 0) return value;
    return pulumi.all([...used.values()]).apply((texts) => {
      return [...used.keys()].reduce((filled, text, index) => filled.replaceAll(text, texts[index] ?? ""), value);
    });
  }
}

class Component extends pulumi.ComponentResource {
  constructor(recorded: Recorded, parent: pulumi.Resource | undefined) {
    super(recorded.type, nameOf(recorded.urn), {}, parent === undefined ? {} : { parent });
    this.registerOutputs(mapValues(recorded.outputs, reveal));
  }
}

/** What eks-swap had given: without what the provider filled in. */
function givenInputs({ inputs, type }: Recorded): Readonly<Record<string, unknown>> {
  const filled = z.array(z.string()).default([]).parse(inputs["__defaults"]);
  // The version of a provider is that of its SDK.
  const own = type.startsWith("pulumi:providers:") ? [...filled, "version"] : filled;
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__") && !own.includes(key)));
}

/** Texts of a resource that nobody gave it, the longest first. */
function bornOf(resource: Recorded, inputs: unknown, made: pulumi.Resource): readonly Born[] {
  const given = new Set<string>();
  visitStrings(inputs, (text) => given.add(text));
  const born = new Map<string, pulumi.Output<string>>();
  visitStrings(resource.outputs, (text, [key = "", ...path]) => {
    const property: unknown = Reflect.get(made, key);
    if (given.has(text) || text.length < 8 || property === undefined || text.startsWith("urn:")) return;
    born.set(
      text,
      pulumi.output(property).apply((value) => String(at(value, path))),
    );
  });
  if (resource.id !== undefined && !given.has(resource.id) && made instanceof pulumi.CustomResource) {
    born.set(resource.id, made.id);
  }
  return [...born]
    .map(([text, value]) => ({ text, value }))
    .toSorted((one, other) => other.text.length - one.text.length);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

function reveal(value: unknown): unknown {
  const secret = secretText(value);
  return secret === undefined ? value : pulumi.secret(secret);
}

function mapValues<Value, Mapped>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** The program. */
export async function runBareProgram(recording: Recording): Promise<Record<string, unknown>> {
  return new Loop(recording).run();
}
