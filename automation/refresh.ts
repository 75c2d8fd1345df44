// refresh: the state is brought up to what exists.
import { countChanges, type ChangeKind } from "./base/changes";
import { withStack } from "./engine/open-stack";
import { runOperation } from "./engine/operation";
import { resumeUpdate } from "./recovery/resume";
import type { StackOptions } from "./base/stack-options";
import { defaultMessage } from "./engine/update-message";

/** What a refresh found. */
export interface RefreshResult {
  readonly stack: string;
  /** Resources that were changed or deleted by others. */
  readonly counts: Readonly<Partial<Record<ChangeKind, number>>>;
  readonly seconds: number;
}

/**
 * Looks at every resource of a stack and records what it finds; nothing but the state is changed.
 * @throws ConfigError when the config is wrong
 * @throws ExplainedError when the stack is missing or the engine fails
 */
export async function refresh(options: StackOptions): Promise<RefreshResult> {
  return withStack(options, "fail", async (opened) => {
    const { stack, engine } = opened;
    await resumeUpdate(opened, options);
    const message = options.message ?? defaultMessage(options.folder ?? ".");
    const { changes, seconds } = await runOperation(opened, options, "refresh", async (hooks) =>
      stack.refresh({ ...engine, ...hooks, ...(message === undefined ? {} : { message }) }),
    );
    return { stack: stack.name, counts: countChanges(changes), seconds };
  });
}
