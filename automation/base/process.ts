// Which process a number means: on which start of which machine, in which namespace, and whether it is still there.
import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";

/** What tells a process from every other that had or will have its number. A text is "" where the system does not say. */
export const processSchema = z.object({
  pid: z.number(),
  /** When it started, in ticks since the machine did. */
  started: z.string(),
  /** Which start of the machine. */
  boot: z.string(),
  /** The namespace that the number belongs to: containers of one machine count by themselves. */
  namespace: z.string(),
});

/** A process of this or another machine. */
export type Process = z.output<typeof processSchema>;

/** `unknown`: it ran where its number means nothing to us. */
export type ProcessState = "there" | "gone" | "unknown";

/**
 * The process that has this number now.
 * @param pid of a process of this machine
 */
export function identify(pid: number): Process {
  return {
    pid,
    started: startOf(pid),
    boot: textOr("", () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: textOr("", () => readlinkSync("/proc/self/ns/pid")),
  };
}

/** Whether a process is there, as far as this can be known from here. */
export function stateOf(asked: Process): ProcessState {
  const { started, boot, namespace } = identify(asked.pid);
  if (boot !== asked.boot || namespace !== asked.namespace) return "unknown";
  if (!exists(asked.pid)) return "gone";
  return started === asked.started ? "there" : "gone";
}

/** Whether any process has the number. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM means that a process is there, of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** One that has ended, whose parent has not asked how. */
function isZombie(pid: number): boolean {
  return fieldsOf(pid)[0] === "Z";
}

/** Field 22 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string {
  return fieldsOf(pid)[19] ?? "";
}

/** The fields after the name of the program, which may have spaces and brackets in it. */
function fieldsOf(pid: number): readonly string[] {
  const text = textOr("", () => readFileSync(`/proc/${pid}/stat`, "utf8"));
  return text
    .slice(text.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
}

function textOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch {
    return otherwise; // Not Linux, or the process has ended meanwhile.
  }
}
