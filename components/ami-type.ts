// Tells the machine image of a managed node group from its instance types.

/** The Amazon Linux 2023 images of managed node groups, by architecture (https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html). */
export type AmiType = "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD";

// The processor letter follows the generation: m7g, c7gn, r6gd, im4gn, t4g, g5g. A g before it names the family and says
// nothing of the processor (g5, g4dn, g6e). The first Graviton family, a1, has no such letter.
const gravitonFamily = /^(?:a1|[a-z]+[0-9]+g[a-z]*)(?:-[a-z0-9]+)?$/;

function runsOnGraviton(instanceType: string): boolean {
  const family = instanceType.split(".")[0] ?? "";
  return gravitonFamily.test(family);
}

/**
 * Chooses the image of a managed node group. Naming rules: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 *
 * @throws RangeError when the list is empty or mixes architectures, which one node group cannot serve.
 */
export function chooseAmiType(instanceTypes: readonly string[]): AmiType {
  const architectures = new Set(instanceTypes.map(runsOnGraviton));
  const [graviton] = architectures;
  if (graviton === undefined || architectures.size > 1) {
    throw new RangeError(
      `cluster.systemNodes.instanceTypes is [${instanceTypes.join(", ")}]: a node group runs one image, so all its types ` +
        "must be of one architecture. Name at least one type, and only Graviton types or only others.",
    );
  }
  return graviton ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
