// up: a preview, the gates, then the update.
import { resolve } from "node:path";
import { countChanges, type ChangeKind } from "./base/changes";
import { demandFile } from "./base/files";
import { withStack } from "./engine/open-stack";
import { runOperation } from "./engine/operation";
import { policyArguments } from "./engine/policy-packs";
import { demandName, reasonsToRefuse, RefusedError } from "./review/refusal";
import { reviewDocument } from "./review/report";
import { resumeUpdate, takeOverCreated } from "./recovery/resume";
import { review, type Review, type ReviewOptions } from "./review/review";
import { defaultMessage } from "./engine/update-message";

/** What an update takes. */
export interface UpOptions extends ReviewOptions {
  /** A plan of `preview`: the update does nothing beyond it. */
  readonly plan?: string | undefined;
  /** The stack's name, which a protected stack requires where a gate is opened. */
  readonly confirm?: string | undefined;
  /** Called with the preview before the update begins. */
  readonly onReview?: ((review: Review) => void) | undefined;
}

/** What an update did. */
export interface UpResult {
  readonly review: Review;
  readonly counts: Readonly<Partial<Record<ChangeKind, number>>>;
  /** Of preview and update together. */
  readonly seconds: number;
}

/**
 * Previews, checks the gates, then updates the stack; creates it if the backend has none. It first finishes what an
 * interrupted run left.
 * @throws ConfigError when the config is wrong, before anything is touched
 * @throws RefusedError when a gate is closed, before anything is touched
 * @throws ExplainedError when the engine fails; what was done is recorded
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const plan = options.plan === undefined ? undefined : resolve(options.plan);
  if (plan !== undefined) demandFile("plan", plan);
  return withStack(options, "create", async (opened) => {
    const { stack, engine, settings } = opened;
    await resumeUpdate(opened, options);
    const looked = await review(opened, options, { obey: plan });
    const opens = looked.refusals.filter(({ allowed }) => allowed).map(({ gate }) => gate);
    const reasons = [
      ...reasonsToRefuse(looked),
      ...(opens.length === 0
        ? []
        : demandName(
            { stack: options.stack, isProtected: settings.protect, confirm: options.confirm },
            `the update needs --allow ${opens.join(", ")}`,
          )),
    ];
    if (reasons.length > 0) throw new RefusedError(reasons, reviewDocument(looked));
    options.onReview?.(looked);
    const message = options.message ?? defaultMessage(options.folder ?? ".");
    const { changes, seconds } = await runOperation(
      opened,
      options,
      "up",
      async (hooks) =>
        stack.up({
          ...engine,
          ...policyArguments(options),
          ...hooks,
          ...(message === undefined ? {} : { message }),
          ...(plan === undefined ? {} : { plan }),
        }),
      async (creations) => takeOverCreated(opened, options, creations),
    );
    return { review: looked, counts: countChanges(changes), seconds: looked.seconds + seconds };
  });
}
