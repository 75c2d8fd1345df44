// What can only be judged by looking at several keys together.
import { z } from "zod";
import { architectureOf } from "../../swap/instance-type";
import { INSTANCE_TYPES, type InstanceType } from "../../swap/instance-types";
import { describeProblem, type Problem } from "../catalogue/problems";
import { amiSchema, clusterSchema, existingSchema, karpenterSchema, networkSchema } from "../schema/config";
import { poolSchema, type PoolConfig } from "../schema/pool";
import { compareVersions, firstKarpenterFor, VERSIONS } from "../schema/versions";
import { keysAt, valueAt } from "../value-at";
import { checkOlderKarpenter } from "./karpenter";
import { checkPool } from "./pool";
import { check, type Check } from "./report";

/** Everything that is wrong between the keys of a config as it was written; each check runs where what it needs is right. */
export function checkConfig(given: unknown): readonly Problem[] {
  const ofCluster =
    valueAt(given, ["cluster", "existing"]) === undefined ? NEW_CLUSTER : [checkKeysOfNewCluster, checkNodeRole];
  const checks = [
    ...ofCluster,
    checkKubernetesVersion,
    checkInstalledKarpenter,
    checkOlderKarpenter,
    checkProtoKeys,
    ...AMI,
  ];
  return [...checks.flatMap((judge) => judge(given)), ...checkEachPool(given)];
}

/** The same for pools alone, whose cluster and Karpenter are there already: only their versions are given. */
export function checkPools(given: unknown): readonly Problem[] {
  const checks = [
    checkKeysOfNewCluster,
    checkKubernetesVersion,
    checkRunningKarpenter,
    checkOlderKarpenter,
    checkProtoKeys,
    ...AMI,
  ];
  return [...checks.flatMap((judge) => judge(given)), ...checkEachPool(given)];
}

const architectureSchema = z.object({ ami: amiSchema.pick({ arch: true }).strip().prefault({}) });

/** Tables whose keys the user chooses; those of pools are names. */
const TABLES = ["labels", "limits", "evictionHard"];

/** A key that JavaScript's own objects keep for themselves would vanish. */
function checkProtoKeys(given: unknown): readonly Problem[] {
  const ofPools = keysAt(given, ["pools"]).flatMap((pool) => TABLES.map((table) => ["pools", pool, table]));
  return [["tags"], ...ofPools].flatMap((path) => {
    const value = valueAt(given, [...path, "__proto__"]);
    return value === undefined ? [] : [describeProblem("reserved-key", [...path, "__proto__"], value)];
  });
}

const poolsSchema = z.object({ pools: z.strictObject({}) });

function checkEachPool(given: unknown): readonly Problem[] {
  const { data } = architectureSchema.safeParse(given);
  const names = keysAt(given, ["pools"]);
  const none = names.length === 0 && poolsSchema.safeParse(given).success;
  return [
    ...(none ? [describeProblem("no-pools", ["pools"], {})] : []),
    ...names.flatMap((name) => checkPool(name, valueAt(given, ["pools", name]), data?.ami.arch)),
    ...checkAlikePools(given, names),
  ];
}

/** The keys that only a new cluster takes. */
const OF_NEW_CLUSTER: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  cluster: clusterSchema.omit({ existing: true, kubernetesVersion: true }).shape,
  network: networkSchema.shape,
};

/** A cluster that exists takes none of the keys that describe a new one. */
function checkKeysOfNewCluster(given: unknown): readonly Problem[] {
  return Object.entries(OF_NEW_CLUSTER).flatMap(([section, shape]) =>
    Object.entries(shape).flatMap(([key, schema]) => {
      const value = valueAt(given, [section, key]);
      const isRight = value !== undefined && schema.safeParse(value).success;
      return isRight ? [describeProblem("existing-cluster-with-more", [section, key], value)] : [];
    }),
  );
}

