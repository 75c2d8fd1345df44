// The runs of this machine: which process has which engine at work. A run that is killed leaves its engine, which goes on
// alone, and its lock; what is kept here says whether that engine is still there.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { identify, processSchema, stateOf, type Process } from "../base/process";

/** A run on disk. */
export const runSchema = z.object({
  /** The command. */
  command: processSchema,
  /** Its engine, once there was one. */
  engine: processSchema.optional(),
  /** Folder of the stack file, or of the sandbox. */
  folder: z.string(),
  stack: z.string(),
  /** Whether it changes nothing. */
  looks: z.boolean(),
  /** Whether it was interrupted and ends when its engine has. */
  isEnding: z.boolean(),
  /** When the command began (ISO 8601). */
  since: z.string(),
});

/** A run, of this process or of another. */
export type RecordedRun = z.output<typeof runSchema>;

/** Where the runs of this user are kept: outside the cache, since nothing makes them again. */
function runsFolder(): string {
  return join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "eks-swap", "runs");
}

/** Keeps a run on disk. */
export class RunRecord {
  readonly #file: string;
  #run: RecordedRun;

  /** @param place the stack, and the folder of its file or of its sandbox */
  constructor(place: { readonly folder: string; readonly stack: string; readonly looks: boolean }) {
    this.#file = join(runsFolder(), `${process.pid}-${Date.now()}.json`);
    this.#run = { ...place, command: identify(process.pid), isEnding: false, since: new Date().toISOString() };
    this.#write({});
  }

  /** When the run began. */
  get since(): string {
    return this.#run.since;
  }

  /** The engine of this run from now on. */
  engine(pid: number): void {
    this.#write({ engine: identify(pid) });
  }

  /** The run was interrupted: one that comes after it waits for its end. */
  isEnding(): void {
    this.#write({ isEnding: true });
  }

  /** The run has ended, and its engine with it. */
  end(): void {
    rmSync(this.#file, { force: true });
  }

  /** Where that is not possible, as in a home folder that is read-only, a lock that is left counts as one that may live. */
  #write(change: Partial<RecordedRun>): void {
    this.#run = { ...this.#run, ...change };
    try {
      mkdirSync(runsFolder(), { recursive: true });
      const draft = `${this.#file}.draft`;
      writeFileSync(draft, JSON.stringify(this.#run));
      renameSync(draft, this.#file);
    } catch {
      // See above.
    }
  }
}

/** All that are kept, but for this process's own. */
export function recordedRuns(): readonly RecordedRun[] {
  return filesOfRuns().flatMap(({ run }) => (run.command.pid === process.pid ? [] : [run]));
}

/** Forgets the runs of a stack whose engine has ended, where its locks are forgotten too. */
export function forgetRuns(place: { readonly folder: string; readonly stack: string }): void {
  for (const { file, run } of filesOfRuns()) {
    const isOver = [run.command, ...(run.engine ? [run.engine] : [])].every((one) => stateOf(one) === "gone");
    if (run.folder === place.folder && run.stack === place.stack && isOver) rmSync(file, { force: true });
  }
}

/** The engine that a lock names by its number; undefined for one that no run of this user on this machine has started. */
export function engineOf(pid: number, runs: readonly RecordedRun[] = recordedRuns()): Process | undefined {
  return runs.map(({ engine }) => engine).findLast((engine) => engine?.pid === pid);
}

function filesOfRuns(): readonly { readonly file: string; readonly run: RecordedRun }[] {
  const folder = runsFolder();
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const file = join(folder, name);
        const read = readRun(file);
        return read === undefined ? [] : [{ file, run: read }];
      })
      .toSorted((one, other) => one.run.since.localeCompare(other.run.since));
  } catch {
    return []; // Nothing has run yet.
  }
}

function readRun(file: string): RecordedRun | undefined {
  try {
    return runSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
