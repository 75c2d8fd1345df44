// The rules of EC2NodeClass, one by one.
import { existing, type Breakable, type Rows } from "./row";

const AMI_FAMILY = "amiFamily is AL2023 and the one term of amiSelectorTerms an alias of AL2023 or an id";
const ONE_TERM = "amiSelectorTerms has exactly one term, with alias or id alone";
const BY_ID = "every term has an id and nothing else";

function ami(alias: string): Breakable {
  return {
    change: { "ami.alias": alias },
    problem: "ami-alias",
    edit: [["spec", "amiSelectorTerms"], [{ alias }]],
  };
}

function family(name: string): Rows {
  const alias = `${name.toLowerCase()}@${name.startsWith("Windows") ? "latest" : "v20260714"}`;
  return {
    [`spec: if set, amiFamily must be '${name}' or 'Custom' when using ${name.startsWith("A") ? "an" : "a"} ${name} alias`]:
      ami(alias),
  };
}

const TWO_TERMS = { alias: "al2023@v20260714", id: "ami-0123456789abcdef0" };

function bothAmis(...terms: readonly object[]): Breakable {
  return { change: { ami: TWO_TERMS }, problem: "ami-both", edit: [["spec", "amiSelectorTerms"], terms] };
}

function tag(key: string): Breakable {
  return { change: { tags: { [key]: "a" } }, problem: "tag-key", edit: [["spec", "tags"], { [key]: "a" }] };
}

