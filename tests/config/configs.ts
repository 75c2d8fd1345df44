// Configs for tests: a valid one, and changes of it.

type Config = Readonly<Record<string, unknown>>;

/** 16 to 64 GiB of RAM: a fixed size gives similar limits on all of it. */
export const NARROW_MEMORY = [
  { key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["16383"] },
  { key: "karpenter.k8s.aws/instance-memory", operator: "Lt", values: ["65537"] },
];

/** The least that is valid, without a warning. */
export const VALID_CONFIG: Config = {
  cluster: { name: "dev", endpoint: { publicCidrs: ["203.0.113.0/24"] } },
  pools: { ebs: { swap: { size: "30Gi", backings: ["root-volume"] }, requirements: NARROW_MEMORY } },
};

/** Values by dotted path; `undefined` takes a key away. Paths of pools are `pools.NAME` and go no deeper than needed. */
export type Changes = Readonly<Record<string, unknown>>;

/** A copy of a config with other values at some paths. */
export function withChanges(config: Config, changes: Changes): Config {
  return Object.entries(changes).reduce((changed, [path, value]) => withValue(changed, path.split("."), value), config);
}

function withValue(config: Config, [key = "", ...rest]: readonly string[], value: unknown): Config {
  const inner: unknown = config[key];
  return { ...config, [key]: rest.length === 0 ? value : withValue(isConfig(inner) ? inner : {}, rest, value) };
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A fault: changes of the valid config, and the paths that its problem also depends on. */
export interface BadConfig {
  readonly name: string;
  readonly change: Changes;
  /** Ids of the problems, in order. */
  readonly ids: readonly string[];
  /** Paths beside those changed whose values decide whether this is a fault. */
  readonly reads?: readonly string[];
}
