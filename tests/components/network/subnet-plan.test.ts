// The address ranges of a network's subnets.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Address4 } from "ip-address";
import { MAXIMUM_ZONES, MINIMUM_ZONES, planSubnets } from "../../../components/network/subnet-plan";

const network = fc
  .record({ address: fc.nat({ max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 16, max: 23 }) })
  .map(({ address, prefix }) => {
    const size = 2n ** BigInt(32 - prefix);
    return `${Address4.fromBigInt((BigInt(address) / size) * size).correctForm()}/${prefix}`;
  });
const zoneCount = fc.integer({ min: MINIMUM_ZONES, max: MAXIMUM_ZONES });

describe("planSubnets", () => {
  it("cuts the default network as documented", () => {
    assert.deepEqual(planSubnets("10.42.0.0/16", 4), [
      { privateCidr: "10.42.0.0/19", publicCidr: "10.42.128.0/21" },
      { privateCidr: "10.42.32.0/19", publicCidr: "10.42.136.0/21" },
      { privateCidr: "10.42.64.0/19", publicCidr: "10.42.144.0/21" },
      { privateCidr: "10.42.96.0/19", publicCidr: "10.42.152.0/21" },
    ]);
  });

  it("gives subnets inside the network, of a size that a VPC takes, that do not overlap", () => {
    fc.assert(
      fc.property(network, zoneCount, (cidr, zones) => {
        const outer = new Address4(cidr);
        const subnets = planSubnets(cidr, zones).flatMap((zone) => [zone.privateCidr, zone.publicCidr]);
        const ranges = subnets.map((subnet) => new Address4(subnet));
        assert.equal(ranges.length, 2 * zones);
        for (const range of ranges) {
          assert.ok(range.isInSubnet(outer) && range.subnetMask >= 16 && range.subnetMask <= 28);
          assert.equal(range.startAddress().correctForm(), range.correctForm(), "no bit behind the prefix");
        }
        const sorted = ranges.toSorted((left, right) => (left.bigInt() < right.bigInt() ? -1 : 1));
        for (const [index, range] of sorted.slice(1).entries()) {
          assert.ok(range.startAddress().bigInt() > (sorted[index]?.endAddress().bigInt() ?? 0n));
        }
      }),
    );
  });

  it("gives a zone the same ranges however many zones there are", () => {
    fc.assert(
      fc.property(network, zoneCount, (cidr, zones) => {
        assert.deepEqual(planSubnets(cidr, zones), planSubnets(cidr, MAXIMUM_ZONES).slice(0, zones));
      }),
    );
  });

  for (const cidr of ["10.0.0.0/15", "10.0.0.0/24", "10.0.0.0", "10.0.0/16", "fd00::/16", "", "10.0.0.256/16"]) {
    it(`refuses the network ${JSON.stringify(cidr)}`, () => {
      assert.throws(
        () => planSubnets(cidr, 3),
        new RangeError(
          `network.cidr is "${cidr}": it must be an IPv4 range from /16 to /23. Write it as in 10.42.0.0/16.`,
        ),
      );
    });
  }

  for (const zones of [0, 1, 5, 2.5, NaN]) {
    it(`refuses ${zones} zones`, () => {
      assert.throws(
        () => planSubnets("10.0.0.0/16", zones),
        new RangeError(
          `network.zones is ${zones}: it must be a whole number from 2 to 4. Choose a number of zones in that range.`,
        ),
      );
    });
  }
});
