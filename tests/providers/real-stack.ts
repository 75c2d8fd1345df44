// A stack of the program on the real engine and the real providers, and the steps that the engine took.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, Stack, type EngineEvent, type OpType } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { runProgram } from "../../automation/engine/program";
import { NAMESPACE } from "../../config/namespace";
import { changedPaths } from "../engine/stack";
import type { World } from "./world";

/** What is no step of a plan: what stays, and looks, which destroy discards. */
const NO_STEPS: readonly OpType[] = ["same", "read", "refresh", "discard"];

/** A step of a plan, without what differs from run to run. */
export interface PlannedStep {
  readonly op: OpType;
  readonly type: string;
  readonly name: string;
  /** Dotted paths of inputs that the step changes. */
  readonly changed: readonly string[];
  /** Properties for which the provider wants a replacement. */
  readonly reasons: readonly string[];
}

/** What an operation did. */
export interface Operation {
  readonly steps: readonly PlannedStep[];
  /** How many resources stayed as they were. */
  readonly same: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

const deploymentSchema = z.object({ resources: z.array(z.unknown()).default([]) });

/** A stack in a folder of its own. */
export class RealStack {
  readonly #stack: Stack;
  readonly #workspace: LocalWorkspace;
  readonly #name: string;

  private constructor(stack: Stack, workspace: LocalWorkspace, name: string) {
    this.#stack = stack;
    this.#workspace = workspace;
    this.#name = name;
  }

  static async open(world: World, folder: string, name: string): Promise<RealStack> {
    const [project, backend] = [join(folder, "project"), join(folder, "backend")];
    for (const path of [project, backend]) mkdirSync(path, { recursive: true });
    const pulumiCommand = await findPulumiCli(
      (line) => process.stderr.write(`${line}\n`),
      new AbortController().signal,
    );
    const workspace = await LocalWorkspace.create({
      workDir: project,
      pulumiCommand,
      program: runProgram,
      projectSettings: { name: NAMESPACE, runtime: "nodejs", backend: { url: `file://${backend}` } },
      envVars: {
        ...world.environment,
        PULUMI_CONFIG_PASSPHRASE: "providers",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_BACKEND_URL: `file://${backend}`,
      },
    });
    return new RealStack(await Stack.createOrSelect(name, workspace), workspace, name);
  }

  async up(config: Readonly<Record<string, unknown>>): Promise<Operation> {
    await this.#configure(config);
    return recordEvents(async (onEvent) => (await this.#stack.up({ onEvent })).outputs);
  }

  async preview(config: Readonly<Record<string, unknown>>): Promise<Operation> {
    await this.#configure(config);
    return recordEvents(async (onEvent) => {
      await this.#stack.preview({ onEvent });
      return {};
    });
  }

  async refresh(config: Readonly<Record<string, unknown>>): Promise<Operation> {
    await this.#configure(config);
    return recordEvents(async (onEvent) => {
      await this.#stack.refresh({ onEvent });
      return {};
    });
  }

  async destroy(config: Readonly<Record<string, unknown>>): Promise<Operation> {
    await this.#configure(config);
    return recordEvents(async (onEvent) => {
      await this.#stack.destroy({ onEvent });
      return {};
    });
  }

  /** How many resources the state has. */
  async size(): Promise<number> {
    return deploymentSchema.parse((await this.#stack.exportStack()).deployment).resources.length;
  }

  async #configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    const kept = await this.#workspace.stackSettings(this.#name);
    await this.#workspace.saveStackSettings(this.#name, { ...kept, config });
  }
}

/** Runs an operation and notes its steps. */
export async function recordEvents(
  run: (onEvent: (event: EngineEvent) => void) => Promise<Readonly<Record<string, { readonly value: unknown }>>>,
): Promise<Operation> {
  const events: EngineEvent[] = [];
  const outputs = await run((event) => events.push(event));
  const metadata = events.flatMap(({ resourcePreEvent }) => (resourcePreEvent ? [resourcePreEvent.metadata] : []));
  const steps = metadata
    .filter(({ op }) => !NO_STEPS.includes(op))
    .map(({ op, type, urn, old, new: created, keys }) => {
      const [before, after] = [old?.inputs, created?.inputs];
      return {
        op,
        type,
        name: urn.split("::").at(-1) ?? "",
        changed: before === undefined || after === undefined ? [] : changedPaths(before, after).toSorted(),
        // The engine writes null where there are none.
        reasons: [keys ?? []].flat().toSorted(),
      };
    });
  return {
    steps: inOrder(steps),
    same: metadata.filter(({ op }) => op === "same" || op === "refresh").length,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  };
}

/** By name: the engine's own order differs from run to run where nothing depends on it. */
function inOrder(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const key = ({ name, type, op }: PlannedStep) => `${name} ${type} ${op}`;
  return steps.toSorted((a, b) => key(a).localeCompare(key(b), "en"));
}
