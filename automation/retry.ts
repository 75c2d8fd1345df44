// Does something again after a pause: for reasons that pass, and for locks that others hold.
import { setTimeout } from "node:timers/promises";

/** When to stop, and how long to pause. */
export interface RetryPolicy {
  /** Milliseconds before the next attempt; undefined gives up. */
  readonly pause: (error: unknown) => Promise<number | undefined>;
  readonly signal?: AbortSignal | undefined;
}

/** The first result, or the last error. */
export async function retry<T>(attempt: () => Promise<T>, { pause, signal }: RetryPolicy): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const milliseconds = signal?.aborted === true ? undefined : await pause(error);
      if (milliseconds === undefined) throw error;
      await setTimeout(milliseconds, undefined, { signal });
    }
  }
}

/** Doubles with each failure from `first` on, up to a minute, and is shortened by chance so that runs do not march in step. */
export function backoff(failures: number, first: number): number {
  return Math.min(first * 2 ** (failures - 1), 60_000) * (0.5 + Math.random() / 2);
}
