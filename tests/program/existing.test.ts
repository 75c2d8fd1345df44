// The program in a cluster that exists: nothing of theirs is created or changed, and what pools need is checked.
import assert from "node:assert/strict";
import { runProgram } from "../../automation/engine/program";
import { valueAt } from "../../config/value-at";
import { nodeClassKind } from "../support/cloud";
import type { Recording } from "../support/recording";
import { record, RecorderError, type RecorderOptions } from "../support/recorder";

const POOLS = { ebs: { swap: { size: "30Gi", backings: ["root-volume"] } } };
const NODE_ROLE_ARN = "arn:aws:iam::123456789012:role/karpenter/KarpenterNodeRole-theirs";
const EXISTING = {
  name: "theirs",
  securityGroupIds: ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
  subnetIds: ["subnet-0123456789abcdef0"],
};

async function run(
  cluster: Readonly<Record<string, unknown>>,
  karpenter: Readonly<Record<string, unknown>>,
  cloud: NonNullable<RecorderOptions["cloud"]> = {},
): Promise<Recording> {
  const config = { cluster: { kubernetesVersion: "1.34", ...cluster }, karpenter, pools: POOLS };
  const texts = Object.entries(config).map(([key, value]): [string, string] => [
    `eks-swap:${key}`,
    JSON.stringify(value),
  ]);
  return record(runProgram, { config: Object.fromEntries(texts), cloud });
}

async function refusal(running: Promise<Recording>): Promise<string> {
  try {
    await running;
  } catch (error) {
    assert.ok(error instanceof RecorderError);
    return error.message;
  }
  return "";
}

describe("the program with cluster.existing", () => {
  it("makes nothing but pools where Karpenter runs already", async () => {
    const recording = await run(
      { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN } },
      { install: false, version: "1.15.0" },
    );
    assert.deepEqual(recording.counts(), {
      "eks-swap:cluster:ExistingCluster": 1,
      "eks-swap:karpenter:RunningKarpenter": 1,
      "eks-swap:swap:Guard": 1,
      "eks-swap:swap:SwapPool": 1,
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": 1,
      "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": 2,
      "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": 1,
      "kubernetes:karpenter.sh/v1:NodePool": 1,
      "pulumi:providers:kubernetes": 1,
    });
    const spec = recording.get("ebs-node-class").inputs["spec"];
    assert.equal(valueAt(spec, ["role"]), "KarpenterNodeRole-theirs");
    assert.deepEqual(valueAt(spec, ["subnetSelectorTerms"]), [{ id: "subnet-0123456789abcdef0" }]);
    assert.deepEqual(valueAt(spec, ["securityGroupSelectorTerms"]), [
      { id: "sg-0123456789abcdef0" },
      { id: "sg-0123456789abcdef1" },
    ]);
    assert.deepEqual(recording.reads, [
      {
        type: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
        name: "karpenter-node-class-kind",
        id: "ec2nodeclasses.karpenter.k8s.aws",
      },
    ]);
  });

  it("asks the running cluster for a token by its own name and region, and keeps the kubeconfig a secret", async () => {
    const recording = await run(
      { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN } },
      { install: false, version: "1.15.0" },
    );
    assert.deepEqual(recording.get("cluster-kubernetes").secretInputs, ["kubeconfig"]);
    const kubeconfig: unknown = JSON.parse(String(recording.stackOutputs.values["kubeconfig"]));
    const exec = valueAt(kubeconfig, ["users", 0, "user", "exec"]);
    const parameters = ["eks", "get-token", "--cluster-name", "theirs", "--region", "eu-central-1"];
    assert.deepEqual([valueAt(exec, ["command"]), valueAt(exec, ["args"])], ["aws", parameters]);
    assert.deepEqual(recording.stackOutputs.secrets, ["kubeconfig"]);
  });

  it("refuses a CRD that drops the kubelet's swap settings", async () => {
    const closed = {
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": (name: string) => ({
        id: name,
        state: { spec: nodeClassKind(false) },
      }),
    };
    const running = run(
      { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN } },
      { install: false, version: "1.15.0" },
      { resources: closed },
    );
    assert.match(await refusal(running), /drops failSwapOn and memorySwap from spec\.kubelet/);
  });

  it("puts swap settings into userData for an older Karpenter, and needs no open CRD", async () => {
    const recording = await run(
      { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN } },
      { install: false, version: "1.14.1" },
    );
    const spec = recording.get("ebs-node-class").inputs["spec"];
    assert.deepEqual(valueAt(spec, ["kubelet"]), {
      evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
      systemReserved: { "ephemeral-storage": "30Gi" },
    });
    const userData = String(valueAt(spec, ["userData"]));
    assert.match(userData, /Content-Type: application\/node\.eks\.aws\n\n.*\nkind: NodeConfig\n/);
    assert.match(userData, / {6}failSwapOn: false\n {6}memorySwap:\n {8}swapBehavior: LimitedSwap\n/);
    assert.deepEqual(recording.reads, []);
  });

  it("installs Karpenter in it, and nothing of cluster or network", async () => {
    const recording = await run({ existing: EXISTING }, {});
    const types = Object.keys(recording.counts());
    assert.deepEqual(
      types.filter((type) => /^aws:ec2\/|^eks:|nodeGroup|addon/.test(type)),
      [],
    );
    recording.assertFollows("ebs-node-pool", ["ebs-node-class", "karpenter"]);
    assert.equal(
      valueAt(recording.get("karpenter-controller").inputs, ["values", "settings", "clusterName"]),
      "theirs",
    );
  });

  it("refuses a cluster that runs another Kubernetes version than stated", async () => {
    const running = run({ existing: EXISTING, kubernetesVersion: "1.35" }, {});
    assert.match(await refusal(running), /the cluster theirs runs Kubernetes 1\.34, not 1\.35/);
  });
});
