// A stack of the program in a temporary folder, and what the engine did to it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { nameOf } from "../../automation/base/urn";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { openSandboxStack, type SandboxStack } from "./sandbox-stack";

const deploymentSchema = z.object({ resources: z.array(z.object({ urn: z.string() })).optional() });

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** A step of the engine that was more than a look. */
export interface Step {
  readonly op: OpType;
  readonly type: string;
  readonly name: string;
  readonly oldInputs: unknown;
  readonly newInputs: unknown;
}

/** What an operation did. */
export interface Outcome {
  readonly steps: readonly Step[];
  /** Every type that was registered, `same` included. */
  readonly types: readonly string[];
  readonly outputs: Readonly<Record<string, { readonly value: unknown; readonly secret: boolean }>>;
}

/** A stack under test. Each operation starts the sandbox anew, as two runs by a user do. */
export class EngineStack {
  readonly folder: string;
  readonly #name: string;

  /** @param folder a folder whose cloud holds what other stacks made; one of its own when undefined */
  constructor(name = "test", folder = mkdtempSync(join(tmpdir(), "eks-swap-engine-"))) {
    this.#name = name;
    this.folder = folder;
  }

  async up(config: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#use(config, async ({ stack }) => {
      const events: EngineEvent[] = [];
      const result = await stack.up({ onEvent: (event) => events.push(event) });
      return outcome(events, result.outputs);
    });
  }

  async refresh(config: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#use(config, async ({ stack }) => {
      const events: EngineEvent[] = [];
      await stack.refresh({ onEvent: (event) => events.push(event) });
      return outcome(events, {});
    });
  }

  async destroy(config: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#use(config, async ({ stack }) => {
      const events: EngineEvent[] = [];
      await stack.destroy({ onEvent: (event) => events.push(event) });
      return outcome(events, {});
    });
  }

  /** URNs of the state file. */
  async resources(config: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
    return this.#use(config, async ({ stack }) => {
      const { resources = [] } = deploymentSchema.parse((await stack.exportStack()).deployment);
      return resources.map(({ urn }) => urn);
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #use<T>(config: Readonly<Record<string, unknown>>, work: (opened: SandboxStack) => Promise<T>): Promise<T> {
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const opened = await openSandboxStack({ folder: this.folder, stack: this.#name, config, cli });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }
}

/** The dotted paths at which two values differ. */
export function changedPaths(before: unknown, after: unknown, path: readonly string[] = []): readonly string[] {
  if (!isObject(before) || !isObject(after)) return before === after ? [] : [path.join(".")];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changedPaths(Reflect.get(before, key), Reflect.get(after, key), [...path, key]));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function outcome(events: readonly EngineEvent[], outputs: Outcome["outputs"]): Outcome {
  const metadata = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []));
  return {
    steps: metadata.filter(({ op }) => op !== "same" && op !== "refresh" && op !== "read").map(toStep),
    types: metadata.map(({ type }) => type),
    outputs,
  };
}

function toStep({ op, type, urn, old, new: created }: StepMetadata): Step {
  return { op, type, name: nameOf(urn), oldInputs: old?.inputs, newInputs: created?.inputs };
}
