// What Karpenter's controller says about `spec.kubelet`, which the API server takes as it comes.
import type { Rule } from "../provider/kind";
import { keepsKubeletFields } from "./definitions";
import { KUBERNETES_TYPES } from "./objects";
import { kubeletFields, type FieldType } from "./kubelet-fields";
import {
  isList,
  isProperties,
  numberAt,
  textAt,
  textsAt,
  propertyAt,
  type Properties,
  type Value,
} from "../provider/values";

/** Where the controller decodes and checks the settings. */
const SOURCE =
  "https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/v1/kubeletconfiguration_validation.go";

const EVICTION_SIGNALS = [
  "memory.available",
  "nodefs.available",
  "nodefs.inodesFree",
  "imagefs.available",
  "imagefs.inodesFree",
  "pid.available",
];
const EVICTION_MAPS = ["evictionHard", "evictionSoft", "evictionSoftGracePeriod", "evictionMinimumReclaim"];
const RESERVED_MAPS = ["kubeReserved", "systemReserved"];
const RESERVED_RESOURCES = ["cpu", "memory", "ephemeral-storage", "pid"];

/** All that `spec.kubelet` had until Karpenter 1.14 (pkg/apis/v1/ec2nodeclass.go). */
const CLOSED_FIELDS = [
  "clusterDNS",
  "cpuCFSQuota",
  "evictionHard",
  "evictionMaxPodGracePeriod",
  "evictionSoft",
  "evictionSoftGracePeriod",
  "imageGCHighThresholdPercent",
  "imageGCLowThresholdPercent",
  "kubeReserved",
  "maxPods",
  "podsPerCore",
  "systemReserved",
];

const QUANTITY = /^\+?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const PERCENTAGE = /^(?:\d{1,2}(?:\.\d+)?|100(?:\.0+)?)%$/;
const DURATION = /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/;

function isOfType(value: Value, type: FieldType): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "duration":
      return typeof value === "string" && DURATION.test(value);
    case "list":
      return isList(value);
    case "object":
      return isProperties(value);
    case "texts":
      return isProperties(value) && Object.values(value).every((item) => typeof item === "string");
    default:
      return typeof value === type;
  }
}

function kubeletRule(id: string, problem: (kubelet: Properties) => string | undefined): Rule {
  return {
    id: `nodeclass-kubelet-${id}`,
    source: SOURCE,
    path: "spec.kubelet",
    moments: ["ready"],
    problem: ({ inputs }) => {
      const kubelet = propertyAt(inputs, "spec.kubelet");
      const found = isProperties(kubelet) ? problem(kubelet) : undefined;
      return found && `ValidationSucceeded=False, InvalidKubeletConfiguration: ${found}`;
    },
  };
}

function keysOf(kubelet: Properties, path: string): readonly string[] {
  const map = kubelet[path];
  return isProperties(map) ? Object.keys(map) : [];
}

/** The first entry of several maps of which something is wrong. */
function findEntryProblem(
  kubelet: Properties,
  maps: readonly string[],
  problem: (map: string, key: string) => string | undefined,
): string | undefined {
  return maps
    .flatMap((map) => keysOf(kubelet, map).map((key) => problem(map, key)))
    .find((found) => found !== undefined);
}

