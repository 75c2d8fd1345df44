// Tells the machine image of a managed node group from its instance types.

import { architectureOf } from "../../swap/instance-type";

/** The Amazon Linux 2023 images of managed node groups, by architecture (https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html). */
export type AmiType = "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD";

/**
 * Chooses the image of a managed node group. Naming rules: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 *
 * @throws RangeError when the list is empty or mixes architectures, which one node group cannot serve.
 */
export function chooseAmiType(instanceTypes: readonly string[]): AmiType {
  const architectures = new Set(instanceTypes.map(architectureOf));
  const [architecture] = architectures;
  if (architecture === undefined || architectures.size > 1) {
    throw new RangeError(
      `cluster.systemNodes.instanceTypes is [${instanceTypes.join(", ")}]: a node group runs one image, so all its types ` +
        "must be of one architecture. Name at least one type, and only Graviton types or only others.",
    );
  }
  return architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
