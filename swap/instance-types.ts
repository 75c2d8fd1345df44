// The EC2 instance types that requirements allow. The data file says where its facts come from, and of which day they are.
// The data file has another name than this one: Node.js would load it for an import of this module without an extension.
import { readDescribedType, type DescribedType, type InstanceTypeFacts } from "./described-type";
import data from "./data/ec2-instance-types.json";
import { allowsValue } from "./requirement";
import type { Requirement } from "./vocabulary";

/** A type, with what its nodes have. */
export interface InstanceType extends InstanceTypeFacts {
  /** On demand, Linux, in {@link PRICES}' currency and region; null where the price list has none. */
  readonly pricePerHour: number | null;
  /** Labels of its nodes, as far as they are known; null for one that such nodes lack. */
  readonly labels: ReadonlyMap<string, string | null>;
}

/** Where the prices come from. They serve comparison: other regions and other contracts have others. */
export const PRICES: Readonly<Record<"source" | "date" | "region" | "currency", string>> = data.prices;

/** Where everything else comes from. */
export const TYPES: Readonly<Record<"source" | "date", string>> = data.types;

/** Every type that runs Linux, in the order of the names. */
export const INSTANCE_TYPES: readonly InstanceType[] = data.rows.map(
  ([name, cpu, memory, nvme, architecture, hypervisor, manufacturer, price]) =>
    withLabels(
      {
        name: String(name),
        cpu: Number(cpu),
        memoryMebibytes: Number(memory),
        localNvmeGigabytes: Number(nvme),
        architecture: String(architecture),
        hypervisor: String(hypervisor),
        cpuManufacturer: String(manufacturer),
      },
      typeof price === "number" ? price : null,
    ),
);

/** Types as EC2 describes them, in the order of the names; prices are those of the data file. */
export function readInstanceTypes(described: readonly DescribedType[]): readonly InstanceType[] {
  const prices = new Map(INSTANCE_TYPES.map(({ name, pricePerHour }) => [name, pricePerHour]));
  return described
    .flatMap((one) => readDescribedType(one) ?? [])
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map((facts) => withLabels(facts, prices.get(facts.name) ?? null));
}

/**
 * The types that requirements allow; those on labels that the data knows nothing of, such as zones, allow any.
 * @param among the types of the data file when left out
 */
export function allowedInstanceTypes(
  requirements: readonly Requirement[],
  among: readonly InstanceType[] = INSTANCE_TYPES,
): readonly InstanceType[] {
  return among.filter(({ labels }) =>
    requirements.every((requirement) => {
      const value = labels.get(requirement.key);
      return value === undefined || allowsValue(requirement, value ?? undefined);
    }),
  );
}

function withLabels(facts: InstanceTypeFacts, pricePerHour: number | null): InstanceType {
  return { ...facts, pricePerHour, labels: labelsOf(facts) };
}

/**
 * The labels that Karpenter gives to nodes of the type, as far as the data has them; null for one that such nodes lack.
 * Source: computeRequirements, https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/providers/instancetype/types.go
 */
function labelsOf(type: InstanceTypeFacts): ReadonlyMap<string, string | null> {
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
