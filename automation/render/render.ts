// What `up` would send for each pool, as files, without an engine or a cloud.
import { describeNodeClass } from "../../components/pool/node-class";
import { describeNodePool } from "../../components/pool/node-pool";
import type { PoolSettings, Settings } from "../../config/settings";
import { renderDashboard } from "../../monitoring/dashboard";
import { describeRules } from "../../monitoring/rules";
import type { SwapPlan } from "../../swap/plan";
import { renderAllUserData, renderUserData } from "../../userdata/swap-fragments";
import { toYaml } from "../../userdata/yaml";
import { UsageError } from "../base/errors";
import { renderManifests } from "./manifests";

/** A value that is born in the cloud, by its path in the EC2NodeClass, and the valid one that stands in for it. */
type Placeholders = Readonly<Record<string, string>>;

const NODE_ROLE = "placeholder-node-role";
const SUBNET = "subnet-00000000000000000";
const SECURITY_GROUP = "sg-00000000000000000";

/** Everything about a pool in `plan.json`; scripts rely on its shape. */
export interface PlanFile extends Pick<SwapPlan, "pool" | "swap" | "predicted"> {
  /** Everything that the kubelet is given, whether by the EC2NodeClass or, for an older Karpenter, by userData. */
  readonly kubelet: SwapPlan["kubelet"];
  readonly rootVolumeGiB: number;
  /** As the pool asks for them; `auto` is decided on the node. Null for a pool without swap. */
  readonly sysctls: NonNullable<SwapPlan["swap"]>["sysctls"] | null;
  readonly userDataBytes: number;
  readonly placeholders: Placeholders;
}

/** A pool with its objects, and the files of its folder by name; one without swap has no userData. */
export interface RenderedPool {
  readonly plan: SwapPlan;
  readonly planFile: PlanFile;
  readonly nodeClass: ReturnType<typeof describeNodeClass>;
  readonly nodePool: ReturnType<typeof describeNodePool>;
  readonly files: Readonly<Record<string, string>>;
}

/** The files of all pools. */
export function renderPools(settings: Settings): readonly RenderedPool[] {
  // All pools whose userData does not fit are named at once.
  renderAllUserData(settings.pools.map(({ plan }) => plan));
  return settings.pools.map((pool) => renderPool(settings, pool));
}

/** Folders of what belongs to no single pool. */
const FOLDERS = ["manifests", "monitoring"] as const;

/**
 * All files by their path: `POOL/` for each pool, `manifests/`, and `monitoring/` where the stack has monitoring, or with the flag.
 * @throws UsageError when a pool has the name of another folder
 */
export function renderFiles(
  settings: Settings,
  pools: readonly RenderedPool[],
  asked: { readonly monitoring: boolean },
): Readonly<Record<string, string>> {
  const taken = FOLDERS.find((folder) => pools.some(({ plan }) => plan.pool === folder));
  if (taken !== undefined) {
    throw new UsageError(`pool ${taken} cannot be rendered: its folder would be that of all ${taken}. Rename the pool`);
  }
  const plans = pools.map(({ plan }) => plan);
  const monitoring = asked.monitoring || settings.monitoring !== "off";
  return {
    ...Object.fromEntries(pools.flatMap(({ plan, files }) => Object.entries(under(plan.pool, files)))),
    ...under("manifests", renderManifests(settings, pools)),
    ...(monitoring
      ? under("monitoring", { "rules.yaml": toYaml(describeRules(plans)), "dashboard.json": renderDashboard() })
      : {}),
  };
}

function under(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
}

function renderPool(settings: Settings, { plan, amiSelector, nodePool }: PoolSettings): RenderedPool {
  const userData = renderUserData(plan);
  const { placeholders, ...known } = knownBeforehand(settings);
  const nodeClass = describeNodeClass({ plan, userData, amiSelector, ...known, tags: settings.tags });
  const nodePoolObject = describeNodePool(plan, nodePool);
  const planFile: PlanFile = {
    pool: plan.pool,
    swap: plan.swap,
    rootVolumeGiB: plan.rootVolume.sizeGiB,
    kubelet: { ...plan.kubelet, ...plan.nodeConfig },
    sysctls: plan.swap?.sysctls ?? null,
    userDataBytes: Buffer.byteLength(userData ?? ""),
    placeholders,
    predicted: plan.predicted,
  };
  return {
    plan,
    planFile,
    nodeClass,
    nodePool: nodePoolObject,
    files: {
      ...(userData === undefined ? {} : { "userdata.mime": userData }),
      "plan.json": `${JSON.stringify(planFile, null, 2)}\n`,
    },
  };
}

/** Role, subnets and security groups where the config names them, placeholders where an update creates them. */
function knownBeforehand({ platform }: Settings) {
  const { cluster, karpenter } = platform;
  const nodeRoleArn = "nodeRoleArn" in karpenter ? karpenter.nodeRoleArn : undefined;
  const securityGroupIds = "securityGroupIds" in cluster ? cluster.securityGroupIds : undefined;
  const subnetIds = "subnetIds" in cluster ? cluster.subnetIds : existingSubnets(platform);
  const placeholders: Placeholders = {
    ...(nodeRoleArn === undefined ? { "spec.role": NODE_ROLE } : {}),
    ...(subnetIds === undefined ? { "spec.subnetSelectorTerms.0.id": SUBNET } : {}),
    ...(securityGroupIds === undefined ? { "spec.securityGroupSelectorTerms.0.id": SECURITY_GROUP } : {}),
  };
  return {
    nodeRoleName: nodeRoleArn?.split("/").at(-1) ?? NODE_ROLE,
    subnetSelectorTerms: (subnetIds ?? [SUBNET]).map((id) => ({ id })),
    securityGroupSelectorTerms: (securityGroupIds ?? [SECURITY_GROUP]).map((id) => ({ id })),
    placeholders,
  };
}

function existingSubnets(platform: Settings["platform"]): readonly string[] | undefined {
  return "network" in platform && "vpcId" in platform.network ? platform.network.privateSubnetIds : undefined;
}
