// An EC2NodeClass as far as the rules look at it, whoever wrote it.
import { z } from "zod";
import { kubeletsIn, type KubeletOfNodeConfig } from "./node-config";

export const NODE_CLASS_TYPE = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
export const NODE_POOL_TYPE = "kubernetes:karpenter.sh/v1:NodePool";

const ebsSchema = z.object({ encrypted: z.boolean().optional() });

/** Only what is known in a preview is read: subnets, security groups and role are not. */
const nodeClassSchema = z.object({
  metadata: z.object({ name: z.string().default("") }).prefault({}),
  spec: z.object({
    amiSelectorTerms: z.array(z.object({ alias: z.string().optional(), id: z.string().optional() })).default([]),
    blockDeviceMappings: z
      .array(z.object({ deviceName: z.string().default("a volume"), ebs: ebsSchema.optional() }))
      .default([]),
    kubelet: z.record(z.string(), z.unknown()).default({}),
    userData: z.string().default(""),
  }),
});

/** What the rules know of an EC2NodeClass. */
export interface NodeClassInputs {
  readonly name: string;
  readonly amiSelectorTerms: readonly { readonly alias?: string | undefined; readonly id?: string | undefined }[];
  readonly volumes: readonly { readonly deviceName: string; readonly encrypted: boolean }[];
  /** `spec.kubelet`. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  /** What NodeConfigs in userData say of the kubelet. */
  readonly nodeConfigs: readonly KubeletOfNodeConfig[];
  readonly userData: string;
}

/** Reads the inputs of an EC2NodeClass. */
export function readNodeClassInputs(props: unknown): NodeClassInputs {
  const { metadata, spec } = nodeClassSchema.parse(props);
  return {
    name: metadata.name,
    amiSelectorTerms: spec.amiSelectorTerms,
    volumes: spec.blockDeviceMappings.flatMap(({ deviceName, ebs }) =>
      ebs === undefined ? [] : [{ deviceName, encrypted: ebs.encrypted === true }],
    ),
    kubelet: spec.kubelet,
    nodeConfigs: kubeletsIn(spec.userData),
    userData: spec.userData,
  };
}

/** Whether nodes of the class are to have swap: the kubelet's settings allow it, or userData makes it. */
export function hasSwap({ kubelet, nodeConfigs, userData }: NodeClassInputs): boolean {
  const settings = [kubelet, ...nodeConfigs.map(({ config }) => config)];
  return settings.some((config) => config["failSwapOn"] === false || "memorySwap" in config) || makesSwap(userData);
}

/** Whether userData, decoded, makes swap or lets the kubelet start with it. */
export function makesSwap(userData: string): boolean {
  return /\b(?:swapon|mkswap)\b|--fail-swap-on=false\b|failSwapOn: *false\b/.test(userData);
}
