// Every rule of the sandbox against a variant of what the program sends that breaks it, and against what it really sends.
import assert from "node:assert/strict";
import { awsKinds } from "../../sandbox/aws/package";
import { kubernetesKinds } from "../../sandbox/kubernetes/package";
import type { Rule } from "../../sandbox/provider/kind";
import type { FakeProvider } from "../../sandbox/provider/fake-provider";
import { Cloud, deployDevStack, findResource, fakeProviderOf, type Deployed, type Deployment } from "./deployment";
import type { Variant } from "./variants/variants";
import { EKS_VARIANTS } from "./variants/eks";
import { EVENT_VARIANTS, IAM_VARIANTS } from "./variants/iam";
import { KUBERNETES_VARIANTS } from "./variants/kubernetes";
import { NETWORK_VARIANTS } from "./variants/network";

const KINDS = [...awsKinds, ...kubernetesKinds];
const rules: readonly Rule[] = KINDS.flatMap((kind) => kind.rules);
const VARIANTS: readonly Variant[] = [
  ...NETWORK_VARIANTS,
  ...IAM_VARIANTS,
  ...EVENT_VARIANTS,
  ...EKS_VARIANTS,
  ...KUBERNETES_VARIANTS,
];

describe("rules of the sandbox", () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await deployDevStack();
  });

  it("accept the dev stack as a whole, and its resources in any number of updates", async () => {
    const inCopy = new Cloud(deployment.cloud);
    for (const resource of deployment.resources) {
      await fakeProviderOf(inCopy, resource).update(resource.id, resource.urn, {}, resource.inputs);
    }
  });

  it("let the dev stack go in the reverse of the order in which it came", async () => {
    const inCopy = new Cloud(deployment.cloud);
    for (const resource of deployment.resources.toReversed()) {
      await fakeProviderOf(inCopy, resource).delete(resource.id, resource.urn);
    }
    assert.deepEqual(inCopy.store.list(), []);
  });

  it("cite where they come from", () => {
    for (const { id, source } of rules) assert.match(source, /^https:\/\/[^ ]+$/, id);
  });

  it("have ids that name one rule each", () => {
    for (const kind of KINDS) {
      const ids = kind.rules.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)], kind.type);
    }
  });

  it("all have a broken variant", () => {
    const ids = new Set(rules.map(({ id }) => id));
    const caught = new Set(VARIANTS.map(({ rule }) => rule));
    assert.deepEqual(
      [...ids].filter((id) => !caught.has(id)),
      [],
    );
    assert.deepEqual(
      [...caught].filter((id) => !ids.has(id)),
      [],
    );
  });

  for (const variant of VARIANTS) {
    it(`${variant.rule} catches a variant of ${variant.resource} (${variant.moment})`, async () => {
      const resource = findResource(deployment, variant.resource);
      const intact = await attempt(variant, resource, new Cloud(deployment.cloud), true);
      assert.doesNotMatch(intact.join("\n"), mark(variant.rule));
      const broken = await attempt(variant, resource, new Cloud(deployment.cloud), false);
      assert.match(broken.join("\n"), mark(variant.rule));
    });
  }
});

function mark(rule: string): RegExp {
  return new RegExp(`\\[sandbox rule ${rule},`);
}

/** What the fake provider refuses, without the variant's fault if `intact`. */
async function attempt(
  variant: Variant,
  resource: Deployed,
  cloud: Cloud,
  intact: boolean,
): Promise<readonly string[]> {
  const fakeProvider = fakeProviderOf(cloud, resource);
  const { moment } = variant;
  // There is no deletion without a fault: a resource that others hold is the fault.
  if (moment === "delete" && intact) return [];
  if (moment === "create" || moment === "ready") cloud.store.remove(resource.type, resource.id);
  if (!intact) variant.around(cloud.store, resource);
  const inputs = intact ? resource.inputs : variant.change(resource.inputs);
  return moment === "check"
    ? check(fakeProvider, resource, inputs)
    : refusals(act(fakeProvider, moment, resource, inputs));
}

async function check(
  fakeProvider: FakeProvider,
  { urn }: Deployed,
  inputs: Deployed["inputs"],
): Promise<readonly string[]> {
  const { failures } = await fakeProvider.check(urn, {}, inputs);
  return failures.map(({ reason }) => reason);
}

async function act(
  fakeProvider: FakeProvider,
  moment: Variant["moment"],
  { id, urn }: Deployed,
  inputs: Deployed["inputs"],
): Promise<unknown> {
  if (moment === "update") return fakeProvider.update(id, urn, {}, inputs);
  return moment === "delete" ? fakeProvider.delete(id, urn) : fakeProvider.create(urn, inputs);
}

async function refusals(action: Promise<unknown>): Promise<readonly string[]> {
  try {
    await action;
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
