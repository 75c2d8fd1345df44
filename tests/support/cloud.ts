// What the recorder answers in place of AWS and Kubernetes: an id in the cloud's own form, and the outputs that the
// program reads. A type or function that is not here makes the recorder fail.
import { createHash } from "node:crypto";

type Values = Readonly<Record<string, unknown>>;

export interface Cloud {
  /** By type token. The state is the inputs and what the cloud adds. */
  readonly resources: Readonly<Record<string, (name: string, inputs: Values) => { id: string; state: Values }>>;
  /** By function token. */
  readonly functions: Readonly<Record<string, (inputs: Values) => Values>>;
}

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";

/** As long and as random as EC2's ids look, and the same for the same name. */
export function ec2Id(prefix: string, name: string): string {
  return `${prefix}-0${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

export function arn(service: string, resource: string, region = REGION): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
}

/** The name given, or the logical name with letters behind it, as Pulumi makes one up. */
function physicalName(name: string, { name: given }: Values): string {
  return typeof given === "string" ? given : `${name}-1a2b3c4`;
}

/** A resource of EC2, whose id is all that the cloud adds. */
function ec2(prefix: string): Cloud["resources"][string] {
  return (name, inputs) => ({ id: ec2Id(prefix, name), state: inputs });
}

/** A resource whose id tells nothing and that the program reads nothing of. */
const opaque: Cloud["resources"][string] = (name, inputs) => ({ id: `${name}-id`, state: inputs });

/** A resource of a global or regional service that is known by its name. */
function named(
  toArn: (name: string) => string,
  extra: (name: string) => Values = () => ({}),
): Cloud["resources"][string] {
  return (logicalName, inputs) => {
    const name = physicalName(logicalName, inputs);
    return { id: name, state: { ...inputs, name, arn: toArn(name), ...extra(name) } };
  };
}

/** An object of Kubernetes, known by namespace and name. */
const kubernetesObject: Cloud["resources"][string] = (name, inputs) => ({ id: `kube-system/${name}`, state: inputs });

/** As pulumi-eks 4.3.0 writes it (generateKubeconfig in nodejs/eks/cluster/cluster.ts). */
function execOfPlugin(cluster: string) {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: ["--region", REGION, "eks", "get-token", "--cluster-name", cluster, "--output", "json"],
  };
}

/** URL of a cluster's API server, as long as EKS makes it. */
function endpointOf(cluster: string): string {
  const id = createHash("sha256").update(cluster).digest("hex").slice(0, 32).toUpperCase();
  return `https://${id}.gr7.${REGION}.eks.amazonaws.com`;
}

/** The part of the EC2NodeClass CRD that decides whether a kubelet setting is kept. */
export function nodeClassKind(isOpen: boolean): Values {
  const kubelet = isOpen
    ? { type: "object", "x-kubernetes-preserve-unknown-fields": true }
    : { type: "object", properties: { maxPods: { type: "integer" } } };
  const openAPIV3Schema = { properties: { spec: { properties: { kubelet } } } };
  return { versions: [{ name: "v1", schema: { openAPIV3Schema } }] };
}

export const CLOUD: Cloud = {
  resources: {
    "pulumi:pulumi:Stack": opaque,
    "pulumi:providers:kubernetes": opaque,
    "eks-swap:network:Network": opaque,
    "eks-swap:cluster:Cluster": opaque,
    "eks-swap:cluster:ExistingCluster": opaque,
    "eks-swap:karpenter:Karpenter": opaque,
    "eks-swap:karpenter:RunningKarpenter": opaque,
    "eks-swap:karpenter:KarpenterIdentity": opaque,
    "eks-swap:karpenter:InterruptionQueue": opaque,
    "eks-swap:monitoring:Monitoring": opaque,
    "eks-swap:swap:Guard": opaque,
    "eks-swap:swap:SwapPool": opaque,
    "aws:ec2/vpc:Vpc": ec2("vpc"),
    "aws:ec2/internetGateway:InternetGateway": ec2("igw"),
    "aws:ec2/routeTable:RouteTable": ec2("rtb"),
    "aws:ec2/route:Route": ec2("r-rtb"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc"),
    "aws:ec2/subnet:Subnet": ec2("subnet"),
    "aws:ec2/eip:Eip": ec2("eipalloc"),
    "aws:ec2/natGateway:NatGateway": ec2("nat"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce"),
    "aws:eks/addon:Addon": opaque,
    "aws:eks/nodeGroup:NodeGroup": opaque,
    "aws:eks/accessEntry:AccessEntry": opaque,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": opaque,
    "aws:iam/role:Role": named((name) => arn("iam", `role/${name}`, "")),
    "aws:iam/policy:Policy": named((name) => arn("iam", `policy/${name}`, "")),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": opaque,
    "aws:sqs/queue:Queue": named(
      (name) => arn("sqs", name),
      (name) => ({ url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}` }),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": opaque,
    "aws:cloudwatch/eventRule:EventRule": named((name) => arn("events", `rule/${name}`)),
    "aws:cloudwatch/eventTarget:EventTarget": opaque,
    "eks:index:Cluster": (logicalName, inputs) => {
      const name = physicalName(logicalName, inputs);
      const endpoint = endpointOf(name);
      return {
        id: `${logicalName}-id`,
        state: {
          kubeconfigJson: JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name, cluster: { server: endpoint } }],
            contexts: [{ name, context: { cluster: name, user: name } }],
            "current-context": name,
            users: [{ name, user: { exec: execOfPlugin(name) } }],
          }),
          eksCluster: {
            name,
            arn: arn("eks", `cluster/${name}`),
            endpoint,
            vpcConfig: { clusterSecurityGroupId: ec2Id("sg", name) },
          },
        },
      };
    },
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition": (name) => ({
      id: name,
      state: { spec: nodeClassKind(true) },
    }),
    "kubernetes:core/v1:ConfigMap": kubernetesObject,
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": kubernetesObject,
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": kubernetesObject,
    "kubernetes:helm.sh/v3:Release": kubernetesObject,
    "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": kubernetesObject,
    "kubernetes:karpenter.sh/v1:NodePool": kubernetesObject,
    "kubernetes:monitoring.coreos.com/v1:PrometheusRule": kubernetesObject,
  },
  functions: {
    "aws:eks/getCluster:getCluster": ({ name }) => ({
      id: name,
      name,
      arn: arn("eks", `cluster/${String(name)}`),
      endpoint: endpointOf(String(name)),
      certificateAuthorities: [{ data: "Y2VydGlmaWNhdGU=" }],
      region: REGION,
      version: "1.34",
    }),
    "aws:index/getRegion:getRegion": () => ({ id: REGION, region: REGION }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
      id: REGION,
      names: ["a", "b", "c"].map((letter) => `${REGION}${letter}`),
    }),
  },
};
