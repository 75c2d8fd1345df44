// Broken variants of the network.
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { all, alter, put, remove, set, variantsOf, without, type Around, type Variant } from "./variants";

const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, ""]));

/** A second VPC, put beside that of the program. */
const OTHER = "vpc-00000000000000000";

/** Moves a part of the network to the other VPC. */
function elsewhere(type: string, containing = "") {
  return alter(type, set("vpcId", OTHER), containing);
}

/** Puts what a controller left behind into a subnet that is otherwise empty. */
function putInSubnet(type: string, id: string): Around {
  return (cloud, subnet) => {
    remove([AWS_TYPES.cluster, AWS_TYPES.nodeGroup])(cloud);
    put(cloud, type, id, { subnetId: subnet.id });
  };
}

/** Variants for the rules of aws-network.ts, aws-routing.ts, aws-gateways.ts and aws-tags.ts. */
export const NETWORK_VARIANTS: readonly Variant[] = [
  ...variantsOf("network-vpc", "check", {
    "ec2-vpc-range": set("cidrBlock", "10.0.0.0/8"),
    "ec2-vpc-dns": set("enableDnsSupport", false),
    "aws-tags-count": set("tags", tooMany),
    "aws-tags-reserved": set(["tags", "aws:owner"], "us"),
    "aws-tags-length": set("tags.Name", "n".repeat(257)),
  }),
  ...variantsOf("network-vpc", "delete", {
    "ec2-vpc-held-by-subnet": {},
    "ec2-vpc-held-by-gateway": { around: remove(AWS_TYPES.subnet) },
    "ec2-vpc-held-by-table": { around: remove([AWS_TYPES.subnet, AWS_TYPES.internetGateway]) },
    "ec2-vpc-held-by-endpoint": { around: remove([AWS_TYPES.subnet, AWS_TYPES.internetGateway, AWS_TYPES.routeTable]) },
    "ec2-vpc-held-by-group": {
      around: remove([AWS_TYPES.subnet, AWS_TYPES.internetGateway, AWS_TYPES.routeTable, AWS_TYPES.endpoint]),
    },
  }),
  ...variantsOf("network-private-1", "check", {
    "ec2-subnet-size": set("cidrBlock", "10.42.0.0/29"),
    "ec2-subnet-zone": set("availabilityZone", "eu-central-1x"),
  }),
  ...variantsOf("network-private-1", "create", {
    "ec2-subnet-vpc": set("vpcId", OTHER),
    "ec2-subnet-range": set("cidrBlock", "10.43.0.0/20"),
    "ec2-subnet-conflict": set("cidrBlock", "10.42.32.0/20"),
  }),
  ...variantsOf("network-public-1", "delete", { "ec2-subnet-held-by-gateway": {} }),
  ...variantsOf("network-private-1", "delete", {
    "ec2-subnet-held-by-cluster": {},
    "ec2-subnet-held-by-nodes": { around: remove(AWS_TYPES.cluster) },
    "ec2-subnet-held-by-instance": { around: putInSubnet(AWS_TYPES.instance, "i-0") },
    "ec2-subnet-held-by-interface": { around: putInSubnet(AWS_TYPES.networkInterface, "eni-0") },
  }),
  ...variantsOf("network-internet-gateway", "create", {
    "ec2-internet-gateway-vpc": set("vpcId", OTHER),
    "ec2-internet-gateway-single": {
      around: (cloud, { type, inputs }) => {
        put(cloud, type, "igw-0", { vpcId: inputs["vpcId"] ?? "" });
      },
    },
  }),
  ...variantsOf("network-internet-gateway", "delete", { "ec2-internet-gateway-mapped-addresses": {} }),
  ...variantsOf("network-public-table", "create", { "ec2-route-table-vpc": set("vpcId", OTHER) }),
  ...variantsOf("network-public-table", "delete", { "ec2-route-table-held": {} }),
  ...variantsOf("network-public-default", "check", { "ec2-route-one-target": set("natGatewayId", "nat-0") }),
  ...variantsOf("network-public-default", "create", {
    "ec2-route-table-exists": set("routeTableId", "rtb-0"),
    "ec2-route-internet-gateway": set("gatewayId", "igw-0"),
    "ec2-route-same-network": { around: elsewhere(AWS_TYPES.internetGateway) },
  }),
  ...variantsOf("network-private-1-default", "create", { "ec2-route-nat-gateway": set("natGatewayId", "nat-0") }),
  ...variantsOf("network-private-1-routes", "create", {
    "ec2-association-table": set("routeTableId", "rtb-0"),
    "ec2-association-subnet": set("subnetId", "subnet-0"),
    "ec2-association-single": {
      around: (cloud, { type, inputs }) => {
        put(cloud, type, "rtbassoc-0", { subnetId: inputs["subnetId"] ?? "" });
      },
    },
    "ec2-association-same-network": { around: elsewhere(AWS_TYPES.routeTable) },
  }),
  ...variantsOf("network-nat-1-address", "check", { "ec2-address-domain": set("domain", "standard") }),
  ...variantsOf("network-nat-1-address", "create", {
    "ec2-address-quota": {
      around: (cloud, { type }) => {
        for (const number of [1, 2, 3, 4, 5]) put(cloud, type, `eipalloc-${number}`, {});
      },
    },
  }),
  ...variantsOf("network-nat-1-address", "delete", { "ec2-address-held": {} }),
  ...variantsOf("network-nat-1", "check", { "ec2-nat-gateway-address-given": without("allocationId") }),
  ...variantsOf("network-nat-1", "create", {
    "ec2-nat-gateway-subnet": set("subnetId", "subnet-0"),
    "ec2-nat-gateway-address": set("allocationId", "eipalloc-0"),
    "ec2-nat-gateway-address-free": {
      around: (cloud, { type, inputs }) => {
        put(cloud, type, "nat-1", { allocationId: inputs["allocationId"] ?? "" });
      },
    },
    "ec2-nat-gateway-internet": { around: remove(AWS_TYPES.internetGateway) },
  }),
  ...variantsOf("network-s3", "check", {
    "ec2-endpoint-type": set("vpcEndpointType", "gateway"),
    "ec2-endpoint-service": set("serviceName", "com.amazonaws.us-east-1.s3"),
  }),
  ...variantsOf("network-s3", "create", {
    "ec2-endpoint-vpc": set("vpcId", OTHER),
    "ec2-endpoint-tables": all(set("routeTableIds.0", "rtb-0")),
  }),
  ...variantsOf("own-template", "check", {
    "ec2-launch-template-name": set("name", "a template"),
    "ec2-launch-template-user-data": set("userData", "#!/bin/bash"),
    "ec2-launch-template-user-data-size": (inputs) =>
      set("userData", Buffer.from("#".repeat(16385)).toString("base64"))(inputs),
    "ec2-launch-template-throughput": set("blockDeviceMappings.0.ebs.volumeType", "io2"),
  }),
];
