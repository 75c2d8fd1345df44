// Plans that the real providers made, kept as files: what the suite compares its runs with, and what judges the sandbox.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { pinnedVersions } from "./programs";
import type { PlannedStep } from "./real-stack";

const stepSchema = z.strictObject({
  op: z.string(),
  type: z.string(),
  name: z.string(),
  changed: z.array(z.string()).default([]),
  reasons: z.array(z.string()).default([]),
});

const recordingSchema = z.strictObject({
  versions: z.strictObject({
    packages: z.record(z.string(), z.string()),
    modules: z.record(z.string(), z.string()),
  }),
  /** Steps by what was done: `up`, `destroy`, or the config key that was changed. */
  plans: z.record(z.string(), z.array(stepSchema)),
});

/** A step as it is kept. */
export type RecordedStep = z.output<typeof stepSchema>;

/** The plans of one stack. */
export type Recording = z.output<typeof recordingSchema>;

const folder = join(__dirname, "recorded");

/**
 * The recording of a stack.
 * @throws Error when it is older than what the checkout pins
 */
export function readRecording(stack: string): Recording {
  const recording = recordingSchema.parse(JSON.parse(readFileSync(fileOf(stack), "utf8")));
  const pinned = pinnedVersions();
  if (JSON.stringify(recording.versions) !== JSON.stringify(pinned)) {
    throw new Error(
      `${fileOf(stack)} was recorded with other versions than the checkout pins; record it again: npm run test:providers -- --record`,
    );
  }
  return recording;
}

/** Compares plans with those that were recorded, or records them. */
export class PlanBook {
  readonly #stack: string;
  readonly #record: boolean;
  readonly #recording: Recording;

  /** @param record whether plans replace what was recorded */
  constructor(stack: string, record: boolean) {
    this.#stack = stack;
    this.#record = record;
    const kept = existsSync(fileOf(stack)) && !record ? readRecording(stack).plans : {};
    this.#recording = { versions: pinnedVersions(), plans: { ...kept } };
  }

  /** @throws Error that lists the steps that differ from the recorded plan, which there must be */
  take(plan: string, steps: readonly PlannedStep[]): void {
    if (this.#record) {
      this.#recording.plans[plan] = steps.map((step) => stepSchema.parse(step));
      return;
    }
    const recorded = this.#recording.plans[plan];
    if (recorded === undefined) throw new Error(`there is no recorded plan "${plan}"; record it: -- --record`);
    const differences = compareSteps(recorded, steps);
    if (differences.length > 0) throw new Error(differences.join("\n"));
  }

  /** Writes what was recorded. */
  async save(): Promise<void> {
    if (!this.#record) return;
    mkdirSync(folder, { recursive: true });
    const { plans, ...head } = this.#recording;
    const brief = Object.fromEntries(Object.entries(plans).map(([name, steps]) => [name, steps.map(withoutEmpty)]));
    const text = JSON.stringify({ ...head, plans: brief });
    writeFileSync(fileOf(this.#stack), await format(text, { parser: "json", printWidth: 120 }));
  }
}

/** What is in one plan and not in the other, a line for each step. */
export function compareSteps(expected: readonly PlannedStepLike[], found: readonly PlannedStepLike[]): string[] {
  const [wanted, given] = [expected.map(describe), found.map(describe)];
  return [
    ...wanted.filter((line) => !given.includes(line)).map((line) => `- ${line}`),
    ...given.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** A step, recorded or taken. */
interface PlannedStepLike {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly changed: readonly string[];
  readonly reasons: readonly string[];
}

function describe({ op, type, name, changed, reasons }: PlannedStepLike): string {
  const because = reasons.length === 0 ? "" : ` because of ${reasons.join(", ")}`;
  return `${op} ${name} (${type}) ${changed.join(", ")}${because}`.trimEnd();
}

function withoutEmpty({ changed, reasons, ...step }: RecordedStep) {
  return {
    ...step,
    ...(changed.length === 0 ? {} : { changed }),
    ...(reasons.length === 0 ? {} : { reasons }),
  };
}

function fileOf(stack: string): string {
  return join(folder, `${stack}.json`);
}
