// Amazon VPC: networks, subnets and internet gateways.
import { Address4 } from "ip-address";
import { arnOf, newId, ZONES } from "../provider/account";
import { inExistingVpc } from "./network-references";
import { AWS_DOCS, AWS_TYPES, EC2_ERRORS } from "./types";
import type { ResourceKind, Rule } from "../provider/kind";
import { heldBy, inputRule, oneOf } from "../provider/rules";
import { isSet, textAt, propertyAt, type Properties } from "../provider/values";

const VPC_SIZES = `${AWS_DOCS}/vpc/latest/userguide/vpc-cidr-blocks.html`;
const SUBNET_DELETION = `${AWS_DOCS}/AWSEC2/latest/APIReference/API_DeleteSubnet.html`;
const CLUSTER_DELETION = `${AWS_DOCS}/eks/latest/userguide/delete-cluster.html`;
const SUBNET_SIZES = `${AWS_DOCS}/vpc/latest/userguide/subnet-sizing.html`;

function holdsVpc(id: string, type: string): Rule {
  return heldBy({
    id,
    source: `${AWS_DOCS}/vpc/latest/userguide/delete-vpc.html`,
    type,
    path: "vpcId",
    by: "id",
    refusal: (vpc, holders) =>
      `DependencyViolation: The vpc '${vpc.id}' has dependencies (${holders.join(", ")}) and cannot be deleted.`,
  });
}

function holdsSubnet(id: string, source: string, type: string, path: string, what: string): Rule {
  return heldBy({
    id,
    source,
    type,
    path,
    by: "id",
    refusal: (subnet, holders) =>
      `DependencyViolation: The subnet '${subnet.id}' has dependencies (${what} ${holders.join(", ")}) and cannot be deleted.`,
  });
}

function hasSize(id: string, source: string, code: string): Rule {
  return inputRule(id, source, ["cidrBlock"], ({ inputs }) => {
    const cidr = textAt(inputs, "cidrBlock");
    if (cidr === undefined) return undefined;
    const range = Address4.isValid(cidr) ? new Address4(cidr) : undefined;
    const fits = range !== undefined && range.subnetMask >= 16 && range.subnetMask <= 28;
    return fits ? undefined : `${code}: The CIDR '${cidr}' is invalid: its prefix must be /16 to /28.`;
  });
}

function rangeOf(properties: Properties): Address4 | undefined {
  const cidr = textAt(properties, "cidrBlock");
  return cidr !== undefined && Address4.isValid(cidr) ? new Address4(cidr) : undefined;
}

const vpc: ResourceKind = {
  type: AWS_TYPES.vpc,
  required: ["cidrBlock"],
  forceNew: ["cidrBlock"],
  rules: [
    hasSize("ec2-vpc-range", VPC_SIZES, "InvalidVpc.Range"),
    inputRule(
      "ec2-vpc-dns",
      `${AWS_DOCS}/vpc/latest/userguide/AmazonDNS-concepts.html`,
      ["enableDnsHostnames", "enableDnsSupport"],
      ({ inputs }) =>
        isSet(inputs, "enableDnsHostnames") && propertyAt(inputs, "enableDnsSupport") === false
          ? "InvalidParameterCombination: DNS hostnames can only be enabled when DNS support is enabled"
          : undefined,
    ),
    holdsVpc("ec2-vpc-held-by-subnet", AWS_TYPES.subnet),
    holdsVpc("ec2-vpc-held-by-gateway", AWS_TYPES.internetGateway),
    holdsVpc("ec2-vpc-held-by-table", AWS_TYPES.routeTable),
    holdsVpc("ec2-vpc-held-by-endpoint", AWS_TYPES.endpoint),
    holdsVpc("ec2-vpc-held-by-group", AWS_TYPES.securityGroup),
  ],
  identify: () => newId("vpc"),
  make: (id, { current }) => ({
    outputs: {
      arn: arnOf("ec2", `vpc/${id}`),
      mainRouteTableId: current?.outputs["mainRouteTableId"] ?? newId("rtb"),
      defaultSecurityGroupId: current?.outputs["defaultSecurityGroupId"] ?? newId("sg"),
      defaultNetworkAclId: current?.outputs["defaultNetworkAclId"] ?? newId("acl"),
    },
  }),
};

