// One availability zone of a network of our own: its two subnets, their routes and its NAT gateway.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What all zones of a network share. */
export interface NetworkTrunk {
  /** The network that the zones are part of. */
  readonly vpc: aws.ec2.Vpc;
  /** Its way to the internet. */
  readonly internetGateway: aws.ec2.InternetGateway;
  /** The route table of all public subnets. */
  readonly publicRouteTable: aws.ec2.RouteTable;
  /** That table's route to the internet. */
  readonly publicRoute: aws.ec2.Route;
}

/** What a zone is made from. */
export interface NetworkZoneArgs extends NetworkTrunk {
  /** Name of the availability zone, `eu-central-1a`. */
  readonly zone: pulumi.Input<string>;
  /** Range of the public subnet. */
  readonly publicCidr: string;
  /** Range of the private subnet. */
  readonly privateCidr: string;
  /** The NAT gateway of another zone to go out through; without one the zone gets its own. */
  readonly sharedNatGateway: aws.ec2.NatGateway | undefined;
  /** Tags of a resource, by the last part of its name. */
  readonly tag: (suffix: string) => Record<string, string>;
}

/** The resources of a zone that others need. */
export interface NetworkZone {
  /** Where nodes run. */
  readonly privateSubnet: aws.ec2.Subnet;
  /** The private subnet's routes. */
  readonly privateRouteTable: aws.ec2.RouteTable;
  /** The gateway through which the private subnet goes out. */
  readonly natGateway: aws.ec2.NatGateway;
  /** What the private subnet's way out consists of, without what all zones share. */
  readonly egress: readonly pulumi.Resource[];
}

function createSubnet(
  parent: pulumi.Resource,
  name: string,
  args: NetworkZoneArgs,
  subnet: { readonly suffix: string; readonly cidr: string; readonly loadBalancerRole: "elb" | "internal-elb" },
): aws.ec2.Subnet {
  return new aws.ec2.Subnet(
    `${name}-${subnet.suffix}`,
    {
      vpcId: args.vpc.id,
      cidrBlock: subnet.cidr,
      availabilityZone: args.zone,
      // Load balancer controllers find their subnets by this tag:
      // https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
      tags: { ...args.tag(subnet.suffix), [`kubernetes.io/role/${subnet.loadBalancerRole}`]: "1" },
    },
    { parent },
  );
}

function createNatGateway(
  parent: pulumi.Resource,
  name: string,
  args: NetworkZoneArgs,
  suffix: string,
  subnet: aws.ec2.Subnet,
  subnetRoutes: aws.ec2.RouteTableAssociation,
): aws.ec2.NatGateway {
  const address = new aws.ec2.Eip(
    `${name}-${suffix}-address`,
    { domain: "vpc", tags: args.tag(suffix) },
    // An internet gateway cannot be detached while addresses of the network are mapped through it.
    { parent, dependsOn: [args.internetGateway] },
  );
  return new aws.ec2.NatGateway(
    `${name}-${suffix}`,
    { allocationId: address.id, subnetId: subnet.id, tags: args.tag(suffix) },
    // Without the public route the gateway is up, and nothing behind it gets out.
    { parent, dependsOn: [args.internetGateway, args.publicRoute, subnetRoutes] },
  );
}

/**
 * Creates one zone.
 *
 * @param parent the component that the resources belong to.
 * @param name prefix of the resources' names.
 * @param number the zone's place in the network, from 1; part of the names.
 */
export function createNetworkZone(
  parent: pulumi.Resource,
  name: string,
  number: number,
  args: NetworkZoneArgs,
): NetworkZone {
  const publicSubnet = createSubnet(parent, name, args, {
    suffix: `public-${number}`,
    cidr: args.publicCidr,
    loadBalancerRole: "elb",
  });
  const publicAssociation = new aws.ec2.RouteTableAssociation(
    `${name}-public-${number}-routes`,
    { subnetId: publicSubnet.id, routeTableId: args.publicRouteTable.id },
    { parent },
  );
  const natGateway =
    args.sharedNatGateway ?? createNatGateway(parent, name, args, `nat-${number}`, publicSubnet, publicAssociation);

  const privateSubnet = createSubnet(parent, name, args, {
    suffix: `private-${number}`,
    cidr: args.privateCidr,
    loadBalancerRole: "internal-elb",
  });
  // One table per zone even with a single gateway: going to one gateway per zone then changes routes, not tables.
  const privateRouteTable = new aws.ec2.RouteTable(
    `${name}-private-${number}-table`,
    { vpcId: args.vpc.id, tags: args.tag(`private-${number}`) },
    { parent },
  );
  const privateRoute = new aws.ec2.Route(
    `${name}-private-${number}-default`,
    { routeTableId: privateRouteTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: natGateway.id },
    { parent },
  );
  const privateAssociation = new aws.ec2.RouteTableAssociation(
    `${name}-private-${number}-routes`,
    { subnetId: privateSubnet.id, routeTableId: privateRouteTable.id },
    { parent },
  );
  return {
    privateSubnet,
    privateRouteTable,
    natGateway,
    egress: [publicAssociation, natGateway, privateRoute, privateAssociation],
  };
}