const checkNodeRole = check(
  z.object({
    cluster: z.object({ existing: existingSchema.pick({ nodeRoleArn: true }).strip() }),
    karpenter: karpenterSchema.pick({ install: true }).strip().prefault({}),
  }),
  ({ cluster, karpenter }) => {
    const { nodeRoleArn } = cluster.existing;
    if (karpenter.install === (nodeRoleArn === undefined)) return [];
    const id = karpenter.install ? "node-role-unused" : "node-role-missing";
    return [describeProblem(id, ["cluster", "existing", "nodeRoleArn"], nodeRoleArn)];
  },
);

const versionSchema = clusterSchema.pick({ kubernetesVersion: true }).strip().prefault({});

const checkKubernetesVersion = check(z.object({ cluster: versionSchema }), ({ cluster: { kubernetesVersion } }) => {
  if (compareVersions(kubernetesVersion, VERSIONS.newestKubernetes) <= 0) return [];
  const parameters = { newest: VERSIONS.newestKubernetes };
  return [
    describeProblem("kubernetes-version-untested", ["cluster", "kubernetesVersion"], kubernetesVersion, parameters),
  ];
});

/** A Karpenter that is installed here must also have an EC2NodeClass that holds every kubelet setting. */
function checkInstalledKarpenter(given: unknown): readonly Problem[] {
  const tooOld = checkOpenKubelet(given);
  return tooOld.length > 0 ? tooOld : checkRunningKarpenter(given);
}

const checkOpenKubelet = check(
  z.object({ karpenter: karpenterSchema.pick({ version: true, install: true }).strip().prefault({}) }),
  ({ karpenter: { version, install } }) => {
    if (!install || compareVersions(version, VERSIONS.openKubeletKarpenter) >= 0) return [];
    const parameters = { oldest: VERSIONS.openKubeletKarpenter, newest: VERSIONS.karpenter };
    return [describeProblem("karpenter-too-old", ["karpenter", "version"], version, parameters)];
  },
);

const checkRunningKarpenter = check(
  z.object({
    cluster: versionSchema,
    karpenter: karpenterSchema.pick({ version: true, install: true }).strip().prefault({}),
  }),
  ({ cluster: { kubernetesVersion }, karpenter: { version } }) => {
    const first = firstKarpenterFor(kubernetesVersion);
    if (first === undefined || compareVersions(version, first) >= 0) return [];
    const parameters = { kubernetes: kubernetesVersion, first };
    return [describeProblem("karpenter-kubernetes", ["karpenter", "version"], version, parameters)];
  },
);

const systemNodesSchema = z.object({ cluster: clusterSchema.pick({ systemNodes: true }).strip() });

const checkNetwork = check(z.object({ network: networkSchema.strip().prefault({}) }), ({ network }) => {
  const { vpcId, privateSubnetIds, ...ofNew } = network;
  if (vpcId === undefined && privateSubnetIds === undefined) return [];
  const both = Object.entries(ofNew).map(([key, value]) => describeProblem("network-both", ["network", key], value));
  const half = vpcId === undefined ? "vpcId" : "privateSubnetIds";
  if (vpcId !== undefined && privateSubnetIds !== undefined) return both;
  return [...both, describeProblem("network-half", ["network", half], undefined)];
});

