// EC2NodeClass: what Karpenter's controller and EC2 say about one that the API server took.
import { ACCOUNT } from "../provider/account";
import { nodeRoleProblem } from "../aws/eks/nodes";
import { AWS_DOCS, AWS_TYPES } from "../aws/types";
import { trusts } from "../aws/policies";
import { controllerProblem, passesRole } from "./controller";
import { KUBELET_RULES } from "./kubelet";
import { currentCluster, KUBERNETES_TYPES } from "./objects";
import type { Rule, Situation } from "../provider/kind";
import { heldBy } from "../provider/rules";
import type { Store, StoredResource } from "../provider/store";
import { USER_DATA_RULES } from "./user-data";
import { isProperties, listAt, numberAt, textAt, propertyAt, valuesAt, type Properties } from "../provider/values";

const NODE_CLASS_DOCS = "https://karpenter.sh/docs/concepts/nodeclasses/";

function readyRule(id: string, source: string, problem: (spec: Properties, cloud: Store) => string | undefined): Rule {
  return {
    id: `nodeclass-${id}`,
    source,
    path: "spec",
    moments: ["ready"],
    problem: ({ inputs, cloud }) => {
      const spec = propertyAt(inputs, "spec");
      return isProperties(spec) ? problem(spec, cloud) : undefined;
    },
  };
}

function isSelected(resource: StoredResource, term: Properties): boolean {
  const id = textAt(term, "id");
  if (id !== undefined) return resource.id === id;
  const name = textAt(term, "name");
  if (name !== undefined) return textAt(resource.outputs, "name") === name;
  const wanted = term["tags"];
  const tags = resource.outputs["tags"];
  return Object.entries(isProperties(wanted) ? wanted : {}).every(
    ([key, value]) => isProperties(tags) && tags[key] !== undefined && (value === "*" || tags[key] === value),
  );
}

function finds(spec: Properties, path: string, existing: readonly StoredResource[]): boolean {
  const terms = listAt(spec, path).filter(isProperties);
  return terms.length > 0 && terms.every((term) => existing.some((resource) => isSelected(resource, term)));
}

function nodeRole(spec: Properties, cloud: Store): StoredResource | undefined {
  return cloud.get(AWS_TYPES.role, textAt(spec, "role") ?? "");
}

const NETWORK_RULES: readonly Rule[] = [
  readyRule("subnets", `${NODE_CLASS_DOCS}#specsubnetselectorterms`, (spec, cloud) =>
    finds(spec, "subnetSelectorTerms", cloud.list(AWS_TYPES.subnet))
      ? undefined
      : "SubnetsReady=False, SubnetsNotFound: SubnetSelector did not match any Subnets",
  ),
  readyRule("security-groups", `${NODE_CLASS_DOCS}#specsecuritygroupselectorterms`, (spec, cloud) =>
    finds(spec, "securityGroupSelectorTerms", cloud.list(AWS_TYPES.securityGroup))
      ? undefined
      : "SecurityGroupsReady=False, SecurityGroupsNotFound: SecurityGroupSelector did not match any SecurityGroups",
  ),
];

const ROLE_RULES: readonly Rule[] = [
  readyRule("role-exists", `${NODE_CLASS_DOCS}#specrole`, (spec, cloud) => {
    const name = textAt(spec, "role");
    return name === undefined || nodeRole(spec, cloud) !== undefined
      ? undefined
      : `InstanceProfileReady=False: NoSuchEntity: The role with name ${name} cannot be found.`;
  }),
  readyRule(
    "role-passed",
    "https://karpenter.sh/docs/reference/cloudformation/#allowpassinginstancerole",
    (spec, cloud) => {
      const arn = textAt(nodeRole(spec, cloud)?.outputs, "arn");
      return arn === undefined || passesRole(cloud, arn)
        ? undefined
        : `ValidationSucceeded=False, RunInstancesAuthCheckFailed: the controller may not pass the role ${arn}`;
    },
  ),
  // The two that follow do not keep the NodeClass from being Ready, but each of its nodes from joining.
  readyRule("role-joins", `${AWS_DOCS}/eks/latest/userguide/create-node-role.html`, (spec, cloud) => {
    const role = nodeRole(spec, cloud);
    if (role === undefined) return undefined;
    const trust = textAt(role.outputs, "assumeRolePolicy");
    return trusts(trust, `ec2.${ACCOUNT.dnsSuffix}`, ["sts:AssumeRole"])
      ? nodeRoleProblem(cloud, role)
      : `the role ${role.id} does not trust ec2.${ACCOUNT.dnsSuffix}, so that no instance can take it`;
  }),
  readyRule("role-admitted", `${AWS_DOCS}/eks/latest/userguide/access-entries.html`, (spec, cloud) => {
    const role = nodeRole(spec, cloud);
    const entryId = `${currentCluster(cloud)?.id ?? ""}:${textAt(role?.outputs, "arn") ?? ""}`;
    const type = textAt(cloud.get(AWS_TYPES.accessEntry, entryId)?.outputs, "type");
    return role === undefined || type === "EC2_LINUX"
      ? undefined
      : `nodes with the role ${role.id} are Unauthorized: it has no access entry of type EC2_LINUX in the cluster`;
  }),
];

