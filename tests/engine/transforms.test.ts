// Pulumi's option `transforms` on the real engine: it reaches everything that the components make, what the eks plug-in makes
// of `eks.Cluster` included, and the changes arrive in the cloud.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { providePlatform, SwapPool } from "../../components";
import type { SettingsInput } from "../../config/schema/config";
import { loadSettings } from "../../config/stack-config";
import { valueAt } from "../../config/value-at";
import { Store } from "../../sandbox/provider/store";
import { startSandbox } from "../../sandbox/start";
import type { Properties } from "../../sandbox/provider/values";

/** A change of one field that no key of the stack config covers. */
interface Change {
  readonly is: (resource: pulumi.ResourceTransformArgs) => boolean;
  readonly change: (props: pulumi.Inputs) => pulumi.Inputs;
}

/** Adds one field to an object within the inputs of a resource. */
function withField(props: pulumi.Inputs, key: string, field: Readonly<Record<string, unknown>>): pulumi.Inputs {
  const inner: unknown = props[key];
  return { ...props, [key]: { ...(typeof inner === "object" ? inner : {}), ...field } };
}

const tagged = (props: pulumi.Inputs): pulumi.Inputs => withField(props, "tags", { "cost-center": "42" });

/** Those of the components' doc comments first. */
const CHANGES: readonly Change[] = [
  {
    is: ({ type }) => type === "aws:eks/cluster:Cluster",
    change: (props) => ({ ...props, zonalShiftConfig: { enabled: true } }),
  },
  {
    is: ({ name }) => name === "spikes-node-class",
    change: (props) => withField(props, "spec", { detailedMonitoring: true }),
  },
  {
    is: ({ name }) => name === "karpenter-controller",
    change: (props) => withField(props, "values", { logLevel: "debug" }),
  },
  { is: ({ name }) => name === "cluster-eks-eksRole-role", change: tagged },
  { is: ({ name }) => name === "network-vpc", change: tagged },
  { is: ({ name }) => name === "karpenter-identity-controller", change: tagged },
];

const SETTINGS: SettingsInput = {
  cluster: { name: "dev", endpoint: { publicCidrs: ["203.0.113.0/24"] } },
  pools: { spikes: { swap: { size: "30Gi", backings: ["root-volume"] } } },
};

describe("transforms on the real engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-engine-"));
  const visited = new Set<string>();
  const registered = new Set<string>();

  const transform: pulumi.ResourceTransform = (resource) => {
    visited.add(resource.name);
    const found = CHANGES.find(({ is }) => is(resource));
    return found === undefined ? undefined : { props: found.change(resource.props), opts: resource.opts };
  };

  async function program(): Promise<void> {
    const loaded = loadSettings(SETTINGS);
    const opts = { transforms: [transform] };
    const platform = providePlatform(loaded, opts);
    for (const pool of loaded.pools) new SwapPool(pool.plan.pool, { ...pool, ...platform }, opts);
  }

  before(async () => {
    const [project, backend] = [join(folder, "project"), join(folder, "backend")];
    for (const path of [project, backend]) mkdirSync(path);
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const sandbox = await startSandbox(folder);
    try {
      const url = `file://${backend}`;
      const stack = await LocalWorkspace.createStack(
        { stackName: "transforms", projectName: "transforms", program },
        {
          workDir: project,
          pulumiCommand: cli,
          projectSettings: { name: "transforms", runtime: "nodejs", backend: { url } },
          envVars: { ...sandbox.environment, PULUMI_CONFIG_PASSPHRASE: "sandbox", PULUMI_BACKEND_URL: url },
        },
      );
      await stack.setConfig("aws:region", { value: "eu-central-1" });
      await stack.up({
        onEvent: ({ resourcePreEvent }) => {
          const { urn = "", type = "" } = resourcePreEvent?.metadata ?? {};
          if (type !== "" && type !== "pulumi:pulumi:Stack") registered.add(urn.split("::").at(-1) ?? "");
        },
      });
    } finally {
      await sandbox.stop();
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("see every resource that a component or a plug-in makes", () => {
    assert.ok(registered.size > 80);
    const unseen = [...registered].filter((name) => !visited.has(name) && !name.startsWith("default"));
    assert.deepEqual(unseen, []);
  });

  it("change what the cloud has", () => {
    const stored = new Store(folder).list();
    const outputs = (accept: (type: string, values: Properties) => boolean): unknown => {
      const found = stored.filter((resource) => accept(resource.type, resource.outputs));
      assert.equal(found.length, 1);
      return found[0]?.outputs;
    };
    const cluster = outputs((type) => type === "aws:eks/cluster:Cluster");
    assert.equal(valueAt(cluster, ["zonalShiftConfig", "enabled"]), true);
    const nodeClass = outputs((type) => type === "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass");
    assert.equal(valueAt(nodeClass, ["spec", "detailedMonitoring"]), true);
    const release = outputs(
      (type, values) => type === "kubernetes:helm.sh/v3:Release" && values["name"] === "karpenter",
    );
    assert.equal(valueAt(release, ["values", "logLevel"]), "debug");
    const withTag = stored.filter(({ outputs: values }) => valueAt(values, ["tags", "cost-center"]) === "42");
    assert.deepEqual(withTag.map(({ type }) => type).toSorted(), [
      "aws:ec2/vpc:Vpc",
      "aws:iam/role:Role",
      "aws:iam/role:Role",
    ]);
  });
});
