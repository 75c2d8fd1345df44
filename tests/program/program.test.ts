// The whole program on Pulumi's mocks: what it registers, in which order, and what it gives out.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadAll } from "js-yaml";
import { z } from "zod";
import { runProgram } from "../../automation/engine/program";
import { renderFiles, renderPools } from "../../automation/render/render";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { valueAt } from "../../config/value-at";
import { readSettings, type Settings } from "../../config/settings";
import type { Recording } from "../support/recording";
import { record, RecorderError } from "../support/recorder";
import { toRecord } from "../support/sent-values";
import { VALID_CONFIG, withChanges } from "../config/configs";

const devConfig = readStackFile(resolve(__dirname, "..", ".."), "dev");

/** What only AWS knows: the node role's name, three subnets, one security group. */
const bornInCloudSchema = z.object({
  role: z.literal("karpenter-identity-node-1a2b3c4"),
  subnetSelectorTerms: z.array(z.object({ id: z.string().regex(/^subnet-0[0-9a-f]{16}$/) })).length(3),
  securityGroupSelectorTerms: z.array(z.object({ id: z.string().regex(/^sg-0[0-9a-f]{16}$/) })).length(1),
});

/** What stands for them in rendered files. */
const PLACEHOLDERS = {
  role: "placeholder-node-role",
  subnetSelectorTerms: [{ id: "subnet-00000000000000000" }],
  securityGroupSelectorTerms: [{ id: "sg-00000000000000000" }],
};