interface Volume {
  readonly name: string;
  readonly type: string;
  readonly gibibytes: number;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
}

function volumesOf(spec: Properties): readonly Volume[] {
  return valuesAt(spec, "blockDeviceMappings")
    .filter(isProperties)
    .map((mapping) => {
      const [, amount = "", unit = ""] = /^(\d+)(Gi|G|Ti|T)$/.exec(textAt(mapping, "ebs.volumeSize") ?? "") ?? [];
      return {
        name: textAt(mapping, "deviceName") ?? "",
        type: textAt(mapping, "ebs.volumeType") ?? "gp3",
        gibibytes: Number(amount) * (unit.startsWith("T") ? 1024 : 1),
        iops: numberAt(mapping, "ebs.iops"),
        throughput: numberAt(mapping, "ebs.throughput"),
      };
    });
}

const GENERAL_PURPOSE = `${AWS_DOCS}/ebs/latest/userguide/general-purpose.html`;

const VOLUME_RULES: readonly Rule[] = [
  readyRule("volume-iops", GENERAL_PURPOSE, (spec) => {
    const wrong = volumesOf(spec).find(
      ({ type, iops, gibibytes }) =>
        type === "gp3" && iops !== undefined && (iops < 3000 || iops > Math.max(3000, 500 * gibibytes)),
    );
    return (
      wrong &&
      `InvalidParameterCombination: ${wrong.name}: a gp3 volume of ${wrong.gibibytes} GiB has from 3000 to ` +
        `${Math.max(3000, 500 * wrong.gibibytes)} iops, not ${wrong.iops}`
    );
  }),
  readyRule("volume-throughput", GENERAL_PURPOSE, (spec) => {
    const wrong = volumesOf(spec).find(
      ({ type, iops = 3000, throughput }) =>
        type === "gp3" && throughput !== undefined && (throughput < 125 || throughput > iops / 4),
    );
    return (
      wrong &&
      `InvalidParameterCombination: ${wrong.name}: throughput of a gp3 volume is from 125 MiB/s to a quarter of its ` +
        `iops, not ${wrong.throughput}`
    );
  }),
  readyRule("volume-unsupported", `${AWS_DOCS}/AWSEC2/latest/APIReference/API_EbsBlockDevice.html`, (spec) => {
    const wrong = volumesOf(spec).find(
      ({ type, iops, throughput }) =>
        (throughput !== undefined && type !== "gp3") || (iops !== undefined && !["gp3", "io1", "io2"].includes(type)),
    );
    return wrong && `InvalidParameterCombination: ${wrong.name}: ${wrong.type} volumes take no iops or throughput`;
  }),
];

const LIFE_RULES: readonly Rule[] = [
  readyRule("controller", NODE_CLASS_DOCS, (_, cloud) => {
    const problem = controllerProblem(cloud);
    return problem && `timed out waiting for the condition Ready: ${problem}`;
  }),
  heldBy({
    id: "nodeclass-held-by-pool",
    source: "https://karpenter.sh/docs/concepts/disruption/",
    type: KUBERNETES_TYPES.nodePool,
    path: "spec.template.spec.nodeClassRef.name",
    by: "id",
    refusal: (held, holders) =>
      `timed out: the finalizer of EC2NodeClass ${held.id} waits for the NodeClaims of ${holders.join(", ")}`,
  }),
  {
    id: "nodeclass-finalizer",
    source: "https://github.com/aws/karpenter-provider-aws/issues/5079",
    moments: ["delete"],
    problem: ({ cloud }) => {
      const problem = controllerProblem(cloud);
      return problem && `timed out: nobody removes the finalizer karpenter.k8s.aws/termination: ${problem}`;
    },
  },
];

/** Rules after the API server's. */
export const READY_RULES: readonly Rule[] = [
  ...LIFE_RULES,
  ...NETWORK_RULES,
  ...ROLE_RULES,
  ...VOLUME_RULES,
  ...USER_DATA_RULES,
  ...KUBELET_RULES,
];

/** Why a NodeClass is not Ready, whether somebody waited for it or not. */
export function nodeClassProblem(nodeClass: StoredResource, cloud: Store): string | undefined {
  const situation: Situation = { inputs: nodeClass.inputs, cloud, current: nodeClass };
  return READY_RULES.filter((rule) => rule.moments.includes("ready"))
    .map((rule) => rule.problem(situation))
    .find((problem) => problem !== undefined);
}
