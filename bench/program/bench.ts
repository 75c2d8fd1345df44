// The program on the real engine and the sandbox, by number of pools, compared with a bare one that registers the same resources.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { readStackFile } from "../../automation/base/stack-file";
import { type Sandbox, startSandbox } from "../../sandbox/start";
import type { Benchmark } from "../benchmark";
import type { Measured, Result } from "../figure";
import { takeTurns } from "../interleave";
import { type Lived, livedSchema, type Order } from "./order";

const GOAL = 1.15;

/** Numbers of pools. */
const SIZES = [1, 4, 16, 64];
/** In the order in which a stack has them; the first preview also loads the program. */
export const OPERATIONS = ["preview", "up", "no-op up", "destroy"];

/** Name of the figure of an operation. */
export function operationName(operation: string, pools: number): string {
  return `${operation}, ${pools} ${pools === 1 ? "pool" : "pools"}`;
}

/** Name of the figure of the memory of program and engine together. */
export function memoryName(pools: number): string {
  return operationName("peak memory", pools);
}

/** The sizes of which there are results, from the smallest. */
export function measuredSizes(
  results: Readonly<Record<string, Result>>,
): readonly { readonly pools: number; readonly result: Result }[] {
  return SIZES.flatMap((pools) => {
    const result = results[benchName(pools)];
    return result === undefined ? [] : [{ pools, result }];
  });
}

function benchName(pools: number): string {
  return `program-${pools}`;
}

const stackConfig = z.record(z.string(), z.unknown());

/** The dev stack with so many pools, each like its first. */
function configWith(pools: number): Record<string, unknown> {
  const dev = readStackFile(resolve(__dirname, "..", ".."), "dev");
  const [first] = Object.values(stackConfig.parse(dev["eks-swap:pools"]));
  const names = Array.from({ length: pools }, (_, index) => `pool-${String(index + 1).padStart(2, "0")}`);
  return { ...dev, "eks-swap:pools": Object.fromEntries(names.map((name) => [name, first])) };
}

/** A benchmark of each size: a life of 64 pools takes minutes. */
export const programBenches: readonly Benchmark[] = SIZES.map((pools) => ({
  name: benchName(pools),
  about: `preview, up, no-op up and destroy with ${pools} pools on the real engine, compared with a bare program; needs a Pulumi CLI or Go`,
  measure: async (runs, say, keep) => {
    await findPulumiCli(say, new AbortController().signal);
    const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
    const sandbox = await startSandbox(join(folder, "cloud"));
    try {
      const live = livesIn(folder, pools, sandbox, say);
      const recorded = await live("record");
      const rounds: Round[] = [];
      while (rounds.length < runs) {
        rounds.push(await measureRound(live, rounds.length, recorded));
        await keep(figuresOf(pools, rounds));
      }
      return figuresOf(pools, rounds);
    } finally {
      await sandbox.stop();
      rmSync(folder, { recursive: true });
    }
  },
}));

type Live = (side: Order["side"]) => Promise<Lived>;
type Round = Readonly<Record<"eksSwap" | "reference", Lived>>;

/** Takes stacks through their lives, each with project and backend of its own, all in one sandbox. */
function livesIn(folder: string, pools: number, { environment }: Sandbox, say: (line: string) => void): Live {
  const recording = join(folder, "recording.json");
  let stacks = 0;
  return async (side) => {
    stacks += 1;
    const order = { side, folder: join(folder, String(stacks)), recording, config: configWith(pools), environment };
    const lived = await operate(order);
    const took = Object.entries(lived.seconds).map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`);
    say(`${pools} pools, ${side}: ${took.join(", ")}`);
    return lived;
  };
}

async function measureRound(live: Live, round: number, recorded: Lived): Promise<Round> {
  const sides = await takeTurns(
    round,
    async () => live("eksSwap"),
    async () => live("bare"),
  );
  for (const { urns } of Object.values(sides)) demandSame(urns, recorded.urns);
  return sides;
}

/** A comparison of other resources would say nothing. */
function demandSame(urns: readonly string[], recorded: readonly string[]): void {
  const missing = recorded.filter((urn) => !urns.includes(urn));
  const surplus = urns.filter((urn) => !recorded.includes(urn));
  if (missing.length + surplus.length > 0) {
    throw new Error(`not the same resources: missing ${missing.join(", ")}; surplus ${surplus.join(", ")}`);
  }
}

function operate(order: Order): Promise<Lived> {
  return new Promise((done, fail) => {
    const child = fork(join(__dirname, "operate.ts"), [JSON.stringify(order)], {
      silent: true,
      execArgv: ["--import", "tsx"],
    });
    let lived: Lived | undefined;
    let complaints = "";
    child.stderr?.on("data", (bytes: Buffer) => (complaints += bytes.toString()));
    child.stdout?.resume();
    child.once("message", (message) => (lived = livedSchema.parse(message)));
    child.once("error", fail);
    child.once("close", (code) => {
      if (lived !== undefined && code === 0) done(lived);
      else fail(new Error(`the ${order.side} side ended with ${String(code)}: ${complaints}`));
    });
  });
}

function figuresOf(pools: number, rounds: readonly Round[]): readonly Measured[] {
  const sampled = (of: (lived: Lived) => number) => ({
    eksSwap: rounds.map(({ eksSwap }) => of(eksSwap)),
    reference: rounds.map(({ reference }) => of(reference)),
  });
  const operations = OPERATIONS.map((operation): Measured => {
    const sides = sampled(({ seconds }) => seconds[operation] ?? NaN);
    return { name: operationName(operation, pools), unit: "s", ...sides, goal: GOAL };
  });
  const memory = sampled(({ peaks }) => peaks.program + peaks.engine);
  return [...operations, { name: memoryName(pools), unit: "MiB", ...memory, goal: GOAL }];
}
