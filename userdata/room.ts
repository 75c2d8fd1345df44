// Whether userData still fits EC2 when Karpenter has added its part, which has the pool's labels, taints and thresholds.
import type { SwapPlan } from "../swap/plan";
import { MOST_USER_DATA_BYTES } from "./assembler";
import { UserDataError } from "./fragments";
import { toYaml } from "./yaml";

/**
 * The most that Karpenter adds to any pool, without what {@link ofPool} counts: certificate, endpoint and name of the cluster,
 * the frame of the document, and the labels of the instance type with the longest of them.
 * Measured with Karpenter's own code: tests/kube, "fuzz".
 * Source: https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/providers/amifamily/bootstrap/nodeadm.go
 */
const OF_CLUSTER_BYTES = 3340;

/** Labels of Karpenter's own that carry it. */
const NAME_OCCURS = 2;

/**
 * Fails where EC2 would not take the userData that Karpenter makes of this: no node of the pool would ever start.
 * @throws UserDataError with the parts by size
 */
export function checkRoom(plan: SwapPlan, userData: string | undefined): void {
  const parts: readonly (readonly [string, number])[] = [
    ["what swap needs", Buffer.byteLength(userData ?? "")],
    ["what Karpenter adds to any node", OF_CLUSTER_BYTES + NAME_OCCURS * plan.pool.length],
    ...ofPool(plan),
  ];
  const total = parts.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (total <= MOST_USER_DATA_BYTES) return;
  const bySize = parts
    .filter(([, bytes]) => bytes > 0)
    .toSorted(([, one], [, other]) => other - one)
    .map(([what, bytes]) => `${what} ${bytes}`);
  throw new UserDataError(
    `the userData of pool ${plan.pool} would have up to ${total} bytes, and EC2 takes ${MOST_USER_DATA_BYTES}: no node would ` +
      `start. Its parts in bytes: ${bySize.join(", ")}. Shorten or remove labels, taints or requirements of the pool.`,
  );
}

/** What the user chose, as Karpenter writes it: labels in one flag, the rest in YAML. */
function ofPool({ labels, taints, requirements, kubelet }: SwapPlan): readonly (readonly [string, number])[] {
  // A node gets one value of a label that a requirement names; those of its type are in OF_CLUSTER_BYTES.
  const required = requirements
    .filter(({ key }) => !/^karpenter\.(sh|k8s\.aws)\//.test(key))
    .map(({ key, values = [] }) => [key, values.toSorted((one, other) => other.length - one.length)[0] ?? ""] as const);
  return [
    ["labels", ofFlag(Object.entries(labels))],
    ["labels of requirements", ofFlag(required)],
    ["taints", ofConfig(taints)],
    ["kubelet settings", ofConfig(kubelet)],
  ];
}

function ofFlag(labels: readonly (readonly [string, string])[]): number {
  return labels.reduce((total, [key, value]) => total + key.length + value.length + 2, 0);
}

/** In YAML, six spaces from the margin. */
function ofConfig(value: unknown): number {
  return toYaml(value)
    .split("\n")
    .reduce((total, line) => total + 7 + line.length, 0);
}
