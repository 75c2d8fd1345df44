// The NodeConfig documents in userData, which nodeadm merges into the kubelet's configuration.
import { load } from "js-yaml";
import { z } from "zod";

const NODE_CONFIG_TYPE = "application/node.eks.aws";

/** Source: https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
const nodeConfigSchema = z.object({
  spec: z
    .object({
      kubelet: z
        .object({
          config: z.record(z.string(), z.unknown()).default({}),
          flags: z.array(z.string()).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
});

/** What a NodeConfig says of the kubelet. */
export type KubeletOfNodeConfig = z.output<typeof nodeConfigSchema>["spec"]["kubelet"];

/** The kubelet part of each NodeConfig, in their order; userData is one itself, or a MIME document with some. */
export function kubeletsIn(userData: string): readonly KubeletOfNodeConfig[] {
  return documentsIn(userData).flatMap((document) => {
    const read = nodeConfigSchema.safeParse(load(document));
    return read.success ? [read.data.spec.kubelet] : [];
  });
}

function documentsIn(userData: string): readonly string[] {
  if (userData.startsWith("apiVersion: node.eks.aws/")) return [userData];
  const boundary = /^Content-Type: multipart\/mixed; boundary="?([^"\n]+)"?$/m.exec(userData)?.[1];
  if (boundary === undefined) return [];
  return userData.split(`--${boundary}`).flatMap((part) => {
    const end = part.indexOf("\n\n");
    return end >= 0 && part.slice(0, end).includes(NODE_CONFIG_TYPE) ? [part.slice(end + 2)] : [];
  });
}
