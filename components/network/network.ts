// The network that nodes run in: a VPC of our own over several zones, or the ids of one that exists.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createNetworkZone, type NetworkTrunk, type NetworkZone } from "./zone";
import { MINIMUM_ZONES, planSubnets } from "./subnet-plan";

/**
 * A network to create.
 *
 * @example { cidr: "10.42.0.0/16", zones: 3, natGateways: "single" }
 */
export interface NewNetwork {
  /** IPv4 range of the VPC in CIDR notation, /16 to /23. A change replaces the VPC and all that is in it. */
  readonly cidr: string;
  /** How many availability zones to span, 2 to 4. Adding one keeps the subnets of the others. */
  readonly zones: number;
  /**
   * `single`: one NAT gateway for all zones, cheapest, and traffic of other zones crosses a zone border to reach it.
   * `perZone`: one in each, so that the loss of a zone leaves the others their way out. AWS bills each gateway by the
   * hour and by the GB.
   */
  readonly natGateways: "single" | "perZone";
}

/**
 * A network that somebody else owns. Nothing in it is created, changed or tagged.
 *
 * @example
 * {
 *   vpcId: "vpc-0123456789abcdef0",
 *   privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
 * }
 */
export interface ExistingNetwork {
  /** Id of the VPC, `vpc-…`. */
  readonly vpcId: string;
  /** Ids of private subnets, `subnet-…`, in at least two zones and with a way to the AWS APIs. */
  readonly privateSubnetIds: readonly string[];
}

/** Arguments of {@link Network}. */
export interface NetworkArgs {
  /** Name of the cluster that the network is for; it appears in the Name tags only. */
  readonly clusterName: string;
  /** The network to create, or the ids of an existing one. */
  readonly network: NewNetwork | ExistingNetwork;
  /**
   * Whether Pulumi refuses to replace or delete the VPC.
   *
   * @default false
   */
  readonly protect?: boolean | undefined;
  /** Tags for every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Zones in which Amazon EKS places no control plane (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html). */
const ZONE_IDS_WITHOUT_CONTROL_PLANE = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * Picks the zones to use out of those that the region offers.
 *
 * @throws Error when the region offers fewer than wanted, which only the region itself reports.
 */
export function takeZones(available: readonly string[], wanted: number): readonly string[] {
  if (available.length < wanted) {
    throw new Error(
      `network.zones is ${wanted}, but this region offers ${available.length} usable zones (${available.join(", ") || "none"}): ` +
        `a network needs a zone of its own for each. Lower network.zones to ${available.length} or choose another region.`,
    );
  }
  return available.toSorted().slice(0, wanted);
}

/** The parts of a network that others need. */
interface NetworkParts {
  readonly vpcId: pulumi.Output<string>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  readonly egress: pulumi.Resource[];
}

function adoptNetwork(network: ExistingNetwork): NetworkParts {
  const privateSubnetIds = pulumi.output([...network.privateSubnetIds]);
  return {
    vpcId: pulumi.output(network.vpcId),
    privateSubnetIds,
    controlPlaneSubnetIds: privateSubnetIds,
    egress: [],
  };
}

function chooseZones(parent: Network, wanted: number): pulumi.Output<readonly string[]> {
  // Local Zones and Wavelength Zones must be opted into and take no control plane.
  const available = aws.getAvailabilityZonesOutput(
    {
      state: "available",
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: ZONE_IDS_WITHOUT_CONTROL_PLANE,
    },
    { parent },
  );
  return available.names.apply((names) => takeZones(names, wanted));
}

function createTrunk(
  parent: Network,
  name: string,
  cidr: string,
  protect: boolean,
  tag: (suffix: string) => Record<string, string>,
): NetworkTrunk {
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    // Nodes register under the private DNS name of their instance.
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: tag("vpc") },
    { parent, ...(protect ? { protect } : {}) },
  );
  const internetGateway = new aws.ec2.InternetGateway(
    `${name}-internet-gateway`,
    { vpcId: vpc.id, tags: tag("internet-gateway") },
    { parent },
  );
  const publicRouteTable = new aws.ec2.RouteTable(
    `${name}-public-table`,
    { vpcId: vpc.id, tags: tag("public") },
    { parent },
  );
  const publicRoute = new aws.ec2.Route(
    `${name}-public-default`,
    { routeTableId: publicRouteTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGateway.id },
    { parent },
  );
  return { vpc, internetGateway, publicRouteTable, publicRoute };
}

