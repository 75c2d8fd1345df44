// The policy pack's rules: the program's own resources pass, and each rule fails for what it is there for.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { runProgram } from "../../automation/engine/program";
import { readStackFile } from "../../automation/base/stack-file";
import { describeNodeClass } from "../../components/pool/node-class";
import { NODE_CLASS_TYPE, NODE_POOL_TYPE, readNodeClassInputs } from "../../policy/node-class";
import { NODE_CLASS_RULES } from "../../policy/node-class-rules";
import { checkSystemPools, SYSTEM_POOL_RULE, type StackResource } from "../../policy/system-pool-rule";
import { planPool } from "../../swap/plan";
import { renderUserData } from "../../userdata/swap-fragments";
import { ebsPool, everythingPool } from "../support/pools";
import { record } from "../support/recorder";

const root = resolve(__dirname, "..", "..");

function engineConfig(stack: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(readStackFile(root, stack)).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

const plan = planPool(ebsPool(), "amd64");
const userData = renderUserData(plan) ?? "";

/** The program's own class. */
const good = describeNodeClass({
  plan,
  userData,
  amiSelector: { alias: "al2023@v20260714" },
  nodeRoleName: "node",
  subnetSelectorTerms: [{ id: "subnet-0123456789abcdef0" }],
  securityGroupSelectorTerms: [{ id: "sg-0123456789abcdef0" }],
  tags: {},
});
const { kubelet } = good.spec;

function withNodeConfig(body: string): string {
  const text = `apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n${body}\n`;
  return userData.replace("\n--//--\n", `\n--//\nContent-Type: application/node.eks.aws\n\n${text}\n--//--\n`);
}

/** What every rule says of the class with other settings. */
function violations(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly string[]>> {
  const nodeClass = readNodeClassInputs({ ...good, spec: { ...good.spec, ...changes } });
  return Object.fromEntries(
    NODE_CLASS_RULES.map(({ name, check }) => [name, check(nodeClass)] as const).filter(
      ([, found]) => found.length > 0,
    ),
  );
}

/** Failing classes by rule, each with a part of what is said. */
const BAD: Readonly<Record<string, readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[]>> = {
  "swap-volumes-encrypted": [
    [{ blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: false } }] }, /\/dev\/xvda .* not encrypted/],
    [
      {
        blockDeviceMappings: [
          { deviceName: "/dev/xvda", ebs: { encrypted: true } },
          { deviceName: "/dev/xvdb", ebs: { volumeSize: "30Gi" } },
        ],
      },
      /^\/dev\/xvdb/,
    ],
  ],
  "ami-pinned": [
    [{ amiSelectorTerms: [{ alias: "al2023@latest" }] }, /al2023@latest follows every release/],
    [{ amiSelectorTerms: [{ name: "amazon-eks-node-*" }] }, /by name, tags or parameter/],
    [{ amiSelectorTerms: [{ id: "ami-0123456789abcdef0" }, { tags: { team: "platform" } }] }, /by name, tags/],
    [{ amiSelectorTerms: [] }, /No term/],
  ],
  "kubelet-settings-not-overridden": [
    [{ kubelet: { ...kubelet, failSwapOn: true } }, /failSwapOn is not false/],
    [{ kubelet: { ...kubelet, memorySwap: { swapBehavior: "NoSwap" } } }, /swapBehavior is not LimitedSwap/],
    [{ kubelet: {} }, /failSwapOn is not false/],
    [
      { userData: withNodeConfig("  kubelet:\n    config:\n      failSwapOn: true") },
      /failSwapOn is set twice, in spec.kubelet and a NodeConfig/,
    ],
    [
      { userData: withNodeConfig('  kubelet:\n    flags: ["--fail-swap-on=true", "--v=2"]') },
      /The flag --fail-swap-on=true overrides/,
    ],
    [{ kubelet: { ...kubelet, featureGates: { NodeSwap: true } } }, /NodeSwap in spec.kubelet is not needed/],
  ],
  "system-slices-protected": [
    [
      { userData: userData.replace("for unit in system.slice runtime.slice", "for unit in system.slice") },
      /runtime\.slice/,
    ],
    [{ userData: userData.replaceAll("MemorySwapMax=0", "MemorySwapMax=1G") }, /system\.slice/],
    [{ userData: "#!/bin/bash\nfallocate -l 30G /swapfile\nmkswap /swapfile\nswapon /swapfile\n" }, /system\.slice/],
  ],
};

