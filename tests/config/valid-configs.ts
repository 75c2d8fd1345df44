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
const volume = fc.record(
  {
    type: fc.constant("gp3"),
    iops: fc.integer({ min: 3000, max: 4000 }),
    throughput: fc.integer({ min: 125, max: 750 }),
  },
  { requiredKeys: [] },
);

const requirements = fc.constantFrom(
  [],
  [{ key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["8191"] }],
  [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m6id", "r6id"] }],
  [{ key: "karpenter.sh/capacity-type", operator: "In", values: ["spot", "on-demand"], minValues: 2 }],
);

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

const pool = fc
  .record(
    {
      swap,
      rootVolume: volume,
      swapVolume: volume,
      evictionHard: fc.record({ "memory.available": fc.constantFrom("100Mi", "1%", "256Mi", "0%") }),
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
  },
  { requiredKeys: ["name"] },
);

const EXISTING = {
  name: "theirs",
  securityGroupIds: ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
  subnetIds: ["subnet-0123456789abcdef0"],
};

const platform: fc.Arbitrary<Config> = fc.oneof(
  fc.record({ cluster: newCluster }),
  fc.constant({ cluster: { existing: EXISTING, kubernetesVersion: "1.34" } }),
  fc.constantFrom("1.9.1", "1.14.1", "1.15.0").map((version) => ({
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
    fc.constantFrom("amd64", "arm64"),
  )
  .map(([base, pools, tags, arch]) => ({ ...base, pools, tags, ami: { arch } }));