function createZones(
  parent: Network,
  name: string,
  network: NewNetwork,
  trunk: NetworkTrunk,
  tag: (suffix: string) => Record<string, string>,
): readonly NetworkZone[] {
  const zoneNames = chooseZones(parent, network.zones);
  const zones: NetworkZone[] = [];
  for (const [index, cidrs] of planSubnets(network.cidr, network.zones).entries()) {
    zones.push(
      createNetworkZone(parent, name, index + 1, {
        ...trunk,
        ...cidrs,
        zone: zoneNames.apply((names) => names[index] ?? ""),
        sharedNatGateway: network.natGateways === "single" ? zones[0]?.natGateway : undefined,
        tag,
      }),
    );
  }
  return zones;
}

function createNetwork(parent: Network, name: string, args: NetworkArgs, network: NewNetwork): NetworkParts {
  const tag = (suffix: string): Record<string, string> => ({ ...args.tags, Name: `${args.clusterName}-${suffix}` });
  const trunk = createTrunk(parent, name, network.cidr, args.protect ?? false, tag);
  const zones = createZones(parent, name, network, trunk, tag);
  const s3Endpoint = new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId: trunk.vpc.id,
      vpcEndpointType: "Gateway",
      serviceName: pulumi.interpolate`com.amazonaws.${aws.getRegionOutput({}, { parent }).region}.s3`,
      // Image layers come from S3: free of charge this way, by the gigabyte through a NAT gateway.
      routeTableIds: zones.map((zone) => zone.privateRouteTable.id),
      tags: tag("s3"),
    },
    { parent },
  );
  return {
    vpcId: trunk.vpc.id,
    privateSubnetIds: pulumi.all(zones.map((zone) => zone.privateSubnet.id)),
    controlPlaneSubnetIds: pulumi.all(zones.slice(0, MINIMUM_ZONES).map((zone) => zone.privateSubnet.id)),
    egress: [
      ...new Set([trunk.internetGateway, trunk.publicRoute, ...zones.flatMap((zone) => zone.egress), s3Endpoint]),
    ],
  };
}

/**
 * The network that a cluster runs in.
 *
 * Creates a VPC with a public and a private subnet in each zone, NAT gateways and an S3 gateway endpoint, or passes on
 * the ids of a network that exists and creates nothing. Fails the update when the region has fewer zones than asked.
 *
 * @example
 * ```ts
 * const network = new Network("network", {
 *   clusterName: "dev",
 *   network: { cidr: "10.42.0.0/16", zones: 3, natGateways: "single" },
 *   tags: { team: "platform" },
 * });
 * ```
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Ids of the private subnets, one per zone, in the order of the zones' names. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /**
   * Ids of the private subnets for the control plane's interfaces and the system nodes. In a network of our own those of
   * the first two zones, whatever `zones` is: Amazon EKS takes no subnet in a zone that the cluster was not created with,
   * and a node group is replaced when its subnets change.
   * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
   */
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  /**
   * What nodes need to reach the AWS APIs: gateways, routes and their associations. Whatever talks to an AWS API from
   * inside the network must depend on these, or destruction takes its way out first. Empty for an existing network.
   */
  readonly egress: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children.
   * @param args the network to create or to adopt.
   */
  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:network:Network", name, {}, opts);
    const parts = "vpcId" in args.network ? adoptNetwork(args.network) : createNetwork(this, name, args, args.network);
    this.vpcId = parts.vpcId;
    this.privateSubnetIds = parts.privateSubnetIds;
    this.controlPlaneSubnetIds = parts.controlPlaneSubnetIds;
    this.egress = parts.egress;
    this.registerOutputs({ vpcId: this.vpcId, privateSubnetIds: this.privateSubnetIds });
  }
}
