// verify for a stack: its own cluster, and the plans that its config makes.
import { renderUserData } from "../../userdata/swap-fragments";
import { onCluster } from "../cluster/failure";
import { demandFile, readIn } from "../base/files";
import { kubeconfigOf } from "../cluster/kubeconfig";
import { withStack } from "../engine/open-stack";
import type { StackOptions } from "../base/stack-options";
import { verifyPools, type VerifyPoolsOptions, type VerifyResult } from "./pools";

/** What a verification of a stack takes. */
export interface VerifyOptions
  extends StackOptions, Pick<VerifyPoolsOptions, "waitSeconds" | "allowDegraded" | "canary"> {
  /** Kubeconfig to use instead of the stack's output. */
  readonly kubeconfigFile?: string | undefined;
}

/**
 * Checks that running nodes have the swap that their pools promise.
 * @throws ExplainedError when the stack is missing, or the cluster cannot be read
 */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const { kubeconfigFile } = options;
  if (kubeconfigFile !== undefined) demandFile("kubeconfig", kubeconfigFile);
  return withStack(options, "fail", async ({ stack, settings }) => {
    const kubeconfig = kubeconfigFile === undefined ? await kubeconfigOf(stack) : readIn("kubeconfig", kubeconfigFile);
    return onCluster(async () =>
      verifyPools({
        pools: settings.pools.map(({ plan, guard }) => ({ plan, userData: renderUserData(plan), guard })),
        kubeconfig,
        waitSeconds: options.waitSeconds,
        allowDegraded: options.allowDegraded,
        canary: options.canary,
        signal: options.signal,
        onProgress: options.say,
      }),
    );
  });
}
