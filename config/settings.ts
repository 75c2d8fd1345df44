// The one way into the program: a raw stack config becomes settings, or an error that names everything that is wrong.
import type { z } from "zod";
import type { SwapSettingsPlace } from "../swap/kubelet-settings";
import { planPool, type SwapPlan } from "../swap/plan";
import type { GuardMode } from "../swap/vocabulary";
import { checkConfig, checkPools } from "./checks/config";
import type { Check } from "./checks/report";
import { toProblems } from "./issues";
import { ConfigError, type Problem } from "./catalogue/problems";
import { configSchema, NEW_NETWORK, type PoolsInput, type SettingsInput, type StackConfig } from "./schema/config";
import { swapDesign, type PoolConfig } from "./schema/pool";
import { compareVersions, VERSIONS } from "./schema/versions";

/** A network to create, or one that exists. */
export type NetworkSettings =
  | { readonly cidr: string; readonly zones: number; readonly natGateways: "single" | "perZone" }
  | { readonly vpcId: string; readonly privateSubnetIds: readonly string[] };

/** A cluster with its network and a Karpenter, all to create. */
export interface NewPlatformSettings {
  readonly kind: "new";
  readonly cluster: Omit<StackConfig["cluster"], "name" | "existing"> & { readonly name: string };
  readonly network: NetworkSettings;
  readonly karpenter: KarpenterRelease;
}

/** A cluster that exists, and the Karpenter to install in it or the one that runs there. */
export interface ExistingPlatformSettings {
  readonly kind: "existing";
  readonly cluster: Pick<ExistingConfig, "name" | "securityGroupIds" | "subnetIds"> & {
    readonly kubernetesVersion: string;
  };
  readonly karpenter:
    | (KarpenterRelease & { readonly install: true })
    | { readonly install: false; readonly nodeRoleArn: string; readonly needsOpenKubelet: boolean };
}

type ExistingConfig = NonNullable<StackConfig["cluster"]["existing"]>;
type KarpenterRelease = Pick<StackConfig["karpenter"], "version" | "replicas">;

/** The AMI of all pools. */
export interface AmiSettings {
  /** The one term of `amiSelectorTerms`. */
  readonly selector: { readonly alias: string } | { readonly id: string };
  readonly architecture: "amd64" | "arm64";
}

/** A pool: what is decided for its nodes, and what its objects take as it is. */
export interface PoolSettings {
  readonly plan: SwapPlan;
  readonly amiSelector: AmiSettings["selector"];
  readonly guard: GuardMode;
  readonly nodePool: Pick<PoolConfig, "disruption" | "limits" | "weight" | "expireAfter" | "terminationGracePeriod">;
}

/** A checked stack config with all defaults. */
export interface Settings extends Pick<StackConfig, "monitoring" | "protect" | "tags"> {
  readonly platform: NewPlatformSettings | ExistingPlatformSettings;
  /** In the order of their names. */
  readonly pools: readonly PoolSettings[];
  /** What is allowed, but should be known. */
  readonly warnings: readonly Problem[];
}

/**
 * Reads a stack config.
 * @param config the keys of the namespace `eks-swap` with their values, as the stack file has them
 * @throws ConfigError with every error and warning at once
 */
export function readSettings(config: Readonly<Record<string, unknown>> | SettingsInput): Settings {
  const { given, warnings } = read(config, configSchema, checkConfig);
  const { monitoring, protect, tags } = given;
  return { platform: platformSettings(given), monitoring, tags, protect, pools: poolsSettings(given), warnings };
}

/** Of a cluster that the program has from elsewhere only the version is known, if that. */
const poolsSchema = configSchema.extend({ cluster: configSchema.shape.cluster.prefault({}) });

/**
 * Reads pools for a cluster that the program has from elsewhere.
 * @throws ConfigError with every error and warning at once
 */
export function readPools({ cluster, karpenter, pools, ami }: PoolsInput): Pick<Settings, "pools" | "warnings"> {
  const { given, warnings } = read({ cluster, karpenter, pools, ami }, poolsSchema, checkPools);
  return { pools: poolsSettings(given), warnings };
}

/** Everything that is wrong: single values, and what the check finds between those that are right. */
function read(config: object, schema: z.ZodType<StackConfig>, judge: Check) {
  const parsed = schema.safeParse(config);
  const single = parsed.success ? [] : parsed.error.issues.flatMap((issue) => toProblems(issue, config));
  const problems = [...single, ...judge(config)];
  if (!parsed.success || problems.some(({ severity }) => severity === "error")) throw new ConfigError(problems);
  return { given: parsed.data, warnings: problems };
}

function poolsSettings({ ami, karpenter, pools }: StackConfig): readonly PoolSettings[] {
  const amiSettings: AmiSettings = {
    selector: ami.id === undefined ? { alias: ami.alias ?? VERSIONS.ami } : { id: ami.id },
    architecture: ami.arch,
  };
  const place = swapSettingsPlace(karpenter.version);
  return Object.entries(pools)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, pool]) => poolSettings(name, pool, amiSettings, place));
}

function platformSettings({ cluster, karpenter, network }: StackConfig): Settings["platform"] {
  const { existing, name = "", ...ofNew } = cluster;
  const release = { version: karpenter.version, replicas: karpenter.replicas };
  if (existing === undefined) {
    return { kind: "new", cluster: { ...ofNew, name }, network: networkSettings(network), karpenter: release };
  }
  const { nodeRoleArn = "", ...found } = existing;
  const needsOpenKubelet = swapSettingsPlace(karpenter.version) === "node-class";
  return {
    kind: "existing",
    cluster: { ...found, kubernetesVersion: cluster.kubernetesVersion },
    karpenter: karpenter.install ? { ...release, install: true } : { install: false, nodeRoleArn, needsOpenKubelet },
  };
}

function swapSettingsPlace(karpenterVersion: string): SwapSettingsPlace {
  return compareVersions(karpenterVersion, VERSIONS.openKubeletKarpenter) < 0 ? "node-config" : "node-class";
}

function networkSettings(network: StackConfig["network"]): NetworkSettings {
  const { vpcId, privateSubnetIds, cidr, zones, natGateways } = network;
  if (vpcId !== undefined && privateSubnetIds !== undefined) return { vpcId, privateSubnetIds };
  return {
    cidr: cidr ?? NEW_NETWORK.cidr,
    zones: zones ?? NEW_NETWORK.zones,
    natGateways: natGateways ?? NEW_NETWORK.natGateways,
  };
}

function poolSettings(name: string, pool: PoolConfig, ami: AmiSettings, place: SwapSettingsPlace): PoolSettings {
  const { size, ...volume } = pool.rootVolume;
  const { evictionHard, requirements, labels, taints, dedicated, guard, ...nodePool } = pool;
  const design = {
    name,
    swap: swapDesign(pool.swap),
    rootVolume: { ...volume, minimumGiB: size },
    swapVolume: pool.swapVolume,
    evictionHard,
    requirements,
    labels,
    taints,
    dedicated,
  };
  return {
    plan: planPool(design, ami.architecture, place),
    amiSelector: ami.selector,
    guard,
    nodePool: {
      disruption: nodePool.disruption,
      limits: nodePool.limits,
      weight: nodePool.weight,
      expireAfter: nodePool.expireAfter,
      terminationGracePeriod: nodePool.terminationGracePeriod,
    },
  };
}
