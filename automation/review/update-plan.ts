// A reviewed plan, and what an update would do beyond it. The engine holds the update to the plan as well, but only when
// it comes to a resource: by then others are changed. So the preview is compared first.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Inputs, ResourceChange } from "../base/changes";
import { UsageError } from "../base/errors";
import { own } from "../../swap/own";
import { valueAt } from "../../config/value-at";

const valuesSchema = z.record(z.string(), z.unknown()).default({});

const resourcePlanSchema = z.object({
  steps: z.array(z.string()).default([]),
  goal: z
    .object({
      inputDiff: z
        .object({ adds: valuesSchema, updates: valuesSchema, deletes: z.array(z.string()).default([]) })
        .prefault({}),
    })
    .prefault({}),
});

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/plan.go */
const planSchema = z.object({ resourcePlans: z.record(z.string(), resourcePlanSchema) });

/** The steps of a plan that a change is part of. */
const STEPS: Readonly<Record<ResourceChange["kind"], readonly string[]>> = {
  create: ["create"],
  update: ["update"],
  replace: ["replace", "create-replacement", "delete-replaced"],
  delete: ["delete"],
  import: ["import"],
  same: [],
};

/** What the engine's events show in place of a secret, and of a value that is known only after the update. */
const NOT_SHOWN: readonly unknown[] = ["[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"];

/**
 * Changes that the plan does not have, in words. What the plan has and is no longer needed is no problem. Of new
 * resources only that they are new is compared: their names are drawn by lot in every preview.
 * @throws UsageError when the text is not a plan
 */
export function beyondPlan(text: string, changes: readonly ResourceChange[]): readonly string[] {
  const parsed = planSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new UsageError("the plan is not one that `eks-swap preview --save-plan` writes");
  const { resourcePlans } = parsed.data;
  return changes.flatMap((change) => {
    const { urn, kind, name, type } = change;
    const wanted = STEPS[kind];
    if (wanted.length === 0) return [];
    const planned = own(resourcePlans, urn);
    const steps = planned?.steps ?? [];
    if (planned === undefined || !wanted.some((step) => steps.includes(step))) {
      return [`${name} (${type}): ${kind}, in the plan ${steps.join(", ") || "nothing"}`];
    }
    if (kind !== "update" && kind !== "replace") return [];
    const { adds, updates, deletes } = planned.goal.inputDiff;
    const others = changedKeys(change.before, change.after).filter((key) =>
      valueAt(change.after, [key]) === undefined
        ? !deletes.includes(key)
        : !isPlanned(own({ ...adds, ...updates }, key), valueAt(change.after, [key])),
    );
    return others.length === 0 ? [] : [`${name} (${type}): another value of ${others.join(", ")} than in the plan`];
  });
}

function changedKeys(before: Inputs = {}, after: Inputs = {}): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => key !== "__defaults" && !isDeepStrictEqual(valueAt(before, [key]), valueAt(after, [key])),
  );
}

/** Whether a value is the planned one, as far as it is shown. */
function isPlanned(planned: unknown, value: unknown): boolean {
  if (NOT_SHOWN.includes(value)) return planned !== undefined;
  if (typeof value !== "object" || value === null) return planned === value;
  if (typeof planned !== "object" || planned === null) return false;
  const keys = new Set([...Object.keys(planned), ...Object.keys(value)]);
  return [...keys].every((key) => isPlanned(Reflect.get(planned, key), Reflect.get(value, key)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
