// The EC2 instance types that requirements allow. The data file says where its facts come from, and of which day they are.
// Not named like this file: Node.js would load the data where this module is asked for without an extension.
import data from "./ec2-instance-types.json";
import { allowsValue } from "./requirement";
import type { Requirement } from "./vocabulary";

export interface InstanceType {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMebibytes: number;
  /** Decimal gigabytes, as Karpenter's label counts them; 0 without instance store. */
  readonly localNvmeGigabytes: number;
  readonly architecture: string;
  /** `nitro`, `xen`, or empty for bare metal. */
  readonly hypervisor: string;
  readonly cpuManufacturer: string;
  /** On demand, Linux, in {@link PRICES}' currency and region; null where the price list has none. */
  readonly pricePerHour: number | null;
}

/** Where the prices come from. They serve comparison: other regions and other contracts have others. */
export const PRICES: Readonly<Record<"source" | "date" | "region" | "currency", string>> = data.prices;

/** Where everything else comes from. */
export const TYPES: Readonly<Record<"source" | "date", string>> = data.types;

/** Every type that runs Linux, in the order of the names. */
export const INSTANCE_TYPES: readonly InstanceType[] = data.rows.map(
  ([name, cpu, memory, nvme, architecture, hypervisor, manufacturer, price]) => ({
    name: String(name),
    cpu: Number(cpu),
    memoryMebibytes: Number(memory),
    localNvmeGigabytes: Number(nvme),
    architecture: String(architecture),
    hypervisor: String(hypervisor),
    cpuManufacturer: String(manufacturer),
    pricePerHour: typeof price === "number" ? price : null,
  }),
);

/** Labels of the nodes of each type. */
const LABELS = INSTANCE_TYPES.map((type) => ({ type, labels: labelsOf(type) }));

/** The types that requirements allow; those on labels that the data knows nothing of, such as zones, allow any. */
export function allowedInstanceTypes(requirements: readonly Requirement[]): readonly InstanceType[] {
  const allowed = LABELS.filter(({ labels }) =>
    requirements.every((requirement) => {
      const value = labels.get(requirement.key);
      return value === undefined || allowsValue(requirement, value ?? undefined);
    }),
  );
  return allowed.map(({ type }) => type);
}

/**
 * The labels that Karpenter gives to nodes of the type, as far as the data tells them; null for one that such nodes lack.
 * Source: computeRequirements, https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/providers/instancetype/types.go
 */
function labelsOf(type: InstanceType): ReadonlyMap<string, string | null> {
  const [family = "", size = ""] = type.name.split(".");
  const [, category = null, , generation = null] = /^([a-z]+)(-[0-9]+tb)?([0-9]+)/.exec(family) ?? [];
  const nvme = type.localNvmeGigabytes;
  return new Map([
    ["node.kubernetes.io/instance-type", type.name],
    ["kubernetes.io/arch", type.architecture],
    ["karpenter.k8s.aws/instance-category", category],
    ["karpenter.k8s.aws/instance-generation", generation],
    ["karpenter.k8s.aws/instance-family", family],
    ["karpenter.k8s.aws/instance-size", size],
    ["karpenter.k8s.aws/instance-cpu", String(type.cpu)],
    ["karpenter.k8s.aws/instance-cpu-manufacturer", type.cpuManufacturer],
    ["karpenter.k8s.aws/instance-memory", String(type.memoryMebibytes)],
    ["karpenter.k8s.aws/instance-local-nvme", nvme === 0 ? null : String(nvme)],
    ["karpenter.k8s.aws/instance-hypervisor", type.hypervisor],
    ["karpenter.k8s.aws/instance-capability-flex", String(family.includes("-flex"))],
  ]);
}
