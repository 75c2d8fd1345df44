// Amazon VPC: route tables, routes, and which subnet follows which table.
import { crc32 } from "node:zlib";
import { ACCOUNT, arnOf, newId } from "../provider/account";
import { inExistingVpc, networkOf, subnetExists, tableExists } from "./network-references";
import { AWS_DOCS, AWS_TYPES, EC2_ERRORS } from "./types";
import type { ResourceKind } from "../provider/kind";
import { heldBy, inputRule, refersTo } from "../provider/rules";
import { textAt, propertyAt, type Properties } from "../provider/values";

/** Inputs of a route that name where it leads to; exactly one is given. */
const ROUTE_TARGETS = ["gatewayId", "natGatewayId", "transitGatewayId", "vpcPeeringConnectionId", "networkInterfaceId"];

const ROUTE_TABLE: ResourceKind = {
  type: AWS_TYPES.routeTable,
  required: ["vpcId"],
  forceNew: ["vpcId"],
  rules: [
    inExistingVpc("ec2-route-table-vpc"),
    heldBy({
      id: "ec2-route-table-held",
      source: EC2_ERRORS,
      type: AWS_TYPES.routeTableAssociation,
      path: "routeTableId",
      by: "id",
      refusal: (table, holders) =>
        `DependencyViolation: The routeTable '${table.id}' has dependencies (${holders.join(", ")}) and cannot be deleted.`,
    }),
  ],
  identify: () => newId("rtb"),
  make: (id) => ({ outputs: { arn: arnOf("ec2", `route-table/${id}`), ownerId: ACCOUNT.id } }),
};

/** The provider's own id, since AWS has none: https://github.com/hashicorp/terraform-provider-aws/blob/v6.34.0/internal/service/ec2/id.go */
function routeId(inputs: Properties): string {
  return `r-${textAt(inputs, "routeTableId") ?? ""}${crc32(textAt(inputs, "destinationCidrBlock") ?? "")}`;
}

const ROUTE: ResourceKind = {
  type: AWS_TYPES.route,
  required: ["routeTableId", "destinationCidrBlock"],
  forceNew: ["routeTableId", "destinationCidrBlock"],
  rules: [
    inputRule(
      "ec2-route-one-target",
      `${AWS_DOCS}/AWSEC2/latest/APIReference/API_CreateRoute.html`,
      ROUTE_TARGETS,
      ({ inputs }) => {
        const given = ROUTE_TARGETS.filter((target) => propertyAt(inputs, target) !== undefined);
        return given.length === 1 ? undefined : `one of ${ROUTE_TARGETS.join(", ")} must be given, not ${given.length}`;
      },
    ),
    tableExists("ec2-route-table-exists", "routeTableId"),
    refersTo({
      id: "ec2-route-internet-gateway",
      source: EC2_ERRORS,
      path: "gatewayId",
      to: AWS_TYPES.internetGateway,
      by: "id",
      missing: (id) => `InvalidGatewayID.NotFound: The gateway ID '${id}' does not exist`,
    }),
    refersTo({
      id: "ec2-route-nat-gateway",
      source: EC2_ERRORS,
      path: "natGatewayId",
      to: AWS_TYPES.natGateway,
      by: "id",
      missing: (id) => `InvalidNatGatewayID.NotFound: The natGateway ID '${id}' does not exist`,
    }),
    {
      id: "ec2-route-same-network",
      source: `${AWS_DOCS}/vpc/latest/userguide/VPC_Internet_Gateway.html`,
      path: "gatewayId",
      moments: ["create", "update"],
      problem: ({ inputs, cloud }) => {
        const tableId = textAt(inputs, "routeTableId") ?? "";
        const gatewayId = textAt(inputs, "gatewayId");
        const network = networkOf(cloud, AWS_TYPES.routeTable, tableId);
        return gatewayId === undefined || networkOf(cloud, AWS_TYPES.internetGateway, gatewayId) === network
          ? undefined
          : `InvalidParameterValue: route table ${tableId} and network gateway ${gatewayId} belong to different networks`;
      },
    },
  ],
  identify: routeId,
  taken: (inputs) =>
    `RouteAlreadyExists: Route in Route Table (${textAt(inputs, "routeTableId") ?? ""}) with destination ` +
    `(${textAt(inputs, "destinationCidrBlock") ?? ""}) already exists`,
  make: () => ({ outputs: { origin: "CreateRoute", state: "active" } }),
};

const ASSOCIATION: ResourceKind = {
  type: AWS_TYPES.routeTableAssociation,
  required: ["routeTableId"],
  forceNew: ["subnetId", "gatewayId"],
  rules: [
    tableExists("ec2-association-table", "routeTableId"),
    subnetExists("ec2-association-subnet"),
    {
      id: "ec2-association-single",
      source: `${AWS_DOCS}/vpc/latest/userguide/VPC_Route_Tables.html`,
      path: "subnetId",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const subnetId = textAt(inputs, "subnetId");
        const other = cloud
          .list(AWS_TYPES.routeTableAssociation)
          .find((existing) => textAt(existing.outputs, "subnetId") === subnetId);
        return other && subnetId !== undefined
          ? "Resource.AlreadyAssociated: the specified association for route table " +
              `${textAt(inputs, "routeTableId") ?? ""} conflicts with an existing association (${other.id})`
          : undefined;
      },
    },
    {
      id: "ec2-association-same-network",
      source: EC2_ERRORS,
      path: "subnetId",
      moments: ["create", "update"],
      problem: ({ inputs, cloud }) => {
        const tableId = textAt(inputs, "routeTableId") ?? "";
        const subnetId = textAt(inputs, "subnetId");
        return subnetId === undefined ||
          networkOf(cloud, AWS_TYPES.routeTable, tableId) === networkOf(cloud, AWS_TYPES.subnet, subnetId)
          ? undefined
          : `InvalidParameterValue: route table ${tableId} and subnet ${subnetId} belong to different networks`;
      },
    },
  ],
  identify: () => newId("rtbassoc"),
  make: () => ({ outputs: {} }),
};

/** The tables of this file. */
export const ROUTING_KINDS: readonly ResourceKind[] = [ROUTE_TABLE, ROUTE, ASSOCIATION];