const SUBNET: ResourceKind = {
  type: AWS_TYPES.subnet,
  required: ["vpcId", "cidrBlock"],
  forceNew: ["vpcId", "cidrBlock", "availabilityZone"],
  rules: [
    hasSize("ec2-subnet-size", SUBNET_SIZES, "InvalidSubnet.Range"),
    oneOf(
      "ec2-subnet-zone",
      EC2_ERRORS,
      "availabilityZone",
      ZONES.map((zone) => zone.name),
    ),
    inExistingVpc("ec2-subnet-vpc"),
    {
      id: "ec2-subnet-range",
      source: SUBNET_SIZES,
      path: "cidrBlock",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const range = rangeOf(inputs);
        const network = rangeOf(cloud.get(AWS_TYPES.vpc, textAt(inputs, "vpcId") ?? "")?.outputs ?? {});
        return range === undefined || network === undefined || range.isInSubnet(network)
          ? undefined
          : `InvalidSubnet.Range: The CIDR '${range.address}' is invalid: it is not part of ${network.address}.`;
      },
    },
    {
      id: "ec2-subnet-conflict",
      source: EC2_ERRORS,
      path: "cidrBlock",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const range = rangeOf(inputs);
        const other = cloud.list(AWS_TYPES.subnet).find((existing) => {
          const taken = rangeOf(existing.outputs);
          const sameNetwork = textAt(existing.outputs, "vpcId") === textAt(inputs, "vpcId");
          return sameNetwork && range && taken && (range.isInSubnet(taken) || taken.isInSubnet(range));
        });
        return other && range
          ? `InvalidSubnet.Conflict: The CIDR '${range.address}' conflicts with another subnet (${other.id})`
          : undefined;
      },
    },
    holdsSubnet("ec2-subnet-held-by-gateway", EC2_ERRORS, AWS_TYPES.natGateway, "subnetId", "NAT gateway"),
    holdsSubnet("ec2-subnet-held-by-cluster", CLUSTER_DELETION, AWS_TYPES.cluster, "vpcConfig.subnetIds", "cluster"),
    holdsSubnet("ec2-subnet-held-by-nodes", SUBNET_DELETION, AWS_TYPES.nodeGroup, "subnetIds", "instances of"),
    holdsSubnet("ec2-subnet-held-by-instance", SUBNET_DELETION, AWS_TYPES.instance, "subnetId", "instance"),
    holdsSubnet("ec2-subnet-held-by-interface", SUBNET_DELETION, AWS_TYPES.networkInterface, "subnetId", "interface"),
  ],
  identify: () => newId("subnet"),
  make: (id, { inputs }) => ({
    outputs: {
      arn: arnOf("ec2", `subnet/${id}`),
      availabilityZone: textAt(inputs, "availabilityZone") ?? ZONES[0]?.name ?? "",
      availabilityZoneId: ZONES.find((zone) => zone.name === textAt(inputs, "availabilityZone"))?.id ?? "",
    },
  }),
};

const INTERNET_GATEWAY: ResourceKind = {
  type: AWS_TYPES.internetGateway,
  required: [],
  forceNew: [],
  rules: [
    inExistingVpc("ec2-internet-gateway-vpc"),
    {
      id: "ec2-internet-gateway-single",
      source: `${AWS_DOCS}/vpc/latest/userguide/VPC_Internet_Gateway.html`,
      path: "vpcId",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const vpcId = textAt(inputs, "vpcId");
        const other = cloud
          .list(AWS_TYPES.internetGateway)
          .find((gateway) => textAt(gateway.outputs, "vpcId") === vpcId);
        return other && vpcId !== undefined
          ? `InvalidParameterValue: Network ${vpcId} already has an internet gateway attached (${other.id})`
          : undefined;
      },
    },
    {
      id: "ec2-internet-gateway-mapped-addresses",
      source: `${AWS_DOCS}/vpc/latest/userguide/delete-igw.html`,
      moments: ["delete"],
      problem: ({ current, cloud }) => {
        const vpcId = textAt(current?.outputs, "vpcId");
        const mapped = cloud.list(AWS_TYPES.natGateway).filter((gateway) => textAt(gateway.memory, "vpcId") === vpcId);
        return mapped.length === 0
          ? undefined
          : `DependencyViolation: Network ${vpcId ?? ""} has some mapped public address(es). Please unmap those ` +
              "public address(es) before detaching the gateway.";
      },
    },
  ],
  identify: () => newId("igw"),
  make: (id) => ({ outputs: { arn: arnOf("ec2", `internet-gateway/${id}`) } }),
};

/** The tables of this file. */
export const NETWORK_KINDS: readonly ResourceKind[] = [vpc, SUBNET, INTERNET_GATEWAY];
