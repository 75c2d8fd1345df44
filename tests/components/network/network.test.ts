// The network: what is created for one NAT gateway and for one in each zone, and what an existing network is left alone with.
import assert from "node:assert/strict";
import { Network, takeZones } from "../../../components/network/network";
import { ec2Id } from "../../support/cloud";
import { record, RecorderError } from "../../support/recorder";
import type { Recording } from "../../support/recording";
import { NEW_NETWORK } from "../platform";

async function recordNetwork(network: ConstructorParameters<typeof Network>[1]["network"]): Promise<Recording> {
  return record(() => {
    const { vpcId, privateSubnetIds, egress } = new Network("net", {
      clusterName: "dev",
      network,
      tags: { team: "x" },
    });
    return { vpcId, privateSubnetIds, egress: egress.map(({ urn }) => urn) };
  });
}

const counts = (natGateways: number) => ({
  "aws:ec2/eip:Eip": natGateways,
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/natGateway:NatGateway": natGateways,
  "aws:ec2/route:Route": 4,
  "aws:ec2/routeTable:RouteTable": 4,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
  "aws:ec2/subnet:Subnet": 6,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
  "eks-swap:network:Network": 1,
});

/** Which NAT gateway the private subnets of the zones go out through. */
function gatewaysOf(recording: Recording): readonly unknown[] {
  return [1, 2, 3].map((zone) => recording.get(`net-private-${zone}-default`).inputs["natGatewayId"]);
}

describe("a network with one NAT gateway", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordNetwork(NEW_NETWORK);
  });

  it("is exactly these resources", () => assert.deepEqual(recording.counts(), counts(1)));

  it("has these inputs", () => {
    const id = (prefix: string, name: string) => ec2Id(prefix, `net-${name}`);
    const tags = (name: string) => ({ team: "x", Name: `dev-${name}` });
    const expected: Readonly<Record<string, unknown>> = {
      "net-vpc": { cidrBlock: "10.42.0.0/16", enableDnsSupport: true, enableDnsHostnames: true, tags: tags("vpc") },
      "net-internet-gateway": { vpcId: id("vpc", "vpc"), tags: tags("internet-gateway") },
      "net-public-table": { vpcId: id("vpc", "vpc"), tags: tags("public") },
      "net-public-default": {
        routeTableId: id("rtb", "public-table"),
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: id("igw", "internet-gateway"),
      },
      "net-public-2": {
        vpcId: id("vpc", "vpc"),
        cidrBlock: "10.42.136.0/21",
        availabilityZone: "eu-central-1b",
        tags: { ...tags("public-2"), "kubernetes.io/role/elb": "1" },
      },
      "net-public-2-routes": { subnetId: id("subnet", "public-2"), routeTableId: id("rtb", "public-table") },
      "net-private-2": {
        vpcId: id("vpc", "vpc"),
        cidrBlock: "10.42.32.0/19",
        availabilityZone: "eu-central-1b",
        tags: { ...tags("private-2"), "kubernetes.io/role/internal-elb": "1" },
      },
      "net-private-2-table": { vpcId: id("vpc", "vpc"), tags: tags("private-2") },
      "net-private-2-default": {
        routeTableId: id("rtb", "private-2-table"),
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: id("nat", "nat-1"),
      },
      "net-private-2-routes": { subnetId: id("subnet", "private-2"), routeTableId: id("rtb", "private-2-table") },
      "net-nat-1-address": { domain: "vpc", tags: tags("nat-1") },
      "net-nat-1": {
        allocationId: id("eipalloc", "nat-1-address"),
        subnetId: id("subnet", "public-1"),
        tags: tags("nat-1"),
      },
      "net-s3": {
        vpcId: id("vpc", "vpc"),
        vpcEndpointType: "Gateway",
        serviceName: "com.amazonaws.eu-central-1.s3",
        routeTableIds: [1, 2, 3].map((zone) => id("rtb", `private-${zone}-table`)),
        tags: tags("s3"),
      },
    };
    for (const [name, inputs] of Object.entries(expected)) assert.deepEqual(recording.get(name).inputs, inputs, name);
  });

  it("asks for zones that are there without opting in and that take a control plane", () => {
    assert.deepEqual(recording.calls.find(({ token }) => token.includes("getAvailabilityZones"))?.inputs, {
      state: "available",
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: ["use1-az3", "usw1-az2", "cac1-az3"],
    });
  });

  it("sends every private subnet through the same gateway", () => {
    assert.deepEqual(gatewaysOf(recording), Array(3).fill(ec2Id("nat", "net-nat-1")));
  });

  it("has a gateway that waits for its own way out", () => {
    recording.assertFollows("net-nat-1", ["net-public-default", "net-public-1-routes", "net-internet-gateway"]);
    recording.assertFollows("net-nat-1-address", ["net-internet-gateway"]);
  });

  it("counts all of the way out as egress: gateways, routes, associations, endpoint", () => {
    const egress = recording.stackOutputs.values["egress"];
    assert.ok(Array.isArray(egress));
    const inVpc = /Gateway|Route$|RouteTableAssociation|VpcEndpoint/;
    const expected = recording.resources.filter(({ type }) => inVpc.test(type)).map(({ urn }) => urn);
    assert.deepEqual(egress.toSorted(), expected.toSorted());
  });

  it("gives out the ids of its VPC and private subnets, in the order of the zones", () => {
    const { vpcId, privateSubnetIds } = recording.stackOutputs.values;
    assert.equal(vpcId, ec2Id("vpc", "net-vpc"));
    assert.deepEqual(
      privateSubnetIds,
      [1, 2, 3].map((zone) => ec2Id("subnet", `net-private-${zone}`)),
    );
    assert.deepEqual(recording.outputsOf("net").values, { vpcId, privateSubnetIds });
  });
});

