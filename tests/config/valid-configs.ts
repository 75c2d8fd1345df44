// Valid stack configs of every kind, for property tests.
import fc from "fast-check";

type Config = Readonly<Record<string, unknown>>;

const gibibytes = (most: number) => fc.integer({ min: 1, max: most }).map((size) => `${size}Gi`);

const backings = fc
  .subarray(["root-volume", "ebs-volume", "instance-store"], { minLength: 1 })
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

const sysctls = fc.record(
  {
    swappiness: fc.integer({ min: 0, max: 200 }),
    minFreeKbytes: fc.oneof(fc.constant("auto"), fc.integer({ min: 1024, max: 2_000_000 })),
    watermarkScaleFactor: fc.oneof(fc.constant("auto"), fc.integer({ min: 1, max: 3000 })),
    pageCluster: fc.oneof(fc.constant("auto"), fc.integer({ min: 0, max: 10 })),
  },
  { requiredKeys: [] },
);

const COMMON = {
  backings,
  onFailure: fc.constantFrom("continue", "block"),
  sysctls,
  zswap: fc.record({ maxPoolPercent: fc.integer({ min: 1, max: 50 }) }, { requiredKeys: [] }),
};

const swap = fc.oneof(
  fc.constant({ size: 0 }),
  fc.record({ size: gibibytes(1024), ...COMMON }, { requiredKeys: ["size", "backings"] }),
  fc.record(
    {
      size: fc.integer({ min: 1, max: 400 }).map((percent) => `${percent}%`),
      maxSize: gibibytes(1024),
      ...COMMON,
    },
    { requiredKeys: ["size", "maxSize", "backings"] },
  ),
);

/** gp3 with rates that every size takes. */
const RATES = {
  type: fc.constant("gp3"),
  iops: fc.integer({ min: 3000, max: 4000 }),
  throughput: fc.integer({ min: 125, max: 750 }),
  kmsKeyId: fc.constantFrom("alias/nodes", "arn:aws:kms:eu-central-1:123456789012:key/0123abcd"),
};

const volume = fc.record(RATES, { requiredKeys: [] });
const rootVolume = fc.record(
  { ...RATES, size: fc.integer({ min: 1300, max: 2000 }).map((size) => `${size}Gi`) },
  { requiredKeys: [] },
);

const requirements = fc.constantFrom(
  [],
  [{ key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["8191"] }],
  [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m6id", "r6id"] }],
  [{ key: "karpenter.sh/capacity-type", operator: "In", values: ["spot", "on-demand"], minValues: 2 }],
);

const percentage = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.stringMatching(/^[0-9]{0,4}$/))
  .map(([whole, decimals]) => {
    const text = decimals === "" ? `${whole}%` : `${whole}.${decimals}%`;
    return Number.parseFloat(text) === 0 ? "0%" : text;
  });

const evictionHard = fc.record(
  {
    "memory.available": fc.oneof(fc.constantFrom("100Mi", "1%", "256Mi", "0%"), percentage),
    "nodefs.available": fc.oneof(fc.constantFrom("10%", "1Gi", "1.5Gi", "1e9"), percentage),
    "imagefs.inodesFree": percentage,
    "pid.available": fc.oneof(percentage, fc.constant("1k")),
  },
  { requiredKeys: [] },
);

