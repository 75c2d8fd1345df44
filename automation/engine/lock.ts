// The lock of a stack: who holds it, since when, and whether that run is still there.
import { hostname } from "node:os";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { stateOf } from "../base/process";
import { engineOf } from "./runs";

/** A lock as Pulumi's backend reports it. */
export interface Lock {
  /** `user@host`; of a backend that is a service, the user. */
  readonly owner: string;
  readonly host: string | undefined;
  /** Process of the Pulumi CLI on that host. */
  readonly pid: number | undefined;
  readonly since: string | undefined;
}

/** Thrown when another run holds the stack. */
export class StackLockedError extends ExplainedError {
  readonly locks: readonly Lock[];

  constructor(message: string, locks: readonly Lock[]) {
    super("stack-locked", EXIT.updateFailed, message, { details: { locks } });
    this.name = "StackLockedError";
    this.locks = locks;
  }

  /** Whether all runs that hold it are gone for certain. */
  get isStale(): boolean {
    return this.locks.length > 0 && this.locks.every(isStale);
  }
}

/** A line of https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go */
const LINE = /created by (\S+?)@(\S+) \(pid (\d+)\) at (\S+)/g;

/** The locks that a failed command names; undefined when it did not fail for a lock. */
export function findLocks(text: string): readonly Lock[] | undefined {
  if (text.includes("the stack is currently locked by")) {
    const locks = [...text.matchAll(LINE)].map(([, user = "", host = "", pid = "", since = ""]): Lock => ({
      owner: `${user}@${host}`,
      host,
      pid: Number(pid),
      since,
    }));
    // The CLI says it twice, on standard error and in its closing line.
    return [...new Map(locks.map((lock) => [JSON.stringify(lock), lock])).values()];
  }
  if (text.includes("Another update is currently in progress")) return [];
  return undefined;
}

/**
 * Whether the run that holds the lock is gone for certain: it ran on this start of this machine, in this namespace of
 * processes, and its process is no more. Containers of a pipeline may share a host name: only what the run itself has
 * kept on this machine counts.
 */
export function isStale({ host, pid }: Lock): boolean {
  if (host !== hostname() || pid === undefined) return false;
  const engine = engineOf(pid);
  return engine !== undefined && stateOf(engine) === "gone";
}

/** What a user needs to know of the locks, and what to do. */
export function describeLocks(locks: readonly Lock[], stack: string): string {
  const held = locks.map(
    (lock) =>
      `  - ${lock.owner}, process ${String(lock.pid)}, since ${lock.since ?? "an unknown time"}: ${judge(lock)}`,
  );
  const remedy =
    locks.length > 0 && locks.every(isStale)
      ? `--cancel-stale-lock removes it, as \`pulumi cancel --stack ${stack}\` does`
      : `--wait-for-lock 10m waits for it; if that run is gone for certain (a cancelled job, a lost machine), remove it with \`pulumi cancel --stack ${stack}\``;
  return [`another run holds the lock of stack ${stack}:`, ...held, remedy].join("\n");
}

function judge({ host, pid = 0 }: Lock): string {
  if (host !== hostname()) return "on another host, so whether it is gone cannot be known here";
  const engine = engineOf(pid);
  const state = engine === undefined ? "unknown" : stateOf(engine);
  if (state === "there") return "that process is at work";
  if (state === "gone") return "that process is gone, so the lock was left behind by a run that was killed";
  return "this host's name, but no run that this start of the machine, this container and this user know: whether it is gone cannot be known here";
}
