// The most memory that this process and the engine's had. From Linux, which keeps the peak of each process.
import { readdirSync, readFileSync } from "node:fs";

const EVERY_MILLISECONDS = 50;

/** Peaks in MiB. */
export interface Peaks {
  readonly program: number;
  readonly engine: number;
}

/** Follows the peaks until the function that it returns is called. */
export function watchPeaks(): () => Peaks {
  let engine = 0;
  const timer = setInterval(() => {
    for (const pid of children()) engine = Math.max(engine, peakOf(pid));
  }, EVERY_MILLISECONDS);
  return () => {
    clearInterval(timer);
    return { program: process.resourceUsage().maxRSS / 1024, engine };
  };
}

function children(): readonly string[] {
  const threads = readdirSync("/proc/self/task");
  return threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
  );
}

/** 0 for a process that is gone. */
function peakOf(pid: string): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
