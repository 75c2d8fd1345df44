// The sandbox plans what the real providers plan: its previews are compared with those that tests/providers recorded.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { openSandboxStack, type SandboxStack } from "./sandbox-stack";
import { keyChanges } from "../providers/key-changes";
import { recordEvents } from "../providers/real-stack";
import { compareSteps, readRecording, type RecordedStep } from "../providers/recorded";
import { changed, stackConfig } from "../providers/stacks";

/** What is compared. */
type Steps = Parameters<typeof compareSteps>[0];

/** A difference that stays: one rule on one type. */
interface Allowed {
  readonly type: string;
  /** Why the sandbox plans otherwise, and why that does no harm. */
  readonly reason: string;
  /** The recorded step as the sandbox plans it; undefined for one that it does not plan. */
  readonly inSandbox: (step: RecordedStep) => RecordedStep | undefined;
}

/** At most five. */
const ALLOWED: readonly Allowed[] = [
  {
    type: "kubernetes:helm.sh/v3:Release",
    reason:
      "a Release that is checked for a new cluster gets every default of its schema as an input. They change nothing, and the sandbox writes none",
    inSandbox: (step) =>
      step.op === "update" ? step : { ...step, changed: step.changed.filter((path) => path.startsWith("values.")) },
  },
];

/**
 * Not compared: the order of a replacement, on which hangs whether a `replace` repeats the reasons of its
 * `create-replacement`; and `provider`, the engine's word for a provider that is replaced, which is a step of its own.
 */
function withoutEngineWords(steps: Steps): Steps {
  return steps.map((step) => ({
    ...step,
    reasons: step.op === "replace" ? [] : step.reasons.filter((reason) => reason !== "provider"),
  }));
}

function differences(recorded: readonly RecordedStep[] = [], steps: Steps = []): readonly string[] {
  return compareSteps(withoutEngineWords(asSandboxPlans(recorded)), withoutEngineWords(steps));
}

function asSandboxPlans(steps: readonly RecordedStep[]): readonly RecordedStep[] {
  return steps.flatMap((step) => {
    const rules = ALLOWED.filter(({ type }) => type === step.type);
    const planned = rules.reduce<RecordedStep | undefined>((now, { inSandbox }) => now && inSandbox(now), step);
    return planned === undefined ? [] : [planned];
  });
}

describe("plans of the sandbox and of the real providers", () => {
  const config = stackConfig("dev");
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-engine-"));
  const { plans } = readRecording("dev");
  let opened: SandboxStack | undefined;

  before(async () => {
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    opened = await openSandboxStack({ folder, stack: "dev", config, cli });
  });
  after(async () => {
    await opened?.close();
    rmSync(folder, { recursive: true });
  });

  function stack(): SandboxStack["stack"] {
    if (opened === undefined) throw new Error("the sandbox is not open");
    return opened.stack;
  }

  it("are equal for up", async () => {
    const { steps } = await recordEvents(async (onEvent) => (await stack().up({ onEvent })).outputs);
    assert.deepEqual(differences(plans["up"], steps), []);
  });

  for (const { key, changes } of keyChanges().filter(({ base }) => base === "dev")) {
    it(`are equal for a change of ${key}`, async () => {
      const { workspace } = stack();
      const kept = await workspace.stackSettings("dev");
      await workspace.saveStackSettings("dev", { ...kept, config: changed(config, changes) });
      const { steps } = await recordEvents(async (onEvent) => {
        await stack().preview({ onEvent });
        return {};
      });
      assert.deepEqual(differences(plans[key], steps), []);
    });
  }
});
