// Fault injection: a file in the sandbox's folder orders the faults of the fake cloud.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

/** What an engine asks of a provider. */
export type Operation = "create" | "read" | "update" | "delete";

const faultSchema = z.strictObject({
  /** A type token such as `aws:eks/cluster:Cluster`; with a `*` at the end, every type that begins so. */
  type: z.string().min(1),
  operation: z.enum(["create", "read", "update", "delete"]),
  /** Only resources whose logical name contains this. */
  name: z.string().optional(),
  /**
   * `fail`: refused, nothing is done. `throttle`: refused for too many requests. `hang`: never answered. `slow`: takes
   * `seconds`, in which the resource is in its transitional state, such as CREATING. `lose-answer`: done, but the
   * connection breaks before the answer. `leave`: deleted, but what a controller had made for it stays.
   */
  fault: z.enum(["fail", "throttle", "hang", "slow", "lose-answer", "leave"]),
  /** The first request that it meets, counted from 1 over all runs on this folder. */
  from: z.int().min(1).default(1),
  /** How many requests in a row it meets. */
  times: z.int().min(1).default(1),
  seconds: z.number().min(0).default(1),
  /** What the service says to `fail`. */
  message: z.string().default("InternalError: An internal error has occurred"),
});

/** A fault that a request has met. */
export type Fault = z.infer<typeof faultSchema>;

/** The file of faults in the sandbox's folder: a JSON list, read again for every request. */
const FILE = "faults.json";

/** A request of the engine. */
export interface Request {
  readonly operation: Operation;
  readonly type: string;
  /** Logical name of the resource. */
  readonly name: string;
}

/** Where the faults of a package come from. */
export interface FaultSource {
  /** The first fault that this request meets; every fault that matches counts it. */
  readonly meet: (request: Request) => Fault | undefined;
}

/** A cloud without faults. */
export const NO_FAULTS: FaultSource = { meet: () => undefined };

/** The faults of `faults.json`. How many requests each has seen is on disk too, since a sandbox is started for every run. */
export class FaultFile implements FaultSource {
  readonly #file: string;
  readonly #counts: string;

  /** @param packageName each package has a process of its own, and so counts of its own */
  constructor(directory: string, packageName: string) {
    this.#file = path.join(directory, FILE);
    this.#counts = path.join(directory, `faults-met.${packageName}.json`);
  }

  meet(request: Request): Fault | undefined {
    const counts = readCounts(this.#counts);
    const matching = readFaults(this.#file).filter((fault) => matches(fault, request));
    if (matching.length === 0) return undefined;
    const met = matching.filter((fault) => {
      const key = JSON.stringify(fault);
      const count = (counts[key] ?? 0) + 1;
      counts[key] = count;
      return count >= fault.from && count < fault.from + fault.times;
    });
    fs.writeFileSync(this.#counts, JSON.stringify(counts));
    return met[0];
  }
}

/** Lets a fault happen before anything is done. */
export async function before(fault: Fault | undefined): Promise<void> {
  switch (fault?.fault) {
    case "fail":
      throw new Error(fault.message);
    case "throttle":
      throw new Error("operation error: exceeded maximum number of attempts, ThrottlingException: Rate exceeded");
    case "hang":
      // A day is for ever; a timer keeps the process that the engine waits for alive.
      await wait(24 * 3_600_000);
      return;
    default:
  }
}

/** Lets a fault happen after everything is done. */
export function after(fault: Fault | undefined): void {
  if (fault?.fault === "lose-answer") throw new Error("read tcp: connection reset by peer");
}

function matches({ type, operation, name }: Fault, request: Request): boolean {
  const isOfType = type.endsWith("*") ? request.type.startsWith(type.slice(0, -1)) : request.type === type;
  return isOfType && operation === request.operation && (name === undefined || request.name.includes(name));
}

function readFaults(file: string): readonly Fault[] {
  if (!fs.existsSync(file)) return [];
  const parsed = z.array(faultSchema).safeParse(JSON.parse(fs.readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a list of faults: ${z.prettifyError(parsed.error)}`);
}

function readCounts(file: string): Record<string, number> {
  if (!fs.existsSync(file)) return {};
  return z.record(z.string(), z.number()).parse(JSON.parse(fs.readFileSync(file, "utf8")));
}
