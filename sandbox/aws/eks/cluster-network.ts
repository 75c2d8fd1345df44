// Amazon EKS: the network of a cluster, its subnets, their zones, and who may reach the endpoint.
import { Address4 } from "ip-address";
import { AWS_DOCS, AWS_TYPES } from "../types";
import type { Rule, Situation } from "../../provider/kind";
import { inputRule, refersTo } from "../../provider/rules";
import type { StoredResource } from "../../provider/store";
import { isSet, textAt, textsAt, propertyAt, type Properties } from "../../provider/values";

const GUIDE = `${AWS_DOCS}/eks/latest/userguide`;

/** Ranges that cannot be the source of traffic from the internet. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(
  (range) => new Address4(range),
);

/** The subnets that a cluster is given, those of them that exist. */
export function subnetsOf({ inputs, cloud }: Situation): readonly StoredResource[] {
  return textsAt(inputs, "vpcConfig.subnetIds").flatMap((id) => cloud.get(AWS_TYPES.subnet, id) ?? []);
}

/** The zones of these subnets, each once. */
export function zonesOf(situation: Situation): readonly string[] {
  return [...new Set(subnetsOf(situation).flatMap((subnet) => textAt(subnet.outputs, "availabilityZone") ?? []))];
}

function publicAccessProblem(inputs: Properties): string | undefined {
  const ranges = textsAt(inputs, "vpcConfig.publicAccessCidrs");
  const wrong = ranges.find((range) => !Address4.isValid(range));
  if (wrong !== undefined) return `InvalidParameterException: The following CIDRs are invalid: [${wrong}]`;
  const closed = ranges.filter((range) => privateRanges.some((other) => new Address4(range).isInSubnet(other)));
  return closed.length === 0
    ? undefined
    : `InvalidParameterException: The following CIDRs are not allowed in publicAccessCidrs: [${closed.join(", ")}]`;
}

/** Rules about subnets, zones and who may reach the endpoint. */
export const CLUSTER_NETWORK_RULES: readonly Rule[] = [
  refersTo({
    id: "eks-cluster-subnets",
    source: `${GUIDE}/network-reqs.html`,
    path: "vpcConfig.subnetIds",
    to: AWS_TYPES.subnet,
    by: "id",
    missing: (id) => `InvalidParameterException: The subnet ID '${id}' does not exist`,
  }),
  {
    id: "eks-cluster-zones",
    source: `${GUIDE}/network-reqs.html`,
    path: "vpcConfig.subnetIds",
    moments: ["create"],
    problem: (situation) =>
      zonesOf(situation).length >= 2
        ? undefined
        : "InvalidParameterException: Subnets specified must be in at least two different AZs",
  },
  {
    id: "eks-cluster-network",
    source: `${GUIDE}/network-reqs.html`,
    path: "vpcConfig.subnetIds",
    moments: ["create"],
    problem: (situation) =>
      new Set(subnetsOf(situation).map((subnet) => textAt(subnet.outputs, "vpcId"))).size <= 1
        ? undefined
        : "InvalidParameterException: Subnets specified must belong to the same VPC",
  },
  {
    id: "eks-cluster-zones-kept",
    source: `${GUIDE}/network-reqs.html`,
    path: "vpcConfig.subnetIds",
    moments: ["update"],
    problem: (situation) => {
      const original = textsAt(situation.current?.memory, "zones");
      const added = zonesOf(situation).filter((zone) => !original.includes(zone));
      return added.length === 0
        ? undefined
        : "InvalidParameterException: Provided subnets must belong to the same set of AZs as those that the cluster was " +
            `created with: ${added.join(", ")} is not one of ${original.join(", ")}`;
    },
  },
  {
    id: "eks-cluster-network-kept",
    source: `${GUIDE}/network-reqs.html`,
    path: "vpcConfig.subnetIds",
    moments: ["update"],
    problem: (situation) => {
      const vpcId = textAt(situation.current?.outputs, "vpcConfig.vpcId");
      return subnetsOf(situation).every((subnet) => textAt(subnet.outputs, "vpcId") === vpcId)
        ? undefined
        : `InvalidParameterException: Provided subnets must belong to the VPC of the cluster, ${vpcId}`;
    },
  },
  inputRule(
    "eks-cluster-endpoint",
    `${GUIDE}/cluster-endpoint.html`,
    ["vpcConfig.endpointPublicAccess", "vpcConfig.endpointPrivateAccess"],
    ({ inputs }) =>
      propertyAt(inputs, "vpcConfig.endpointPublicAccess") === false &&
      !isSet(inputs, "vpcConfig.endpointPrivateAccess")
        ? "InvalidParameterException: Private and public endpoint access cannot be false"
        : undefined,
  ),
  inputRule("eks-cluster-public-ranges", `${GUIDE}/cluster-endpoint.html`, ["vpcConfig"], ({ inputs }) =>
    publicAccessProblem(inputs),
  ),
];