describe("rules for an EC2NodeClass", () => {
  it("pass for the program's own", () => {
    assert.deepEqual(violations({}), {});
  });

  it("pass where a running Karpenter before 1.15 needs a NodeConfig, and with every backing", () => {
    for (const [design, place] of [
      [ebsPool(), "node-config"],
      [everythingPool(), "node-class"],
      [everythingPool(), "node-config"],
    ] as const) {
      const other = planPool(design, "amd64", place);
      const described = describeNodeClass({
        plan: other,
        userData: renderUserData(other),
        amiSelector: { alias: "al2023@v20260714" },
        nodeRoleName: "node",
        subnetSelectorTerms: [],
        securityGroupSelectorTerms: [],
        tags: {},
      });
      for (const { check } of NODE_CLASS_RULES) assert.deepEqual(check(readNodeClassInputs(described)), []);
    }
  });

  it("pass for slices that are named one by one", () => {
    const commands = ["system.slice", "runtime.slice"].map(
      (slice) => `systemctl set-property ${slice} MemorySwapMax=0`,
    );
    assert.deepEqual(violations({ userData: `#!/bin/bash\n${commands.join("\n")}\nswapon /dev/nvme1n1\n` }), {});
  });

  it("have nothing to say of a class without swap", () => {
    const plain = { kubelet: {}, userData: "", amiSelectorTerms: [{ alias: "al2023@latest" }] };
    assert.deepEqual(violations(plain), {});
  });

  it("each have something that they refuse", () => {
    assert.deepEqual(
      Object.keys(BAD),
      NODE_CLASS_RULES.map(({ name }) => name),
    );
  });

  for (const [rule, cases] of Object.entries(BAD)) {
    for (const [changes, message] of cases) {
      it(`${rule} refuses: ${message}`, () => {
        const found = violations(changes);
        assert.deepEqual(Object.keys(found), [rule]);
        assert.match(found[rule]?.join("\n") ?? "", message);
      });
    }
  }
});

describe(`the rule ${SYSTEM_POOL_RULE.name}`, () => {
  const nodeClass: StackResource = { type: NODE_CLASS_TYPE, name: "class", props: good };
  const pool = (name: string, taints: readonly unknown[], className = "ebs"): StackResource => ({
    type: NODE_POOL_TYPE,
    name,
    props: { metadata: { name }, spec: { template: { spec: { nodeClassRef: { name: className }, taints } } } },
  });
  const critical = [{ key: "CriticalAddonsOnly", effect: "NoSchedule" }];
  const names = (resources: readonly StackResource[], systemPools: readonly string[] = ["system"]) =>
    checkSystemPools(resources, systemPools).map(({ resource }) => resource.name);

  it("refuses swap on pools for system components, known by their taint or their name", () => {
    assert.deepEqual(names([nodeClass, pool("addons", critical), pool("system", [])]), ["addons", "system"]);
    assert.deepEqual(names([nodeClass, pool("infra", [])], ["infra"]), ["infra"]);
  });

  it("lets other pools swap, and system pools run without swap", () => {
    const plain = { ...good, metadata: { name: "plain" }, spec: { ...good.spec, kubelet: {}, userData: "" } };
    const plainClass: StackResource = { type: NODE_CLASS_TYPE, name: "plain-class", props: plain };
    assert.deepEqual(names([nodeClass, plainClass, pool("spikes", []), pool("system", critical, "plain")]), []);
  });

  it("refuses swap in the launch template of a managed node group", () => {
    const template = (text: string): StackResource => ({
      type: "aws:ec2/launchTemplate:LaunchTemplate",
      name: "template",
      props: { userData: Buffer.from(text).toString("base64") },
    });
    const group = (props: unknown): StackResource => ({ type: "aws:eks/nodeGroup:NodeGroup", name: "group", props });
    assert.deepEqual(names([template("#!/bin/bash\nswapon /swapfile\n"), group({ launchTemplate: {} })]), ["template"]);
    assert.deepEqual(names([template("#!/bin/bash\nyum update\n"), group({ launchTemplate: {} })]), []);
    assert.deepEqual(names([template("#!/bin/bash\nswapon /swapfile\n"), group({})]), []);
  });
});

describe("the program's own stacks", () => {
  for (const stack of ["dev", "prod"]) {
    it(`${stack} breaks no rule`, async () => {
      const { resources } = await record(runProgram, { config: engineConfig(stack) });
      const classes = resources.filter(({ type }) => type === NODE_CLASS_TYPE);
      assert.ok(classes.length > 0);
      for (const { inputs } of classes) {
        for (const { check } of NODE_CLASS_RULES) assert.deepEqual(check(readNodeClassInputs(inputs)), []);
      }
      const all = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
      assert.deepEqual(checkSystemPools(all, ["system"]), []);
    });
  }
});
