// What an EC2NodeClass must be like. Each rule gives the violations of one class, none where all is well.
import { hasSwap, type NodeClassInputs } from "./node-class";

/** A rule for an EC2NodeClass. */
export interface NodeClassRule {
  readonly name: string;
  readonly description: string;
  readonly check: (nodeClass: NodeClassInputs) => readonly string[];
}

/** Slices in which the kubelet, the container runtime and other daemons of an AL2023 node run. */
const SYSTEM_SLICES = ["system.slice", "runtime.slice"] as const;

/** Flags win over every file, so they override what the class says. */
const OVERRIDING_FLAGS =
  /^--(?:fail-swap-on|eviction-hard|eviction-soft|system-reserved|kube-reserved|config|config-dir)\b/;

const ENCRYPTED: NodeClassRule = {
  name: "swap-volumes-encrypted",
  description: "Every volume of nodes with swap is encrypted: swap holds the memory of pods.",
  check: ({ volumes }) =>
    volumes
      .filter((volume) => !volume.encrypted)
      .map(({ deviceName }) => `${deviceName} holds or can hold swap and is not encrypted: set ebs.encrypted to true.`),
};

const AMI_PINNED: NodeClassRule = {
  name: "ami-pinned",
  description: "Nodes with swap run a named AMI: swap relies on the order in which the image boots.",
  check: ({ amiSelectorTerms }) => {
    if (amiSelectorTerms.length === 0) return ["No term selects the AMI: name an id, or an alias with a release."];
    return amiSelectorTerms.flatMap(({ alias, id }) => {
      if (alias?.endsWith("@latest") === true) return [`${alias} follows every release: write al2023@vYYYYMMDD.`];
      if (alias === undefined && id === undefined) {
        return ["A term selects the AMI by name, tags or parameter: name an id, or an alias with a release."];
      }
      return [];
    });
  },
};

const KUBELET_SETTINGS: NodeClassRule = {
  name: "kubelet-settings-not-overridden",
  description:
    "On nodes with swap, failSwapOn and memorySwap are set once for the kubelet, and nothing overrides them.",
  check: (nodeClass) => [...unsetKeys(nodeClass), ...repeatedKeys(nodeClass), ...flags(nodeClass), ...gates(nodeClass)],
};

const SLICES_PROTECTED: NodeClassRule = {
  name: "system-slices-protected",
  description: "On nodes with swap, the kubelet and the container runtime do not swap.",
  check: ({ userData }) => {
    const commands = userData.replaceAll("\\\n", " ");
    const isProtected = (slice: string): boolean =>
      new RegExp(`set-property[^\\n]*\\b${slice.replace(".", "[.]")}[^\\n]*MemorySwapMax=0`).test(commands) ||
      (new RegExp(`^ *for unit in [^\\n;]*\\b${slice.replace(".", "[.]")}`, "m").test(commands) &&
        /set-property "\$unit"[^\n]*MemorySwapMax=0/.test(commands));
    return SYSTEM_SLICES.filter((slice) => !isProtected(slice)).map(
      (slice) => `userData does not set MemorySwapMax=0 on ${slice}: its daemons would stall with the pods.`,
    );
  },
};

/** The rules for classes whose nodes have swap; others are none of their business. */
export const NODE_CLASS_RULES: readonly NodeClassRule[] = [
  ENCRYPTED,
  AMI_PINNED,
  KUBELET_SETTINGS,
  SLICES_PROTECTED,
].map((rule) => ({ ...rule, check: (nodeClass) => (hasSwap(nodeClass) ? rule.check(nodeClass) : []) }));

/** Everything that configures the kubelet, by where it stands. */
function configsOf({
  kubelet,
  nodeConfigs,
}: NodeClassInputs): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  return [["spec.kubelet", kubelet], ...nodeConfigs.map(({ config }) => ["a NodeConfig in userData", config] as const)];
}

function unsetKeys(nodeClass: NodeClassInputs): readonly string[] {
  const configs = configsOf(nodeClass).map(([, config]) => config);
  const failSwapOn = configs.some((config) => config["failSwapOn"] === false);
  const limited = configs.some(({ memorySwap }) => Reflect.get(Object(memorySwap), "swapBehavior") === "LimitedSwap");
  return [
    ...(failSwapOn ? [] : ["failSwapOn is not false: the kubelet exits on a node with swap."]),
    ...(limited ? [] : ["memorySwap.swapBehavior is not LimitedSwap: pods get no swap."]),
  ];
}

function repeatedKeys(nodeClass: NodeClassInputs): readonly string[] {
  const configs = configsOf(nodeClass);
  const keys = [...new Set(configs.flatMap(([, config]) => Object.keys(config)))];
  return keys.flatMap((key) => {
    const places = configs.filter(([, config]) => Object.hasOwn(config, key)).map(([place]) => place);
    return places.length < 2 ? [] : [`${key} is set twice, in ${places.join(" and ")}: keep one.`];
  });
}

function flags({ nodeConfigs }: NodeClassInputs): readonly string[] {
  return nodeConfigs
    .flatMap((nodeConfig) => nodeConfig.flags)
    .filter((flag) => OVERRIDING_FLAGS.test(flag))
    .map((flag) => `The flag ${flag} overrides the kubelet's configuration: set the key in spec.kubelet.`);
}

/** Without it, all is well from Kubernetes 1.30 on; with it, a later kubelet does not start. */
function gates(nodeClass: NodeClassInputs): readonly string[] {
  return configsOf(nodeClass)
    .filter(([, { featureGates }]) => "NodeSwap" in Object(featureGates))
    .map(([place]) => `featureGates.NodeSwap in ${place} is not needed, and fatal once Kubernetes removes it.`);
}
