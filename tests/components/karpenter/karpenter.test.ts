// Karpenter: identity, interruption queue and releases, and above all their order.
import assert from "node:assert/strict";
import { INTERRUPTION_EVENTS } from "../../../components/karpenter/interruption-queue";
import { CONTROLLER_POLICY_NAMES, writeControllerPolicies } from "../../../components/karpenter/policies";
import { arn } from "../../support/cloud";
import type { Recording } from "../../support/recording";
import { CLUSTER_NAME, recordPlatform, TAGS } from "../platform";

/** Filled in by the SDK for every release. */
const BY_SDK = { compat: "true" };

const queueArn = arn("sqs", "dev");
const nodeRoleArn = arn("iam", "role/karpenter-identity-node-1a2b3c4", "");

describe("Karpenter", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordPlatform();
  });

  function json(name: string, input: string): unknown {
    return JSON.parse(String(recording.get(name).inputs[input]));
  }

  it("is exactly these resources", () => {
    const types = recording.resources.flatMap(({ name, type }) => (name.startsWith("karpenter") ? [type] : []));
    assert.deepEqual(
      [...new Set(types)].toSorted().map((type) => `${type} ${types.filter((other) => other === type).length}`),
      [
        "aws:cloudwatch/eventRule:EventRule 5",
        "aws:cloudwatch/eventTarget:EventTarget 5",
        "aws:eks/accessEntry:AccessEntry 1",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation 1",
        "aws:iam/policy:Policy 6",
        "aws:iam/role:Role 2",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment 10",
        "aws:sqs/queue:Queue 1",
        "aws:sqs/queuePolicy:QueuePolicy 1",
        "eks-swap:karpenter:InterruptionQueue 1",
        "eks-swap:karpenter:Karpenter 1",
        "eks-swap:karpenter:KarpenterIdentity 1",
        "kubernetes:helm.sh/v3:Release 2",
      ],
    );
  });

  describe("identity", () => {
    it("lets EKS Pod Identity give the controller its role", () => {
      assert.deepEqual(json("karpenter-identity-controller", "assumeRolePolicy"), {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
          },
        ],
      });
      assert.deepEqual(recording.get("karpenter-identity-association").inputs, {
        clusterName: CLUSTER_NAME,
        namespace: "kube-system",
        serviceAccount: "karpenter",
        roleArn: arn("iam", "role/karpenter-identity-controller-1a2b3c4", ""),
        tags: { ...TAGS, Name: `${CLUSTER_NAME}-karpenter` },
      });
    });

    it("attaches the six documents to the controller's role, scoped to this cluster, queue and node role", () => {
      const documents = writeControllerPolicies({
        clusterArn: arn("eks", "cluster/dev"),
        clusterName: CLUSTER_NAME,
        queueArn,
        nodeRoleArn,
      });
      for (const name of CONTROLLER_POLICY_NAMES) {
        assert.deepEqual(json(`karpenter-identity-${name}`, "policy"), documents[name]);
        assert.deepEqual(recording.get(`karpenter-identity-${name}-attachment`).inputs, {
          role: "karpenter-identity-controller-1a2b3c4",
          policyArn: arn("iam", `policy/karpenter-identity-${name}-1a2b3c4`, ""),
        });
      }
    });

    it("gives nodes a role of their own, with the four policies and an access entry", () => {
      const attached = recording
        .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ inputs }) => inputs["role"] === "karpenter-identity-node-1a2b3c4")
        .map(({ inputs }) => inputs["policyArn"]);
      assert.deepEqual(attached.toSorted(), [
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      ]);
      assert.deepEqual(recording.get("karpenter-identity-node-access").inputs, {
        clusterName: CLUSTER_NAME,
        principalArn: nodeRoleArn,
        type: "EC2_LINUX",
        tags: TAGS,
      });
      assert.notEqual(recording.get("cluster-system-nodes").inputs["nodeRoleArn"], nodeRoleArn);
    });
  });

  describe("interruption queue", () => {
    it("bears the cluster's name and keeps messages for five minutes", () => {
      assert.deepEqual(recording.get("karpenter-events-queue").inputs, {
        name: CLUSTER_NAME,
        messageRetentionSeconds: 300,
        sqsManagedSseEnabled: true,
        tags: TAGS,
      });
    });

    it("lets EventBridge and SQS write, and nobody without TLS do anything", () => {
      assert.deepEqual(json("karpenter-events-policy", "policy"), {
        Version: "2012-10-17",
        Id: "EC2InterruptionPolicy",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: ["events.amazonaws.com", "sqs.amazonaws.com"] },
            Action: "sqs:SendMessage",
            Resource: queueArn,
          },
          {
            Sid: "DenyHTTP",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: queueArn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      });
    });

    it("has five rules, each with the pattern that Karpenter's template has, and a target", () => {
      const patterns = Object.fromEntries(
        recording
          .ofType("aws:cloudwatch/eventRule:EventRule")
          .map(({ name }): [string, unknown] => [name, json(name, "eventPattern")]),
      );
      assert.deepEqual(patterns, {
        "karpenter-events-scheduled-change": { source: ["aws.health"], "detail-type": ["AWS Health Event"] },
        "karpenter-events-spot-interruption": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Spot Instance Interruption Warning"],
        },
        "karpenter-events-rebalance": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Instance Rebalance Recommendation"],
        },
        "karpenter-events-state-change": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Instance State-change Notification"],
        },
        "karpenter-events-capacity-reservation": {
          source: ["aws.ec2"],
          "detail-type": ["EC2 Capacity Reservation Instance Interruption Warning"],
        },
      });
      for (const { name } of INTERRUPTION_EVENTS) {
        assert.deepEqual(recording.get(`karpenter-events-${name}-target`).inputs, {
          rule: `karpenter-events-${name}-1a2b3c4`,
          targetId: "KarpenterInterruptionQueueTarget",
          arn: queueArn,
        });
      }
    });
  });

  describe("releases", () => {
    it("installs the kinds in a release of their own, and leaves them behind", () => {
      assert.deepEqual(recording.get("karpenter-crd").inputs, {
        name: "karpenter-crd",
        chart: "oci://public.ecr.aws/karpenter/karpenter-crd",
        version: "1.15.1",
        namespace: "kube-system",
        values: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
        atomic: true,
        timeout: 600,
        ...BY_SDK,
      });
    });

    it("installs the controller without kinds, under the name that the pod identity association expects", () => {
      const resources = { cpu: "1", memory: "1Gi" };
      assert.deepEqual(recording.get("karpenter-controller").inputs, {
        name: "karpenter",
        chart: "oci://public.ecr.aws/karpenter/karpenter",
        version: "1.15.1",
        namespace: "kube-system",
        skipCrds: true,
        atomic: true,
        timeout: 600,
        values: {
          replicas: 2,
          serviceAccount: { create: true, name: "karpenter" },
          dnsPolicy: "Default",
          settings: {
            clusterName: CLUSTER_NAME,
            clusterEndpoint: recording.outputsOf("cluster").values["endpoint"],
            interruptionQueue: "dev",
          },
          controller: { resources: { requests: resources, limits: resources } },
        },
        ...BY_SDK,
      });
      assert.equal(recording.get("karpenter-identity-association").inputs["serviceAccount"], "karpenter");
    });

    it("waits longer than Helm, whose message is the better one, and talks to the cluster's own provider", () => {
      for (const name of ["karpenter-crd", "karpenter-controller"]) {
        const { options, provider } = recording.get(name);
        assert.deepEqual(options.customTimeouts, { create: "15m", update: "15m", delete: "15m" });
        assert.equal(provider, recording.get("cluster-kubernetes").urn);
      }
    });
  });

  describe("order", () => {
    /** What the controller needs for as long as it has nodes to launch, drain and terminate, and why. */
    const needs: readonly (readonly [why: string, resources: readonly string[]])[] = [
      ["it runs on the system nodes", ["cluster-system-nodes"]],
      [
        "add-ons give its pods addresses, names and a role",
        ["cluster-vpc-cni", "cluster-kube-proxy", "cluster-coredns", "cluster-eks-pod-identity-agent"],
      ],
      ["its policies are attached", CONTROLLER_POLICY_NAMES.map((name) => `karpenter-identity-${name}-attachment`)],
      ["its role is associated", ["karpenter-identity-association"]],
      [
        "nodes that it launches may join and pull images",
        [
          "karpenter-identity-node-access",
          "karpenter-identity-node-AmazonEKS_CNI_Policy",
          "karpenter-identity-node-AmazonEKSWorkerNodePolicy",
          "karpenter-identity-node-AmazonEC2ContainerRegistryPullOnly",
          "karpenter-identity-node-AmazonSSMManagedInstanceCore",
        ],
      ],
      [
        "the queue can be written and read",
        [
          "karpenter-events-queue",
          "karpenter-events-policy",
          ...INTERRUPTION_EVENTS.flatMap(({ name }) => [`karpenter-events-${name}`, `karpenter-events-${name}-target`]),
        ],
      ],
      ["its kinds are installed", ["karpenter-crd"]],
      [
        "it has a way out to the AWS APIs",
        [
          "network-nat-1",
          "network-nat-1-address",
          "network-internet-gateway",
          "network-public-default",
          "network-public-1-routes",
          "network-private-1-default",
          "network-private-2-default",
          "network-private-3-default",
          "network-private-1-routes",
          "network-private-2-routes",
          "network-private-3-routes",
          "network-s3",
        ],
      ],
    ];
    for (const [why, resources] of needs) {
      it(`the controller is created after, and destroyed before, what it needs: ${why}`, () => {
        recording.assertFollows("karpenter-controller", resources);
      });
    }

    it("kinds are installed on nodes that run", () => {
      recording.assertFollows("karpenter-crd", ["cluster-system-nodes", "cluster-coredns", "network"]);
    });

    it("nothing of the cluster or the network waits for Karpenter", () => {
      const others = recording.resources.filter(({ name }) => /^(cluster|network)/.test(name));
      for (const { name } of others) recording.assertIndependent(name, "karpenter-controller");
    });
  });
});
