// What a run that was killed left behind: operations that the state only knows to have begun.
import { CommandError } from "@pulumi/pulumi/automation";
import { explainFailure } from "./failure";
import type { OpenStack } from "./open-stack";
import { readState } from "./state";
import type { StackOptions } from "./stack-options";

/** Tells of operations that a killed run left, and repairs the state. */
export async function resumeUpdate({ stack }: OpenStack, options: StackOptions): Promise<void> {
  try {
    const { pending_operations: pending } = await readState(stack);
    for (const { resource, type } of pending) options.say?.(`an earlier run ended while ${type} ${resource.urn}`);
  } catch (error) {
    throw error instanceof CommandError ? explainFailure(error, options.stack) : error;
  }
}
