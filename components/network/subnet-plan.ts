// Cuts the network's address range into subnets, one private and one public per availability zone: arithmetic only.
import { Address4 } from "ip-address";

/** Fewest zones a network may span: Amazon EKS asks for subnets in at least two (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html). */
export const MINIMUM_ZONES = 2;

/** Most zones a network may span. The plan always leaves room for this many, so that a zone added later moves no subnet. */
export const MAXIMUM_ZONES = 4;

/** Largest and smallest network Amazon VPC accepts, and the smallest subnet, as prefix lengths (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html). */
const PREFIX_LIMITS = { largestNetwork: 16, smallestSubnet: 28 } as const;

/** An eighth of the network for each private subnet: four of them take one half of it. */
const PRIVATE_PREFIX_BITS = 3;

/** A quarter of an eighth for each public subnet: all four share the first eighth of the other half. */
const publicPrefixBits = PRIVATE_PREFIX_BITS + 2;

/** Smallest network, as a prefix length, whose public subnets are still ones that Amazon VPC accepts. */
const smallestNetwork = PREFIX_LIMITS.smallestSubnet - publicPrefixBits;

/** The address ranges of one zone, in CIDR notation. */
export interface ZoneCidrs {
  /** Range for nodes and pods, four times as large as the public one. */
  readonly privateCidr: string;
  /** Range for a NAT gateway and public load balancers. */
  readonly publicCidr: string;
}

function cutBlock(network: Address4, prefixBits: number, index: number): string {
  const prefix = network.subnetMask + prefixBits;
  const size = 1n << BigInt(32 - prefix);
  const start = Address4.fromBigInt(network.startAddress().bigInt() + size * BigInt(index));
  return `${start.correctForm()}/${prefix}`;
}

/**
 * Plans the subnets of a network. The same zone gets the same range however many zones there are, because a subnet
 * cannot be renumbered: it is replaced, with every node in it.
 *
 * @param cidr the network's range, a prefix of /16 to /23.
 * @param zones how many zones to use, 2 to 4.
 * @throws RangeError when `cidr` is no IPv4 range of that size, or `zones` is out of bounds.
 */
export function planSubnets(cidr: string, zones: number): readonly ZoneCidrs[] {
  if (!Number.isInteger(zones) || zones < MINIMUM_ZONES || zones > MAXIMUM_ZONES) {
    throw new RangeError(
      `network.zones is ${zones}: it must be a whole number from ${MINIMUM_ZONES} to ${MAXIMUM_ZONES}. Choose a number of zones in that range.`,
    );
  }
  const network = Address4.isValid(cidr) ? new Address4(cidr) : undefined;
  if (
    network === undefined ||
    network.subnetMask < PREFIX_LIMITS.largestNetwork ||
    network.subnetMask > smallestNetwork
  ) {
    throw new RangeError(
      `network.cidr is "${cidr}": it must be an IPv4 range from /${PREFIX_LIMITS.largestNetwork} to /${smallestNetwork}. Write it as in 10.42.0.0/16.`,
    );
  }
  const firstPublicBlock = MAXIMUM_ZONES << (publicPrefixBits - PRIVATE_PREFIX_BITS);
  return Array.from({ length: zones }, (_, zone) => ({
    privateCidr: cutBlock(network, PRIVATE_PREFIX_BITS, zone),
    publicCidr: cutBlock(network, publicPrefixBits, firstPublicBlock + zone),
  }));
}