describe("a network with a NAT gateway in each zone", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordNetwork({ ...NEW_NETWORK, natGateways: "perZone" });
  });

  it("is exactly these resources", () => assert.deepEqual(recording.counts(), counts(3)));

  it("sends each private subnet through the gateway of its own zone", () => {
    assert.deepEqual(
      gatewaysOf(recording),
      [1, 2, 3].map((zone) => ec2Id("nat", `net-nat-${zone}`)),
    );
    for (const zone of [1, 2, 3]) {
      assert.equal(recording.get(`net-nat-${zone}`).inputs["subnetId"], ec2Id("subnet", `net-public-${zone}`));
    }
  });

  it("differs from the one with a single gateway in routes and gateways alone", async () => {
    const single = new Map((await recordNetwork(NEW_NETWORK)).resources.map(({ name, inputs }) => [name, inputs]));
    const changed = recording.resources
      .filter(({ name, inputs }) => JSON.stringify(inputs) !== JSON.stringify(single.get(name)))
      .map(({ name }) => name);
    assert.deepEqual(changed.toSorted(), [
      "net-nat-2",
      "net-nat-2-address",
      "net-nat-3",
      "net-nat-3-address",
      "net-private-2-default",
      "net-private-3-default",
    ]);
  });
});

describe("a network that exists", () => {
  it("is passed on, and nothing is created, looked up or tagged", async () => {
    const ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
    const recording = await recordNetwork({ vpcId: "vpc-0123456789abcdef0", privateSubnetIds: ids });
    assert.deepEqual(recording.counts(), { "eks-swap:network:Network": 1 });
    assert.deepEqual(recording.calls, []);
    assert.deepEqual(recording.stackOutputs.values, {
      vpcId: "vpc-0123456789abcdef0",
      privateSubnetIds: ids,
      egress: [],
    });
  });
});

describe("zones", () => {
  it("are taken in the order of their names, whatever order the region gives", () => {
    assert.deepEqual(takeZones(["c", "a", "b"], 2), ["a", "b"]);
  });

  it("must be as many as network.zones, or the update fails with what to do", async () => {
    const message =
      "network.zones is 4, but this region offers 3 usable zones (eu-central-1a, eu-central-1b, eu-central-1c): " +
      "a network needs a zone of its own for each. Lower network.zones to 3 or choose another region.";
    await assert.rejects(recordNetwork({ ...NEW_NETWORK, zones: 4 }), (error) => {
      assert.ok(error instanceof RecorderError);
      assert.ok(
        error.problems.some((problem) => problem.includes(message)),
        error.message,
      );
      return true;
    });
    assert.throws(() => takeZones([], 2), /offers 0 usable zones \(none\)/);
  });

  it("added later leave the subnets of the others as they are", async () => {
    const two = await recordNetwork({ ...NEW_NETWORK, zones: 2 });
    const three = await recordNetwork(NEW_NETWORK);
    for (const { name, inputs, type } of two.resources.filter((one) => one.type === "aws:ec2/subnet:Subnet")) {
      assert.deepEqual(three.get(name).inputs, inputs, `${name} (${type})`);
    }
  });
});
