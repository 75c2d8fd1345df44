// Amazon VPC: NAT gateways with their addresses, and endpoints.
import { ACCOUNT, arnOf, newDigits, newId, newPublicAddress } from "../provider/account";
import { inExistingVpc, networkOf, subnetExists, tableExists } from "./network-references";
import { AWS_DOCS, AWS_TYPES, EC2_ERRORS } from "./types";
import type { ResourceKind } from "../provider/kind";
import { heldBy, inputRule, oneOf, refersTo } from "../provider/rules";
import { textAt } from "../provider/values";

/** How many addresses an account has in a region until AWS raises its quota. */
const ADDRESS_QUOTA = 5;

const ADDRESS: ResourceKind = {
  type: AWS_TYPES.address,
  required: [],
  forceNew: ["domain", "networkBorderGroup", "publicIpv4Pool"],
  rules: [
    oneOf("ec2-address-domain", `${AWS_DOCS}/AWSEC2/latest/APIReference/API_AllocateAddress.html`, "domain", ["vpc"]),
    {
      id: "ec2-address-quota",
      source: `${AWS_DOCS}/vpc/latest/userguide/amazon-vpc-limits.html`,
      moments: ["create"],
      problem: ({ cloud }) =>
        cloud.list(AWS_TYPES.address).length < ADDRESS_QUOTA
          ? undefined
          : `AddressLimitExceeded: The maximum number of addresses has been reached (${ADDRESS_QUOTA} unless raised).`,
    },
    heldBy({
      id: "ec2-address-held",
      source: EC2_ERRORS,
      type: AWS_TYPES.natGateway,
      path: "allocationId",
      by: "id",
      refusal: (held, holders) =>
        `InvalidIPAddress.InUse: The address ${held.id} is in use by ${holders.join(", ")} and cannot be released.`,
    }),
  ],
  identify: () => newId("eipalloc"),
  make: (id, { current }) => ({
    outputs: {
      arn: arnOf("ec2", `elastic-ip/${id}`),
      allocationId: id,
      publicIp: current?.outputs["publicIp"] ?? newPublicAddress(),
    },
  }),
};

const NAT_GATEWAY: ResourceKind = {
  type: AWS_TYPES.natGateway,
  required: ["subnetId"],
  forceNew: ["subnetId", "allocationId", "connectivityType", "privateIp"],
  rules: [
    inputRule(
      "ec2-nat-gateway-address-given",
      `${AWS_DOCS}/AWSEC2/latest/APIReference/API_CreateNatGateway.html`,
      ["allocationId", "connectivityType"],
      ({ inputs }) =>
        textAt(inputs, "connectivityType") === "private" || textAt(inputs, "allocationId") !== undefined
          ? undefined
          : "MissingParameter: A public NAT gateway requires an allocationId",
    ),
    subnetExists("ec2-nat-gateway-subnet"),
    refersTo({
      id: "ec2-nat-gateway-address",
      source: EC2_ERRORS,
      path: "allocationId",
      to: AWS_TYPES.address,
      by: "id",
      missing: (id) => `InvalidAllocationID.NotFound: The allocation ID '${id}' does not exist`,
    }),
    {
      id: "ec2-nat-gateway-address-free",
      source: `${AWS_DOCS}/vpc/latest/userguide/nat-gateway-basics.html`,
      path: "allocationId",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const allocationId = textAt(inputs, "allocationId");
        const user = cloud.find(AWS_TYPES.natGateway, "allocationId", allocationId);
        return user && `Resource.AlreadyAssociated: resource ${allocationId} is already associated with ${user.id}`;
      },
    },
    {
      id: "ec2-nat-gateway-internet",
      source: `${AWS_DOCS}/vpc/latest/userguide/nat-gateway-troubleshooting.html`,
      path: "subnetId",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const vpcId = networkOf(cloud, AWS_TYPES.subnet, textAt(inputs, "subnetId"));
        return cloud.find(AWS_TYPES.internetGateway, "vpcId", vpcId) === undefined
          ? `Gateway.NotAttached: Network ${vpcId} has no Internet gateway attached`
          : undefined;
      },
    },
  ],
  identify: () => newId("nat"),
  make: (_, { inputs, cloud, current }) => ({
    outputs: {
      networkInterfaceId: current?.outputs["networkInterfaceId"] ?? newId("eni"),
      associationId: current?.outputs["associationId"] ?? newId("eipassoc"),
      publicIp: textAt(cloud.get(AWS_TYPES.address, textAt(inputs, "allocationId") ?? "")?.outputs, "publicIp") ?? "",
    },
    memory: { vpcId: networkOf(cloud, AWS_TYPES.subnet, textAt(inputs, "subnetId")) ?? "" },
  }),
};

/** The services that have endpoints of type Gateway, all others have interfaces. */
const GATEWAY_SERVICES: readonly string[] = ["s3", "dynamodb"];

const ENDPOINT: ResourceKind = {
  type: AWS_TYPES.endpoint,
  required: ["vpcId", "serviceName"],
  forceNew: ["vpcId", "serviceName", "vpcEndpointType"],
  rules: [
    oneOf("ec2-endpoint-type", `${AWS_DOCS}/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html`, "vpcEndpointType", [
      "Gateway",
      "Interface",
      "GatewayLoadBalancer",
    ]),
    inputRule(
      "ec2-endpoint-service",
      `${AWS_DOCS}/vpc/latest/privatelink/gateway-endpoints.html`,
      ["serviceName", "vpcEndpointType"],
      ({ inputs }) => {
        const name = textAt(inputs, "serviceName") ?? "";
        const prefix = `com.amazonaws.${ACCOUNT.region}.`;
        // The provider's default is Gateway.
        const isGateway = (textAt(inputs, "vpcEndpointType") ?? "Gateway") === "Gateway";
        const service = name.slice(prefix.length);
        return name.startsWith(prefix) && (!isGateway || GATEWAY_SERVICES.includes(service))
          ? undefined
          : `InvalidServiceName: The Vpc Endpoint Service '${name}' does not exist`;
      },
    ),
    inExistingVpc("ec2-endpoint-vpc"),
    tableExists("ec2-endpoint-tables", "routeTableIds"),
  ],
  identify: () => newId("vpce"),
  make: (id, { current }) => ({
    outputs: {
      arn: arnOf("ec2", `vpc-endpoint/${id}`),
      prefixListId: current?.outputs["prefixListId"] ?? `pl-${newDigits(8)}`,
      state: "available",
    },
  }),
};

/** The tables of this file. */
export const GATEWAY_KINDS: readonly ResourceKind[] = [ADDRESS, NAT_GATEWAY, ENDPOINT];
