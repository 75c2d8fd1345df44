// What Karpenter leaves in the account: it stands in the way of a destroy, and is found by tag.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ExplainedError } from "../../automation/base/errors";
import { destroy } from "../../automation/destroy";
import { findOrphans, type Orphan } from "../../automation/recovery/orphans";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { openSandboxStack, type SandboxStack } from "./sandbox-stack";
import { readStackFile } from "../../automation/base/stack-file";
import { startSandbox } from "../../sandbox/start";
import { arnOf } from "../../sandbox/provider/account";
import { AWS_TYPES } from "../../sandbox/aws/types";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import { Store } from "../../sandbox/provider/store";

const root = resolve(__dirname, "..", "..");

const OF_CONTROLLERS = [AWS_TYPES.loadBalancer, AWS_TYPES.targetGroup, AWS_TYPES.logGroup];

describe("what is left of a cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-orphans-"));
  const cluster = "eks-swap-dev";
  let opened: SandboxStack;
  before(async () => {
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const config = readStackFile(root, "dev");
    opened = await openSandboxStack({ folder, stack: "dev", config, cli });
  });
  after(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  });

  async function kinds(): Promise<readonly Orphan["kind"][]> {
    return [...new Set((await findOrphans(opened.stack, cluster)).map(({ kind }) => kind))];
  }

  it("is nothing, or is listed by its kind and id until somebody removes it", async () => {
    const { stack } = opened;
    await stack.up();
    const leave = { operation: "delete", fault: "leave", times: 9 };
    const types = [KUBERNETES_TYPES.nodePool, KUBERNETES_TYPES.nodeClass];
    writeFileSync(join(folder, "faults.json"), JSON.stringify(types.map((type) => ({ ...leave, type }))));
    await assert.rejects(stack.destroy(), /DependencyViolation: The subnet '.*' has dependencies|DeleteConflict/);

    // What the cloud controller, the AWS Load Balancer Controller and Amazon EKS make by themselves.
    const cloud = new Store(folder);
    const ofCluster = { [`kubernetes.io/cluster/${cluster}`]: "owned" };
    const ofController = { "elbv2.k8s.aws/cluster": cluster };
    const leaveBalancer = (type: string, id: string, tags: Readonly<Record<string, string>>): void => {
      cloud.put({
        type,
        id,
        inputs: {},
        outputs: { arn: arnOf("elasticloadbalancing", id), tags },
        secrets: [],
        memory: {},
      });
    };
    leaveBalancer(AWS_TYPES.loadBalancer, "loadbalancer/a1b2", ofCluster);
    leaveBalancer(AWS_TYPES.loadBalancer, "loadbalancer/net/k8s-web/50dc", ofController);
    leaveBalancer(AWS_TYPES.targetGroup, "targetgroup/k8s-web/6d0e", ofController);
    leaveBalancer(AWS_TYPES.logGroup, `/aws/eks/${cluster}/cluster`, {});

    const left = [
      "instance",
      "load balancer",
      "target group",
      "network interface",
      "volume",
      "launch template",
      "instance profile",
      "log group",
    ];
    assert.deepEqual(await kinds(), left);
    assert.deepEqual(await findOrphans(stack, "another"), []);

    // As the command reports it, when the destroy fails for it.
    const said: string[] = [];
    const sandbox = { folder, start: async () => startSandbox(folder) };
    await assert.rejects(
      destroy({ stack: "dev", folder: root, sandbox, retries: 0, say: (line) => said.push(line) }),
      (error: unknown) => {
        assert.ok(error instanceof ExplainedError);
        assert.equal(error.kind, "update-failed");
        assert.ok(Array.isArray(error.details["orphans"]) && error.details["orphans"].length > 0);
        return true;
      },
    );
    // The cluster is there still, and its log group is no orphan.
    for (const kind of left) {
      const isListed = said.some((line) => line.startsWith(`left in the account: ${kind} `));
      assert.equal(isListed, kind !== "log group", kind);
    }

    const removals = (await findOrphans(opened.stack, cluster)).map(({ remove }) => remove);
    assert.equal(
      removals.filter((line) => line === "aws elb delete-load-balancer --load-balancer-name a1b2").length,
      1,
    );
    assert.ok(
      removals.some((line) =>
        /^aws elbv2 delete-load-balancer --load-balancer-arn arn:\S+\/net\/k8s-web\/50dc$/.test(line),
      ),
    );
    assert.equal(removals.at(-1), `aws logs delete-log-group --log-group-name /aws/eks/${cluster}/cluster`);
    for (const type of OF_CONTROLLERS) for (const { id } of cloud.list(type)) cloud.remove(type, id);
    for (const type of [AWS_TYPES.instance, AWS_TYPES.instanceProfile, AWS_TYPES.networkInterface]) {
      for (const { id } of cloud.list(type)) cloud.remove(type, id);
    }
    await stack.destroy();
    assert.deepEqual(await kinds(), ["volume", "launch template"]);
    assert.deepEqual(
      [...new Set(cloud.list().map(({ type }) => type))].toSorted(),
      [AWS_TYPES.launchTemplate, AWS_TYPES.volume].toSorted(),
    );
  });
});