function entryValue(kubelet: Properties, map: string, key: string): string {
  const values = kubelet[map];
  const value = isProperties(values) ? values[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** Rules of the controller; a NodeClass that breaks one never becomes Ready. */
export const KUBELET_RULES: readonly Rule[] = [
  kubeletRule("fields", (kubelet) => {
    const unknown = Object.keys(kubelet).find((name) => kubeletFields[name] === undefined);
    if (unknown !== undefined) return `spec.kubelet: unknown field "${unknown}"`;
    const swap = kubelet["memorySwap"];
    const unknownInSwap = isProperties(swap) ? Object.keys(swap).find((name) => name !== "swapBehavior") : undefined;
    return unknownInSwap && `spec.kubelet: unknown field "memorySwap.${unknownInSwap}"`;
  }),
  kubeletRule("types", (kubelet) => {
    const wrong = Object.entries(kubelet).find(([name, value]) => {
      const type = kubeletFields[name];
      // maxPods may hold an expression.
      return type !== undefined && !isOfType(value, type) && !(name === "maxPods" && typeof value === "string");
    });
    if (wrong !== undefined) return `spec.kubelet: cannot unmarshal ${typeof wrong[1]} into field ${wrong[0]}`;
    const behavior = propertyAt(kubelet, "memorySwap.swapBehavior");
    return behavior === undefined || typeof behavior === "string"
      ? undefined
      : `spec.kubelet: cannot unmarshal ${typeof behavior} into field memorySwap.swapBehavior`;
  }),
  kubeletRule("owned", (kubelet) =>
    kubelet["registerWithTaints"] === undefined
      ? undefined
      : "spec.kubelet.registerWithTaints: can't be set, Karpenter sets it from the NodeClaim's taints",
  ),
  kubeletRule("signals", (kubelet) =>
    findEntryProblem(kubelet, EVICTION_MAPS, (map, signal) =>
      EVICTION_SIGNALS.includes(signal)
        ? undefined
        : `spec.kubelet.${map}: "${signal}" isn't a valid eviction signal, must be one of ${EVICTION_SIGNALS.join(", ")}`,
    ),
  ),
  kubeletRule("thresholds", (kubelet) =>
    findEntryProblem(kubelet, EVICTION_MAPS, (map, signal) => {
      const value = entryValue(kubelet, map, signal);
      if (map === "evictionSoftGracePeriod") {
        return DURATION.test(value) ? undefined : `spec.kubelet.${map}[${signal}]: "${value}" must be a duration`;
      }
      return QUANTITY.test(value) || PERCENTAGE.test(value)
        ? undefined
        : `spec.kubelet.${map}[${signal}]: "${value}" must be a percentage or a resource quantity`;
    }),
  ),
  kubeletRule("soft-eviction", (kubelet) => {
    const soft = keysOf(kubelet, "evictionSoft");
    const grace = keysOf(kubelet, "evictionSoftGracePeriod");
    const lonely = soft.find((signal) => !grace.includes(signal)) ?? grace.find((signal) => !soft.includes(signal));
    return (
      lonely && `spec.kubelet.evictionSoft and evictionSoftGracePeriod must have the same keys, not only ${lonely}`
    );
  }),
  kubeletRule("reservations", (kubelet) =>
    findEntryProblem(kubelet, RESERVED_MAPS, (map, resource) => {
      if (!RESERVED_RESOURCES.includes(resource)) {
        return `spec.kubelet.${map}: "${resource}" isn't a reservable resource, must be one of ${RESERVED_RESOURCES.join(", ")}`;
      }
      const value = entryValue(kubelet, map, resource);
      return value.startsWith("-")
        ? `spec.kubelet.${map}[${resource}]: "${value}" can't be a negative resource quantity`
        : undefined;
    }),
  ),
  kubeletRule("image-collection", (kubelet) => {
    const high = numberAt(kubelet, "imageGCHighThresholdPercent");
    const low = numberAt(kubelet, "imageGCLowThresholdPercent");
    return high !== undefined && low !== undefined && high <= low
      ? `spec.kubelet: imageGCHighThresholdPercent (${high}) must be greater than imageGCLowThresholdPercent (${low})`
      : undefined;
  }),
  {
    id: "nodeclass-kubelet-pruned",
    source:
      "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning",
    path: "spec.kubelet",
    moments: ["ready"],
    problem: ({ inputs, cloud }) => {
      const kubelet = propertyAt(inputs, "spec.kubelet");
      const definition = cloud.get(KUBERNETES_TYPES.definition, "ec2nodeclasses.karpenter.k8s.aws");
      if (!isProperties(kubelet) || definition === undefined || keepsKubeletFields(definition)) return undefined;
      const dropped = Object.keys(kubelet).filter((name) => !CLOSED_FIELDS.includes(name));
      // The real API server takes the object and says nothing.
      return dropped.length === 0
        ? undefined
        : `the CRD of a Karpenter before 1.15 silently drops ${dropped.join(", ")} from spec.kubelet`;
    },
  },
  {
    id: "nodeclass-kubelet-family",
    source: "https://karpenter.sh/docs/concepts/nodeclasses/#speckubelet",
    path: "spec.kubelet",
    moments: ["ready"],
    problem: ({ inputs }) => {
      const kubelet = propertyAt(inputs, "spec.kubelet");
      const [alias] = textsAt(inputs, "spec.amiSelectorTerms.alias");
      const family = textAt(inputs, "spec.amiFamily") ?? alias?.split("@")[0] ?? "";
      const open = ["al2023", "custom"].includes(family.toLowerCase());
      const swap = isProperties(kubelet) && (kubelet["failSwapOn"] ?? kubelet["memorySwap"]) !== undefined;
      return swap && !open
        ? `ValidationSucceeded=False, UnsupportedKubeletConfiguration: ${family} takes no settings of swap`
        : undefined;
    },
  },
];