function ids(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index.toString(16).padStart(17, "0")}`);
}

function terms(config: "securityGroupIds" | "subnetIds", field: string, values: readonly string[], problem: string) {
  const edit = values.map((id) => ({ id }));
  return { change: existing({ [config]: values }), problem, edit: [["spec", field], edit] } satisfies Breakable;
}

export const NODE_CLASS_ROWS: Rows = {
  "spec: must specify exactly one of ['role', 'instanceProfile']": "role is always sent, instanceProfile never",
  ...family("AL2"),
  "spec: if set, amiFamily must be 'AL2023' or 'Custom' when using an AL2023 alias": AMI_FAMILY,
  ...family("Bottlerocket"),
  ...family("Windows2019"),
  ...family("Windows2022"),
  ...family("Windows2025"),
  "spec: must specify amiFamily if amiSelectorTerms does not contain an alias": AMI_FAMILY,
  "spec required": "all three are always sent",
  "spec.amiFamily enum": AMI_FAMILY,
  "spec.amiSelectorTerms: expected at least one, got none, ['tags', 'id', 'name', 'alias', 'ssmParameter']": ONE_TERM,
  "spec.amiSelectorTerms: 'id' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms":
    bothAmis(TWO_TERMS),
  "spec.amiSelectorTerms: 'alias' is mutually exclusive, cannot be set with a combination of other fields in amiSelectorTerms":
    bothAmis(TWO_TERMS),
  "spec.amiSelectorTerms: 'alias' is mutually exclusive, cannot be set with a combination of other amiSelectorTerms":
    bothAmis({ alias: TWO_TERMS.alias }, { id: TWO_TERMS.id }),
  "spec.amiSelectorTerms minItems": ONE_TERM,
  "spec.amiSelectorTerms maxItems": ONE_TERM,
  "spec.amiSelectorTerms[].alias: 'alias' is improperly formatted, must match the format 'family@version'":
    ami("al2023"),
  "spec.amiSelectorTerms[].alias: family is not supported, must be one of the following: 'al2', 'al2023', 'bottlerocket', 'windows2019', 'windows2022', 'windows2025'":
    ami("ubuntu@24.04"),
  "spec.amiSelectorTerms[].alias: windows families may only specify version 'latest'": ami("windows2022@v1.0.0"),
  "spec.amiSelectorTerms[].alias maxLength": ami(`al2023@v20260714${"0".repeat(20)}`),
  "spec.amiSelectorTerms[].id pattern": {
    change: { ami: { id: "image-1" } },
    problem: "aws-id",
    edit: [["spec", "amiSelectorTerms"], [{ id: "image-1" }]],
  },
  "spec.blockDeviceMappings: must have only one blockDeviceMappings with rootVolume": "exactly one mapping is the root",
  "spec.blockDeviceMappings maxItems": "there are one or two mappings",
  "spec.blockDeviceMappings[].ebs: snapshotID or volumeSize must be defined": "volumeSize is always sent",
  "spec.blockDeviceMappings[].ebs: snapshotID must be set when volumeInitializationRate is set":
    "volumeInitializationRate is never sent",
  "spec.blockDeviceMappings[].ebs.volumeSize pattern": {
    change: { "pools.p.rootVolume": { size: "60000Gi" } },
    problem: "volume-too-large",
    edit: [["spec", "blockDeviceMappings", 0, "ebs", "volumeSize"], "60000Gi"],
  },
  "spec.blockDeviceMappings[].ebs.volumeType enum": {
    change: { "pools.p.rootVolume": { type: "gp1" } },
    problem: "not-one-of",
    edit: [["spec", "blockDeviceMappings", 0, "ebs", "volumeType"], "gp1"],
  },
  "spec.instanceStorePolicy enum": "instanceStorePolicy is RAID0, or not sent",
  "spec.role: role cannot be empty": {
    change: existing({ nodeRoleArn: "arn:aws:iam::123456789012:role/karpenter/" }),
    problem: "role-arn",
    edit: [["spec", "role"], ""],
  },
  "spec.securityGroupSelectorTerms: securityGroupSelectorTerms cannot be empty": terms(
    "securityGroupIds",
    "securityGroupSelectorTerms",
    [],
    "empty-list",
  ),
  "spec.securityGroupSelectorTerms: expected at least one, got none, ['tags', 'id', 'name']": BY_ID,
  "spec.securityGroupSelectorTerms: 'id' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term":
    BY_ID,
  "spec.securityGroupSelectorTerms: 'name' is mutually exclusive, cannot be set with a combination of other fields in a security group selector term":
    BY_ID,
  "spec.securityGroupSelectorTerms maxItems": terms(
    "securityGroupIds",
    "securityGroupSelectorTerms",
    ids("sg", 31),
    "too-many-entries",
  ),
  "spec.securityGroupSelectorTerms[].id pattern": terms(
    "securityGroupIds",
    "securityGroupSelectorTerms",
    ["default"],
    "aws-id",
  ),
  "spec.subnetSelectorTerms: subnetSelectorTerms cannot be empty": terms(
    "subnetIds",
    "subnetSelectorTerms",
    [],
    "empty-list",
  ),
  "spec.subnetSelectorTerms: expected at least one, got none, ['tags', 'id']": BY_ID,
  "spec.subnetSelectorTerms: 'id' is mutually exclusive, cannot be set with a combination of other fields in a subnet selector term":
    BY_ID,
  "spec.subnetSelectorTerms maxItems": terms("subnetIds", "subnetSelectorTerms", ids("subnet", 31), "too-many-entries"),
  "spec.subnetSelectorTerms[].id pattern": terms("subnetIds", "subnetSelectorTerms", ["private-a"], "aws-id"),
  "spec.tags: empty tag keys aren't supported": tag(""),
  "spec.tags: tag contains a restricted tag matching eks:eks-cluster-name": tag("eks:eks-cluster-name"),
  "spec.tags: tag contains a restricted tag matching kubernetes.io/cluster/": tag("kubernetes.io/cluster/dev"),
  "spec.tags: tag contains a restricted tag matching karpenter.sh/nodepool": tag("karpenter.sh/nodepool"),
  "spec.tags: tag contains a restricted tag matching karpenter.sh/nodeclaim": tag("karpenter.sh/nodeclaim"),
  "spec.tags: tag contains a restricted tag matching karpenter.k8s.aws/ec2nodeclass": tag(
    "karpenter.k8s.aws/ec2nodeclass",
  ),
};