const disruption = fc.record(
  {
    consolidationPolicy: fc.constantFrom("WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced"),
    consolidateAfter: fc.constantFrom("Never", "0s", "1m", "1h30m"),
    budgets: fc.array(
      fc.oneof(
        fc.record({ nodes: fc.constantFrom("0", "5", "10%", "100%") }),
        fc.record({
          nodes: fc.constantFrom("0", "1"),
          schedule: fc.constantFrom("0 9 * * 1-5", "@daily", "*/5 0-6 1,15 jan-mar mon"),
          duration: fc.constantFrom("8h", "30m", "1h30m"),
          reasons: fc.subarray(["Underutilized", "Empty", "Drifted"]),
        }),
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

const pool = fc
  .record(
    {
      swap,
      rootVolume,
      swapVolume: volume,
      evictionHard,
      requirements,
      labels: fc.dictionary(
        name.map((key) => `example.com/${key}`),
        name,
        { maxKeys: 5 },
      ),
      taints: fc.array(fc.record({ key: name, value: name, effect: fc.constantFrom("NoSchedule", "NoExecute") }), {
        maxLength: 3,
      }),
      dedicated: fc.boolean(),
      limits: fc.record({ cpu: fc.integer({ min: 1, max: 1000 }).map(String), memory: gibibytes(4000) }),
      weight: fc.integer({ min: 1, max: 100 }),
      expireAfter: fc.constantFrom("Never", "24h", "1h30m"),
      terminationGracePeriod: fc.constantFrom("30s", "1h", "100h"),
      guard: fc.constantFrom("off", "warn", "deny"),
      disruption,
    },
    { requiredKeys: ["swap"] },
  )
  .map(({ swapVolume, ...rest }) => {
    const hasVolume = "backings" in rest.swap && rest.swap.backings.includes("ebs-volume");
    return hasVolume && swapVolume !== undefined ? { ...rest, swapVolume } : rest;
  });

const newCluster = fc.record(
  {
    name,
    kubernetesVersion: fc.constantFrom("1.32", "1.33", "1.34", "1.35", "1.36"),
    deletionProtection: fc.boolean(),
    endpoint: fc.constantFrom({}, { publicCidrs: ["203.0.113.0/24"] }, { public: false, private: true }),
    logTypes: fc.subarray(["api", "audit", "authenticator"]),
    encryptionKeyArn: fc.constant("arn:aws:kms:eu-central-1:123456789012:key/0123abcd"),
    adminRoleArns: fc.subarray(["arn:aws:iam::123456789012:role/admin", "arn:aws:iam::123456789012:role/ops/team"]),
    systemNodes: fc.constantFrom({}, { instanceTypes: ["m7i.large", "m7a.large"], min: 2, desired: 3, max: 5 }),
  },
  { requiredKeys: ["name"] },
);

const network = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      cidr: fc.constantFrom("10.0.0.0/16", "172.20.0.0/20"),
      zones: fc.integer({ min: 2, max: 4 }),
      natGateways: fc.constantFrom("single", "perZone"),
    },
    { requiredKeys: [] },
  ),
  fc.constant({
    vpcId: "vpc-0123456789abcdef0",
    privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  }),
);

/** Versions of a Karpenter that runs already, of every minor that the program takes. */
const RUNNING = ["1.9.3", "1.10.2", "1.11.0", "1.12.0", "1.13.1", "1.14.1", "1.14.3", "1.15.0", "1.15.1"];

const EXISTING = {
  name: "theirs",
  securityGroupIds: ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
  subnetIds: ["subnet-0123456789abcdef0"],
};

const platform: fc.Arbitrary<Config> = fc.oneof(
  fc.record(
    { cluster: newCluster, network, karpenter: fc.record({ replicas: fc.integer({ min: 1, max: 2 }) }) },
    { requiredKeys: ["cluster"] },
  ),
  fc.constant({ cluster: { existing: EXISTING, kubernetesVersion: "1.34" } }),
  fc.constantFrom(...RUNNING).map((version) => ({
    cluster: {
      existing: { ...EXISTING, nodeRoleArn: "arn:aws:iam::123456789012:role/path/KarpenterNodeRole-theirs" },
      kubernetesVersion: "1.34",
    },
    karpenter: { install: false, version },
  })),
);

/** Any valid stack config. */
export const validConfigs: fc.Arbitrary<Config> = fc
  .tuple(
    platform,
    fc.dictionary(name, pool, { minKeys: 1, maxKeys: 4 }),
    fc.dictionary(name, fc.stringMatching(/^[\w .:/=+@-]{0,20}$/), { maxKeys: 3 }),
    fc.oneof(
      fc.record(
        { arch: fc.constantFrom("amd64", "arm64"), alias: fc.constantFrom("al2023@v20260714", "al2023@latest") },
        { requiredKeys: ["arch"] },
      ),
      fc.constant({ id: "ami-0123456789abcdef0" }),
    ),
    fc.record(
      { monitoring: fc.constantFrom("off", "prometheus-operator"), protect: fc.boolean() },
      { requiredKeys: [] },
    ),
  )
  .map(([base, pools, tags, ami, more]) => ({ ...base, ...more, pools, tags, ami }));
