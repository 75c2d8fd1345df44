// The way to a stack's own cluster.
import type { Stack } from "@pulumi/pulumi/automation";

/** The stack's output `kubeconfig`, a secret; undefined where the stack has no cluster. */
export async function kubeconfigOf(stack: Stack): Promise<string | undefined> {
  const { kubeconfig } = await stack.outputs();
  const text: unknown = kubeconfig?.value;
  return typeof text === "string" ? text : undefined;
}
