// How a closed gate ends a command: what was refused, and the flag that allows exactly that.
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import type { Review } from "./review";

/** Thrown when an update is refused; nothing was touched. */
export class RefusedError extends ExplainedError {
  constructor(lines: readonly string[], details: Readonly<Record<string, unknown>>) {
    super(
      "refused",
      EXIT.refused,
      `refused, and nothing was changed:\n${lines.map((line) => `  - ${line}`).join("\n")}`,
      {
        details,
      },
    );
    this.name = "RefusedError";
  }
}

/** Why an update must not begin; empty when it may. */
export function reasonsToRefuse(review: Review): readonly string[] {
  return [
    ...review.refusals
      .filter(({ allowed }) => !allowed)
      .map(({ gate, message }) => `${message}. If that is what you want: --allow ${gate}`),
    ...(review.beyondPlan.length === 0
      ? []
      : [`the plan that was reviewed does not have: ${review.beyondPlan.join("; ")}. Review a new preview`]),
  ];
}

/**
 * Whether the stack's name must be repeated, and was not.
 * @param what is being done, for the message
 */
export function demandName(
  { stack, isProtected, confirm }: { stack: string; isProtected: boolean; confirm: string | undefined },
  what: string,
): readonly string[] {
  const name = stack.split("/").at(-1) ?? stack;
  if (!isProtected || confirm === name) return [];
  return [`stack ${name} is protected, and ${what}. If that is what you want, repeat its name: --confirm ${name}`];
}