/** Config as the engine hands it over: objects as JSON text. */
function engineConfig(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

async function runWith(config: Readonly<Record<string, unknown>>): Promise<Recording> {
  const namespaced = Object.fromEntries(Object.entries(config).map(([key, value]) => [`eks-swap:${key}`, value]));
  return record(runProgram, { config: engineConfig(namespaced) });
}

/** Objects of the cluster by kind and name; Helm's releases are none. */
function sentObjects(recording: Recording): readonly unknown[] {
  return recording.resources
    .filter(({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:helm.sh/v3:Release")
    .map(({ inputs }) => {
      const { spec, ...rest } = inputs;
      const bornInCloud = bornInCloudSchema.safeParse(spec);
      return bornInCloud.success ? { ...rest, spec: { ...toRecord(spec), ...PLACEHOLDERS } } : inputs;
    });
}

function assertSent(recording: Recording, settings: Settings): void {
  const files = Object.entries(renderFiles(settings, renderPools(settings), { monitoring: false }));
  const manifests = files.filter(([path]) => path.startsWith("manifests/")).flatMap(([, text]) => loadAll(text));
  const [rendered, sent] = [byName(manifests), byName(sentObjects(recording))];
  assert.deepEqual([...rendered.keys()], [...sent.keys()]);
  const differing = [...rendered].filter(([name, object]) => !isDeepStrictEqual(object, sent.get(name)));
  // By name: a difference of userData takes minutes to draw.
  assert.deepEqual(
    differing.map(([name]) => name),
    [],
  );
}

function byName(objects: readonly unknown[]): ReadonlyMap<string, unknown> {
  const names = objects.map(
    (object) => `${String(valueAt(object, ["kind"]))}/${String(valueAt(object, ["metadata", "name"]))}`,
  );
  assert.equal(new Set(names).size, objects.length);
  return new Map(
    names.map((name, index) => [name, objects[index]] as const).toSorted(([a], [b]) => a.localeCompare(b)),
  );
}

describe("the program with the dev stack", () => {
  let recording: Recording;
  before(async () => {
    recording = await record(runProgram, { config: engineConfig(devConfig) });
  });

  it("registers exactly these resources", () => {
    assert.deepEqual(recording.counts(), {
      "aws:cloudwatch/eventRule:EventRule": 5,
      "aws:cloudwatch/eventTarget:EventTarget": 5,
      "aws:ec2/eip:Eip": 1,
      "aws:ec2/internetGateway:InternetGateway": 1,
      "aws:ec2/natGateway:NatGateway": 1,
      "aws:ec2/route:Route": 4,
      "aws:ec2/routeTable:RouteTable": 4,
      "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
      "aws:ec2/subnet:Subnet": 6,
      "aws:ec2/vpc:Vpc": 1,
      "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
      "aws:eks/accessEntry:AccessEntry": 1,
      "aws:eks/addon:Addon": 4,
      "aws:eks/nodeGroup:NodeGroup": 1,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
      "aws:iam/policy:Policy": 6,
      "aws:iam/role:Role": 3,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 14,
      "aws:sqs/queue:Queue": 1,
      "aws:sqs/queuePolicy:QueuePolicy": 1,
      "eks-swap:cluster:Cluster": 1,
      "eks-swap:karpenter:InterruptionQueue": 1,
      "eks-swap:karpenter:Karpenter": 1,
      "eks-swap:karpenter:KarpenterIdentity": 1,
      "eks-swap:network:Network": 1,
      "eks-swap:swap:Guard": 2,
      "eks-swap:swap:SwapPool": 2,
      "eks:index:Cluster": 1,
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": 2,
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": 4,
      "kubernetes:helm.sh/v3:Release": 2,
      "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": 2,
      "kubernetes:karpenter.sh/v1:NodePool": 2,
      "pulumi:providers:kubernetes": 1,
    });
    assert.deepEqual(recording.topLevel(), ["cluster", "ebs", "instance-store", "karpenter", "network"]);
  });

  it("sends what render writes to manifests, but for the values born in the cloud", () => {
    assertSent(recording, readSettings(ourConfig(devConfig)));
  });

  it("makes the pools after everything that drains and launches their nodes, and destroys them before it", () => {
    for (const pool of ["ebs", "instance-store"]) {
      recording.assertFollows(`${pool}-node-pool`, [`${pool}-node-class`, "karpenter", "cluster", "network"]);
      recording.assertFollows(`${pool}-node-class`, ["karpenter", "cluster", "network"]);
      recording.assertIndependent(`${pool}-node-class`, `${pool}-node-pool`);
    }
  });

  it("gives a NodePool the time that its nodes may take to drain, and more", () => {
    assert.deepEqual(recording.get("ebs-node-pool").options.customTimeouts, { delete: "90m" });
    assert.deepEqual(recording.get("ebs-node-class").options.customTimeouts, { delete: "20m" });
  });

  it("gives out the kubeconfig as a secret, and the pools in the open", () => {
    const { values, secrets } = recording.stackOutputs;
    assert.deepEqual(Object.keys(values).toSorted(), ["clusterName", "kubeconfig", "pools", "userData"]);
    assert.deepEqual(secrets, ["kubeconfig"]);
    assert.equal(values["clusterName"], "eks-swap-dev");
  });

  it("warns of the endpoint that is open to the internet", () => {
    const warnings = recording.messages.filter(({ severity }) => severity === "warning");
    assert.deepEqual(
      warnings.map(({ text }) => /\[([a-z-]+)\]$/.exec(text)?.[1]),
      ["endpoint-open"],
    );
  });
});

describe("the program with other configs", () => {
  it("makes a pool without swap that is a plain Karpenter pool", async () => {
    const recording = await runWith(withChanges(VALID_CONFIG, { "pools.ebs.swap": { size: 0 } }));
    const spec = recording.get("ebs-node-class").inputs["spec"];
    assert.equal(valueAt(spec, ["userData"]), undefined);
    assert.deepEqual(valueAt(spec, ["kubelet"]), {
      evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
    });
    assert.deepEqual(recording.stackOutputs.values["userData"], {});
  });

  it("creates no network resource in a network that exists", async () => {
    const network = {
      vpcId: "vpc-0123456789abcdef0",
      privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    };
    const recording = await runWith(withChanges(VALID_CONFIG, { network }));
    assert.deepEqual(
      recording.resources.filter(({ type }) => type.startsWith("aws:ec2/")).map(({ name }) => name),
      [],
    );
  });

  it("makes rules and a dashboard of all pools where the Prometheus operator runs", async () => {
    const recording = await runWith(withChanges(VALID_CONFIG, { monitoring: "prometheus-operator" }));
    assert.deepEqual(
      ["monitoring-rules", "monitoring-dashboard"].map((name) => recording.get(name).type),
      ["kubernetes:monitoring.coreos.com/v1:PrometheusRule", "kubernetes:core/v1:ConfigMap"],
    );
    assertSent(recording, readSettings(withChanges(VALID_CONFIG, { monitoring: "prometheus-operator" })));
    const expr = valueAt(recording.get("monitoring-rules").inputs, ["spec", "groups", 0, "rules", 0]);
    assert.deepEqual(expr, {
      record: "pool_backing:eks_swap_rung:planned",
      expr: "vector(1)",
      labels: { pool: "ebs", backing: "root-volume" },
    });
  });

  it("makes none without, also where YAML reads off as false", async () => {
    for (const monitoring of ["off", false, undefined]) {
      const recording = await runWith(withChanges(VALID_CONFIG, monitoring === undefined ? {} : { monitoring }));
      assert.ok(!recording.topLevel().includes("monitoring"));
    }
  });

  it("registers nothing but the Stack when anything in the config is wrong", async () => {
    const bad = withChanges(VALID_CONFIG, { "pools.ebs.swap.size": "30", "cluster.name": "-" });
    await assert.rejects(runWith(bad), (error) => {
      assert.ok(error instanceof RecorderError);
      assert.match(error.message, /\[swap-size\]/);
      assert.match(error.message, /\[cluster-name\]/);
      assert.deepEqual(
        error.recording.resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
      return true;
    });
  });
});
