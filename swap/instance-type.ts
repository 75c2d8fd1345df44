// What the name of an EC2 instance type means.
// Rules: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html

/** `kubernetes.io/arch` of a node, and the architecture of its AMI. */
export const ARCHITECTURES = ["amd64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

// The processor letter follows the generation: m7g, c7gn, r6gd, im4gn, t4g, g5g. A g before it names the family and says
// nothing of the processor (g5, g4dn, g6e). The first Graviton family, a1, has no such letter.
const GRAVITON_FAMILY = /^(?:a1|[a-z]+[0-9]+g[a-z]*)(?:-[a-z0-9]+)?$/;

/** The architecture of an instance type such as `m7g.large`. */
export function architectureOf(instanceType: string): Architecture {
  return GRAVITON_FAMILY.test(instanceType.split(".")[0] ?? "") ? "arm64" : "amd64";
}
