// The recorder itself: it must fail on everything that Pulumi's mocks accept in silence.
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { record, RecorderError, type RecorderOptions } from "../support/recorder";

class Box extends pulumi.ComponentResource {
  constructor(name: string, fill: (parent: Box) => unknown, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:network:Network", name, {}, opts);
    fill(this);
    this.registerOutputs({ name });
  }
}

class BoxWithoutOutputs extends pulumi.ComponentResource {
  constructor(name: string) {
    super("eks-swap:network:Network", name, {});
  }
}

async function problemsOf(program: () => unknown, options?: RecorderOptions): Promise<readonly string[]> {
  try {
    await record(program, options);
  } catch (error) {
    assert.ok(error instanceof RecorderError);
    return error.problems;
  }
  return [];
}

describe("recorder", () => {
  it("records parent, inputs, dependencies, provider, options and outputs", async () => {
    const recording = await record(() => {
      const provider = new kubernetes.Provider("cluster", { kubeconfig: pulumi.secret("{}") });
      new Box("box", (parent) => {
        const vpc = new aws.ec2.Vpc("box-vpc", { cidrBlock: "10.0.0.0/16" }, { parent, protect: true });
        const subnet = new aws.ec2.Subnet("box-subnet", { vpcId: vpc.id }, { parent });
        new kubernetes.helm.v3.Release(
          "box-release",
          { chart: "chart" },
          { parent, provider, dependsOn: [subnet], customTimeouts: { delete: "15m" } },
        );
      });
      return { plain: 1, nested: { hidden: pulumi.secret("s") } };
    });
    const vpc = recording.get("box-vpc");
    const subnet = recording.get("box-subnet");
    const release = recording.get("box-release");
    assert.equal(vpc.parent, recording.get("box").urn);
    assert.deepEqual(vpc.options, { protect: true });
    assert.deepEqual(subnet.dependencies, [vpc.urn]);
    assert.match(String(subnet.inputs["vpcId"]), /^vpc-0[0-9a-f]{16}$/);
    assert.deepEqual(release.dependencies, [subnet.urn]);
    assert.deepEqual(release.options, { customTimeouts: { delete: "15m" } });
    assert.equal(release.provider, recording.get("cluster").urn);
    assert.deepEqual(recording.get("cluster").secretInputs, ["kubeconfig"]);
    assert.deepEqual(recording.stackOutputs, {
      values: { plain: 1, nested: { hidden: "s" } },
      secrets: ["nested.hidden"],
    });
    assert.deepEqual(recording.topLevel(), ["box", "cluster"]);
  });

  it("tells what follows what, through components, parents and providers", async () => {
    const recording = await record(() => {
      const first = new Box("first", (parent) => new aws.ec2.Vpc("first-vpc", {}, { parent }));
      const between = new Box("between", (parent) => {
        new aws.ec2.Vpc("between-vpc", {}, { parent, dependsOn: [first] });
      });
      new Box("last", (parent) => new aws.ec2.Vpc("last-vpc", {}, { parent, dependsOn: [between] }));
      new Box("inside", (parent) => new aws.ec2.Vpc("inside-vpc", {}, { parent }), { dependsOn: [first] });
    });
    recording.assertFollows("last-vpc", ["first", "between"]);
    recording.assertFollows("inside-vpc", ["first-vpc"]);
    recording.assertIndependent("inside-vpc", "between-vpc");
    assert.throws(() => {
      recording.assertFollows("first-vpc", ["last"]);
    }, /last-vpc/);
  });

  it("runs again and again, each with its own config", async () => {
    for (const value of ["one", "two"]) {
      const { stackOutputs, resources } = await record(
        () => {
          new Box("box", () => undefined);
          return { key: new pulumi.Config("eks-swap").get("key"), other: new pulumi.Config("eks-swap").get(value) };
        },
        { config: { "eks-swap:key": value, [`eks-swap:${value}`]: "set" } },
      );
      assert.deepEqual(stackOutputs.values, { key: value, other: "set" });
      assert.deepEqual(
        resources.map(({ name }) => name),
        ["eks-swap-test", "box"],
      );
    }
  });

  it("keeps what the program logs off the console", async () => {
    const recording = await record(async () => {
      await pulumi.log.warn("beware");
    });
    assert.deepEqual(recording.messages, [{ severity: "warning", text: "beware" }]);
  });

  const broken: readonly { fault: string; program: () => unknown; problem: RegExp }[] = [
    {
      fault: "an unknown type",
      program: () => new Box("box", (parent) => new aws.s3.Bucket("box-bucket", {}, { parent })),
      problem: /no answer for a resource of type aws:s3\/bucket:Bucket \(box-bucket\)/,
    },
    {
      fault: "the look-up of a resource of an unknown type of an unknown type",
      program: () => new Box("box", (parent) => aws.s3.Bucket.get("box-bucket", "bucket", {}, { parent })),
      problem: /no answer for a resource of type aws:s3\/bucket:Bucket/,
    },
    { fault: "an unknown function", program: () => aws.getCallerIdentity(), problem: /getCallerIdentity/ },
    {
      fault: "a resource without a parent",
      program: () => new aws.ec2.Vpc("vpc", {}),
      problem: /vpc \(aws:ec2\/vpc:Vpc\) has no parent/,
    },
    {
      fault: "a name that does not say whose child it is",
      program: () => new Box("box", (parent) => new aws.ec2.Vpc("vpc", {}, { parent })),
      problem: /vpc \(aws:ec2\/vpc:Vpc\) has a name that does not begin with that of its parent, box-/,
    },
    {
      fault: "a component without outputs",
      program: () => new BoxWithoutOutputs("box"),
      problem: /box \(eks-swap:network:Network\) does not register outputs/,
    },
    {
      fault: "an exception inside apply",
      program: () => {
        pulumi.output(1).apply(() => {
          throw new Error("inside apply");
        });
      },
      problem: /unhandled rejection: inside apply/,
    },
    {
      fault: "an exception inside apply, in an input",
      program: () =>
        new Box("box", (parent) => {
          const cidrBlock = pulumi.output("10.0.0.0/16").apply((): string => {
            throw new Error("inside an input");
          });
          new aws.ec2.Vpc("box-vpc", { cidrBlock }, { parent });
        }),
      problem: /inside an input/,
    },
    {
      fault: "an exception inside apply on which the program's end waits",
      program: () => {
        const outputs: pulumi.Output<string>[] = [];
        new Box("box", (parent) => {
          const cidrBlock = pulumi.output("10.0.0.0/16").apply((): string => {
            throw new Error("inside an input");
          });
          outputs.push(new aws.ec2.Vpc("box-vpc", { cidrBlock }, { parent }).id);
        });
        return outputs;
      },
      problem: /inside an input/,
    },
    {
      fault: "a logged error",
      program: () => pulumi.log.error("it went wrong"),
      problem: /logged: it went wrong/,
    },
    {
      fault: "one URN twice",
      program: () => {
        new Box("box", () => undefined);
        new Box("box", () => undefined);
      },
      problem: /two resources have the URN urn:pulumi:test::eks-swap::.*::box/,
    },
    {
      fault: "an exception of the program",
      program: () => {
        throw new Error("no such zone");
      },
      problem: /^no such zone$/,
    },
  ];
  for (const { fault, program, problem } of broken) {
    it(`fails on ${fault}`, async () => {
      const problems = await problemsOf(program);
      assert.ok(
        problems.some((text) => problem.test(text)),
        `problems: ${JSON.stringify(problems)}`,
      );
    });
  }

  it("gives the listeners for unhandled rejections back", async () => {
    const before = process.listeners("unhandledRejection");
    await record(() => undefined);
    assert.deepEqual(process.listeners("unhandledRejection"), before);
  });
});