/** The checks of a cluster to create. */
const NEW_CLUSTER: readonly Check[] = [
  check(z.object({ cluster: clusterSchema.pick({ name: true }).strip() }), ({ cluster }) =>
    cluster.name === undefined
      ? [describeProblem("missing-key", ["cluster", "name"], undefined, { expected: "a text" })]
      : [],
  ),
  check(
    z.object({ cluster: z.object({}), karpenter: karpenterSchema.pick({ install: true }).strip().prefault({}) }),
    ({ karpenter }) =>
      karpenter.install ? [] : [describeProblem("karpenter-needed", ["karpenter", "install"], false)],
  ),
  check(z.object({ cluster: clusterSchema.pick({ endpoint: true }).strip() }), ({ cluster: { endpoint } }) => {
    const path = ["cluster", "endpoint"];
    if (!endpoint.public && !endpoint.private) return [describeProblem("endpoint-unreachable", path, endpoint)];
    if (!endpoint.public) return [describeProblem("endpoint-private", [...path, "public"], false)];
    if (!endpoint.publicCidrs.includes("0.0.0.0/0")) return [];
    return [describeProblem("endpoint-open", [...path, "publicCidrs"], endpoint.publicCidrs)];
  }),
  check(systemNodesSchema, ({ cluster: { systemNodes } }) => {
    const { min, desired, max } = systemNodes;
    if (min <= desired && desired <= max) return [];
    return [describeProblem("system-nodes-order", ["cluster", "systemNodes"], undefined, { min, desired, max })];
  }),
  check(
    systemNodesSchema.extend({ karpenter: karpenterSchema.pick({ replicas: true }).strip().prefault({}) }),
    ({ cluster: { systemNodes }, karpenter: { replicas } }) => {
      const { desired } = systemNodes;
      if (desired >= replicas) return [];
      return [describeProblem("system-nodes-too-few", ["cluster", "systemNodes", "desired"], desired, { replicas })];
    },
  ),
  check(systemNodesSchema, ({ cluster: { systemNodes } }) => {
    const { instanceTypes } = systemNodes;
    if (new Set(instanceTypes.map(architectureOf)).size <= 1) return [];
    return [describeProblem("system-nodes-architecture", ["cluster", "systemNodes", "instanceTypes"], instanceTypes)];
  }),
  check(systemNodesSchema, ({ cluster: { systemNodes } }) => {
    const { instanceTypes } = systemNodes;
    const small = INSTANCE_TYPES.filter((type) => instanceTypes.includes(type.name) && !holdsKarpenter(type));
    const path = ["cluster", "systemNodes", "instanceTypes"];
    return small.map(({ name, cpu, memoryMebibytes }) =>
      describeProblem("system-nodes-small", path, instanceTypes, { name, cpu, memory: `${memoryMebibytes}Mi` }),
    );
  }),
  checkNetwork,
];

/**
 * Whether a node has room for a replica of Karpenter, which requests 1 CPU and 1 GiB: of its first CPU the kubelet keeps
 * 6 %, and of its memory some 350 MiB.
 * Source: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go
 */
function holdsKarpenter({ cpu, memoryMebibytes }: InstanceType): boolean {
  return cpu >= 2 && memoryMebibytes >= 2048;
}

/** Karpenter takes the pool of greater weight while it can, so that pods of one workload end up with different limits. */
function checkAlikePools(given: unknown, names: readonly string[]): readonly Problem[] {
  const pools = names.flatMap((name) => {
    const { data } = poolSchema.safeParse(valueAt(given, ["pools", name]));
    return data === undefined || data.swap.size === 0 ? [] : [{ name, pool: data, key: withoutSize(data) }];
  });
  return pools.flatMap(({ name, pool, key }) => {
    const other = pools.find((candidate) => candidate.key === key);
    if (other === undefined || JSON.stringify(other.pool.swap) === JSON.stringify(pool.swap)) return [];
    return [describeProblem("pools-alike", ["pools", name], name, { other: other.name })];
  });
}

function withoutSize(pool: PoolConfig): string {
  return JSON.stringify({ ...pool, weight: 0, swap: { ...pool.swap, size: 0, maxSize: 0 } });
}

const AMI: readonly Check[] = [
  check(z.object({ ami: amiSchema.pick({ alias: true, id: true }).strip() }), ({ ami: { alias, id } }) =>
    alias === undefined || id === undefined ? [] : [describeProblem("ami-both", ["ami", "id"], id)],
  ),
  check(z.object({ ami: amiSchema.pick({ alias: true }).strip() }), ({ ami: { alias } }) =>
    alias?.endsWith("@latest") === true
      ? [describeProblem("ami-latest", ["ami", "alias"], alias, { newest: VERSIONS.ami })]
      : [],
  ),
];
