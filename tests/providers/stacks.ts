// The life of the project's stacks on the real providers: up, no-op, each config key changed, refresh, destroy.
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { readStackFile, ourConfig } from "../../automation/base/stack-file";
import { NAMESPACE } from "../../config/namespace";
import { withChanges, type Changes } from "../config/configs";
import { findNodeRole, lookUp, makeForeignCluster, type ForeignCluster } from "./foreign-cluster";
import { keyChanges, type BaseStack } from "./key-changes";
import { RealStack, type Operation } from "./real-stack";
import { PlanBook } from "./recorded";
import type { Scenario, ScenarioContext } from "./scenario";

type Config = Readonly<Record<string, unknown>>;

/** One controller runs, since there is one system node. */
const KARPENTER = { replicas: 1 } as const;

const root = resolve(__dirname, "..", "..");

/** A stack file of the project, whose Karpenter can run here. */
export function stackConfig(name: string, changes: Changes = {}): Config {
  return changed(readStackFile(root, name), { karpenter: KARPENTER, ...changes });
}

/** A config with changes of our keys. */
export function changed(config: Config, changes: Changes): Config {
  const others = Object.entries(config).filter(([key]) => !key.startsWith(`${NAMESPACE}:`));
  const own = Object.entries(withChanges(ourConfig(config), changes));
  return Object.fromEntries([...others, ...own.map(([key, value]) => [`${NAMESPACE}:${key}`, value] as const)]);
}

/** Up, no-op, keys and refresh of a stack that is then left as it is. */
async function live(
  context: ScenarioContext,
  stack: RealStack,
  plans: { readonly name: string; readonly base?: BaseStack; readonly config: Config },
): Promise<Operation["outputs"]> {
  const { name, base, config } = plans;
  const book = new PlanBook(name, context.record);
  let outputs: Operation["outputs"] = {};
  await context.step(`${name}: up`, async () => {
    const up = await stack.up(config);
    outputs = up.outputs;
    book.take("up", up.steps);
    return `${up.steps.length} steps`;
  });
  await context.step(`${name}: a preview changes nothing`, async () => unchanged(await stack.preview(config)));
  for (const { key, changes } of keyChanges().filter((change) => change.base === base)) {
    await context.step(
      `${name}: ${key}`,
      async () => {
        const { steps } = await stack.preview(changed(config, changes));
        book.take(key, steps);
        return summarize(steps);
      },
      true,
    );
  }
  await context.step(`${name}: a refresh finds no drift`, async () => unchanged(await stack.refresh(config)), true);
  await book.save();
  return outputs;
}

async function end(context: ScenarioContext, stack: RealStack, name: string, config: Config): Promise<void> {
  await context.step(`${name}: destroy leaves nothing`, async () => {
    const { steps } = await stack.destroy(config);
    assert.deepEqual([...new Set(steps.map(({ op }) => op))], ["delete"]);
    assert.equal(await stack.size(), 0);
    return `${steps.length} steps`;
  });
}

function unchanged({ steps, same }: Operation): string {
  assert.deepEqual(steps, []);
  return `${same} unchanged`;
}

/** `3 update, 1 create`. */
function summarize(steps: Operation["steps"]): string {
  const ops = [...new Set(steps.map(({ op }) => op))];
  return ops.map((op) => `${steps.filter((step) => step.op === op).length} ${op}`).join(", ") || "no steps";
}

/** The dev stack, and pools that a second stack puts into its cluster. */
export const DEV_SCENARIO: Scenario = {
  name: "dev, and pools of another stack in its cluster",
  run: async (context) => {
    const { world, folder } = context;
    const config = stackConfig("dev");
    const dev = await RealStack.open(world, join(folder, "dev"), "dev");
    await live(context, dev, { name: "dev", base: "dev", config });
    // What a change of cluster.existing.name names: a preview looks the cluster up.
    await makeForeignCluster(world, "eks-swap-other");
    const pools = await RealStack.open(world, join(folder, "existing"), "existing");
    const existing = existingConfig({
      ...(await lookUp(world, "eks-swap-dev")),
      nodeRoleArn: await findNodeRole(world),
    });
    await live(context, pools, { name: "existing", base: "existing", config: existing });
    await end(context, pools, "existing", existing);
    await end(context, dev, "dev", config);
  },
};

/** Pools in a cluster of somebody else's, whose Karpenter runs or is to be installed. */
function existingConfig(cluster: ForeignCluster): Config {
  const install = cluster.nodeRoleArn === undefined;
  return {
    "aws:region": "eu-central-1",
    "eks-swap:cluster": { kubernetesVersion: "1.36", existing: cluster },
    "eks-swap:karpenter": { install, ...(install ? KARPENTER : {}) },
    "eks-swap:pools": { spikes: { swap: { size: "16Gi", backings: ["root-volume"] } } },
  };
}

/** Pools and Karpenter in a cluster that has none. */
export const INSTALL_SCENARIO: Scenario = {
  name: "a cluster of somebody else's, without Karpenter",
  run: async (context) => {
    const { world, folder } = context;
    const config = existingConfig(await makeForeignCluster(world, "eks-swap-theirs"));
    const stack = await RealStack.open(world, join(folder, "install"), "install");
    await live(context, stack, { name: "install", config });
    await end(context, stack, "install", config);
  },
};

/** The prod stack, which Pulumi and AWS protect. */
export const PROD_SCENARIO: Scenario = {
  name: "prod",
  run: async (context) => {
    const config = stackConfig("prod");
    const stack = await RealStack.open(context.world, join(context.folder, "prod"), "prod");
    await live(context, stack, { name: "prod", config });
    await context.step("prod: Pulumi refuses to destroy it", async () => {
      await assert.rejects(stack.destroy(config), /cannot be deleted/);
      return undefined;
    });
    const unprotected = changed(config, { protect: false });
    await context.step("prod: AWS refuses to delete the cluster", async () => {
      await stack.up(unprotected);
      await assert.rejects(stack.destroy(unprotected), /deletion protection/i);
      return undefined;
    });
    const free = changed(unprotected, { "cluster.deletionProtection": false });
    await context.step("prod: up without protection", async () => summarize((await stack.up(free)).steps));
    await end(context, stack, "prod", free);
  },
};
