// The way out for what no key covers: every component hands Pulumi's option `transforms` to the engine. That the engine then
// applies them to all below, children of the eks plug-in included, is shown on the real one, in tests/engine/transforms.test.ts.
import assert from "node:assert/strict";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as components from "../../components";
import { readSettings } from "../../config/settings";
import { record } from "../support/recorder";
import type { Recording } from "../support/recording";

const leave: pulumi.ResourceTransform = () => undefined;
const OPTS = { transforms: [leave] };

const POOLS = { spikes: { swap: { size: "30Gi", backings: ["root-volume"] } } } as const;
const settings = readSettings({ cluster: { name: "dev" }, pools: POOLS });

const EXISTING = {
  name: "mine",
  nodeRoleArn: "arn:aws:iam::123456789012:role/KarpenterNodeRole-mine",
  securityGroupIds: ["sg-0123456789abcdef0"],
  subnetIds: ["subnet-0123456789abcdef0"],
};

/** Makes every component that the package has, each with a transform. */
async function recordAll(): Promise<Recording> {
  return record(() => {
    const platform = components.providePlatform(settings, OPTS);
    const { provider, requires } = platform;
    for (const pool of settings.pools) new components.SwapPool(pool.plan.pool, { ...pool, ...platform }, OPTS);
    const plans = settings.pools.map(({ plan }) => plan);
    new components.Monitoring("monitoring", { plans, provider }, OPTS);
    new components.Guard("alone", { pool: "theirs", mode: "warn", provider, requires }, OPTS);
  });
}

async function recordExisting(): Promise<Recording> {
  const { platform, tags, protect } = readSettings({
    cluster: { existing: EXISTING, kubernetesVersion: "1.34" },
    karpenter: { install: false },
    pools: POOLS,
  });
  return record(() => {
    components.providePlatform({ platform, tags, protect }, OPTS);
  });
}

function isComponent(value: unknown): boolean {
  return typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;
}

describe("transforms", () => {
  let recordings: readonly Recording[] = [];
  before(async () => {
    recordings = [await recordAll(), await recordExisting()];
  });

  it("reach the engine from every component that the package exports", () => {
    const handedOn = recordings
      .flatMap(({ resources }) => resources)
      .filter(({ type, options }) => type.startsWith("eks-swap:") && options.transforms === 1)
      .map(({ type }) => type.split(":").at(-1) ?? "");
    const exported = Object.entries(components).filter(([, value]) => isComponent(value));
    assert.deepEqual([...new Set(handedOn)].toSorted(), exported.map(([name]) => name).toSorted());
  });

  it("of a component are those of what is made below it: every child has it among its ancestors", () => {
    for (const { resources } of recordings) {
      const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
      for (const { name, custom, parent, options } of resources) {
        if (!custom) continue;
        let above = byUrn.get(parent ?? "");
        while (above !== undefined && above.options.transforms === undefined) above = byUrn.get(above.parent ?? "");
        assert.ok(above !== undefined, `${name} is below no component with transforms: ${JSON.stringify(options)}`);
      }
    }
  });

  it("are not there where none is given", async () => {
    const { resources } = await record(() => {
      const provider = new kubernetes.Provider("provider");
      new components.Guard("alone", { pool: "theirs", mode: "warn", provider, requires: [] });
    });
    assert.deepEqual(
      resources.map(({ options }) => options.transforms),
      resources.map(() => undefined),
    );
  });
});
