// The userData of all pools, before any resource.
import * as pulumi from "@pulumi/pulumi";
import type { SwapPlan } from "../../swap/plan";
import { UserDataError } from "../../userdata/fragments";
import { renderAllUserData } from "../../userdata/swap-fragments";

/**
 * The userData of each pool that has swap, by the name of the pool.
 * @throws RunError, which the engine shows without a stack trace, with every pool whose userData EC2 would not take
 */
export function poolsUserData(plans: readonly SwapPlan[]): Readonly<Record<string, string>> {
  try {
    return renderAllUserData(plans);
  } catch (error) {
    throw error instanceof UserDataError ? new pulumi.RunError(error.message) : error;
  }
}
