// Amazon VPC: references between its resources, shared by the tables of networks, routes and gateways.
import { AWS_TYPES, EC2_ERRORS } from "./types";
import type { Rule } from "../provider/kind";
import { refersTo } from "../provider/rules";
import type { Store } from "../provider/store";
import { textAt } from "../provider/values";

/** The VPC that a resource names must exist. */
export function inExistingVpc(id: string): Rule {
  return refersTo({
    id,
    source: EC2_ERRORS,
    path: "vpcId",
    to: AWS_TYPES.vpc,
    by: "id",
    missing: (vpcId) => `InvalidVpcID.NotFound: The vpc ID '${vpcId}' does not exist`,
  });
}

/** The route tables that a resource names must exist. */
export function tableExists(id: string, path: string): Rule {
  return refersTo({
    id,
    source: EC2_ERRORS,
    path,
    to: AWS_TYPES.routeTable,
    by: "id",
    missing: (tableId) => `InvalidRouteTableID.NotFound: The routeTable ID '${tableId}' does not exist`,
  });
}

/** The subnet that a resource names must exist. */
export function subnetExists(id: string): Rule {
  return refersTo({
    id,
    source: EC2_ERRORS,
    path: "subnetId",
    to: AWS_TYPES.subnet,
    by: "id",
    missing: (subnetId) => `InvalidSubnetID.NotFound: The subnet ID '${subnetId}' does not exist`,
  });
}

/** The id of the VPC that a resource is part of. */
export function networkOf(cloud: Store, type: string, id: string | undefined): string | undefined {
  return textAt(cloud.get(type, id ?? "")?.outputs, "vpcId");
}

/**
 * Whether a subnet has a way to the internet: the route table that it is associated with has a default route. The main
 * route table of a VPC has none in the sandbox.
 */
export function hasWayOut(cloud: Store, subnetId: string): boolean {
  const tables = cloud
    .list(AWS_TYPES.routeTableAssociation)
    .filter((association) => textAt(association.outputs, "subnetId") === subnetId)
    .map((association) => textAt(association.outputs, "routeTableId"));
  return cloud
    .list(AWS_TYPES.route)
    .some(
      (route) =>
        tables.includes(textAt(route.outputs, "routeTableId")) &&
        textAt(route.outputs, "destinationCidrBlock") === "0.0.0.0/0",
    );
}
