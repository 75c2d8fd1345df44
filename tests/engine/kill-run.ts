// Kills a run of the command, engine and all, as the end of its machine does.
import { readFileSync } from "node:fs";

/** @param pid of the command, which leads a group */
export function killRun(pid: number): void {
  for (const one of [...childrenOf(pid), pid]) killGroup(one);
}

/** Processes that this one has started: the engine, in a session of its own. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself, or has a group that another process leads.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
