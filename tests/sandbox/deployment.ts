// The dev stack in a sandbox without an engine: the program runs on Pulumi's mocks, and the fake providers answer them.
import { resolve } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runProgram } from "../../automation/engine/program";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { NAMESPACE } from "../../config/namespace";
import { EksPackage } from "../../sandbox/eks/package";
import { installPrometheusOperator } from "../../sandbox/kubernetes/monitoring";
import { fakeProviderFor } from "../../sandbox/packages";
import type { FakeProvider } from "../../sandbox/provider/fake-provider";
import { withChanges } from "../config/configs";
import { MemoryStore } from "./provider/memory-store";
import { isProperties, isValue, type Properties } from "../../sandbox/provider/values";

/** Name of the dev stack's cluster. */
const CLUSTER = "eks-swap-dev";

/** A resource that the program made. */
export interface Deployed {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** The inputs as the provider's check returned them. */
  readonly inputs: Properties;
}

/** A cloud in memory. */
export class Cloud {
  readonly store: MemoryStore;
  readonly #providers: Readonly<Record<string, FakeProvider>>;

  /** @param origin the cloud to start as a copy of; empty without it */
  constructor(origin?: Cloud) {
    this.store = new MemoryStore(origin?.store);
    this.#providers = {
      aws: fakeProviderFor("aws", this.store),
      kubernetes: fakeProviderFor("kubernetes", this.store),
    };
  }

  /** The fake of the package that a type or function belongs to; undefined for components. */
  fakeProvider(token: string): FakeProvider | undefined {
    return this.#providers[token.split(":")[0] ?? ""];
  }
}

/** The resources of a program and the cloud that they are in. */
export interface Deployment {
  readonly cloud: Cloud;
  /** In the order in which they came to be. */
  readonly resources: readonly Deployed[];
}

/** The resource with a logical name. */
export function findResource({ resources }: Deployment, name: string): Deployed {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`the program makes no ${name}`);
  return found;
}

/** The fake provider of a resource. */
export function fakeProviderOf(cloud: Cloud, { type }: { readonly type: string }): FakeProvider {
  const fakeProvider = cloud.fakeProvider(type);
  if (fakeProvider === undefined) throw new Error(`no fake provider keeps resources of type ${type}`);
  return fakeProvider;
}

/** The name by which the engine knows a resource; the fake providers read type and name of it. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::eks-swap::${type}::${name}`;
}

/** A value as it goes over the wire. */
function toProperties(value: unknown): Properties {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  if (!isValue(plain) || !isProperties(plain)) throw new Error("not the properties of a resource");
  return plain;
}

async function make(
  cloud: Cloud,
  type: string,
  name: string,
  given: unknown,
): Promise<Deployed & { state: Properties }> {
  const fakeProvider = cloud.fakeProvider(type);
  if (fakeProvider === undefined) return { urn: "", type, name, id: "", inputs: {}, state: toProperties(given) };
  const urn = urnOf(type, name);
  const { inputs, failures } = await fakeProvider.check(urn, {}, toProperties(given));
  if (failures.length > 0) throw new Error(`${urn}: ${failures.map(({ reason }) => reason).join("; ")}`);
  const { id, outs } = await fakeProvider.create(urn, inputs);
  return { urn, type, name, id, inputs, state: outs };
}

/** Answers of the fake providers to a program; `eks.Cluster` is built on the spot, from the same code as in the engine. */
class FakeProviderMocks implements pulumi.runtime.Mocks {
  readonly resources: Deployed[] = [];
  readonly failures: unknown[] = [];
  readonly #cloud: Cloud;
  readonly #underConstruction = new Set<string>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  async newResource({
    type,
    name,
    inputs,
  }: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    try {
      if (type === "eks:index:Cluster" && !this.#underConstruction.has(name))
        return await this.#construct(name, toProperties(inputs));
      const { state, ...made } = await make(this.#cloud, type, name, inputs);
      if (made.urn !== "") this.resources.push(made);
      return { id: made.id, state };
    } catch (error) {
      this.failures.push(error);
      throw error;
    }
  }

  async call({ token, inputs }: pulumi.runtime.MockCallArgs): Promise<Properties> {
    const { outputs } = (await this.#cloud.fakeProvider(token)?.invoke(token, toProperties(inputs))) ?? {};
    return toProperties(outputs);
  }

  async #construct(name: string, inputs: Properties): Promise<pulumi.runtime.MockResourceResult> {
    this.#underConstruction.add(name);
    const { state } = await new EksPackage("0.0.0").construct(name, "eks:index:Cluster", inputs, {});
    return {
      id: "",
      state: Object.fromEntries(Object.entries(state).map(([key, value]) => [key, pulumi.output(value)])),
    };
  }
}

/**
 * Runs a program to its end against an empty cloud.
 * @throws Error with what a fake provider refused
 */
async function deploy(program: () => Promise<void>, config: Readonly<Record<string, string>>): Promise<Deployment> {
  const cloud = new Cloud();
  installPrometheusOperator(cloud.store, CLUSTER);
  const mocks = new FakeProviderMocks(cloud);
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(mocks, "eks-swap", "dev");
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  if (mocks.failures.length > 0) throw new AggregateError(mocks.failures, mocks.failures.map(String).join("\n"));
  return { cloud, resources: mocks.resources };
}

/**
 * Deploys the program with the dev stack's config, and with what makes it use everything that the sandbox knows: an
 * administrator, monitoring, and a launch template of somebody who only takes userData from the package.
 */
export async function deployDevStack(): Promise<Deployment> {
  const dev = ourConfig(readStackFile(resolve(__dirname, "..", ".."), "dev"));
  const config = withChanges(dev, {
    "cluster.adminRoleArns": ["arn:aws:iam::123456789012:role/platform"],
    "cluster.endpoint.publicCidrs": ["203.0.113.0/24"],
    monitoring: "prometheus-operator",
  });
  const keys = Object.entries(config).map(([key, value]): [string, string] => [
    `${NAMESPACE}:${key}`,
    JSON.stringify(value),
  ]);
  const program = async (): Promise<void> => {
    await runProgram();
    new aws.ec2.LaunchTemplate("own-template", {
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 56, volumeType: "gp3", throughput: 250 } }],
      userData: Buffer.from("#!/bin/bash\n").toString("base64"),
    });
  };
  return deploy(program, Object.fromEntries(keys));
}
