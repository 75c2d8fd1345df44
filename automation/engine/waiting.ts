// Something that takes minutes: a bar that changes in place on a terminal, a line each 30 seconds everywhere else.

/** Where it is shown. */
export interface Teller {
  /** Takes lines of progress. */
  readonly say: (line: string) => void;
  /** Takes a line that changes in place, and undefined to take it away; undefined where there is no terminal. */
  readonly status: ((text: string | undefined) => void) | undefined;
}

/** How far something is. */
export interface Step {
  /** In a few words, such as `compiling`. */
  readonly words: string;
  /** Parts that are finished, and all of them; undefined where nobody knows. */
  readonly parts?: { readonly done: number; readonly all: number } | undefined;
}

const REPORT_EVERY_MILLISECONDS = 30_000;
const DRAW_EVERY_MILLISECONDS = 1_000;
const BAR_COLUMNS = 24;

/**
 * Shows how far `work` is while it runs.
 * @param step how far it is now
 */
export async function whileWaiting<T>(teller: Teller, step: () => Step, work: () => Promise<T>): Promise<T> {
  const { say, status } = teller;
  const started = Date.now();
  const tell = (): void => {
    const seconds = Math.round((Date.now() - started) / 1000);
    if (status === undefined) say(`  ${describeStep(step(), seconds)}`);
    else status(drawStep(step(), seconds));
  };
  const timer = setInterval(tell, status === undefined ? REPORT_EVERY_MILLISECONDS : DRAW_EVERY_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    status?.(undefined);
  }
}

/** `compiling, 512 of 1400, 90 s so far`. */
function describeStep({ words, parts }: Step, seconds: number): string {
  return [words, ...(parts === undefined ? [] : [`${parts.done} of ${parts.all}`]), `${seconds} s so far`].join(", ");
}

/** The same with a bar before it. */
function drawStep(step: Step, seconds: number): string {
  const { parts } = step;
  if (parts === undefined) return `  ${describeStep(step, seconds)}`;
  const full = Math.round((BAR_COLUMNS * Math.min(parts.done, parts.all)) / Math.max(1, parts.all));
  return `  [${"#".repeat(full)}${".".repeat(BAR_COLUMNS - full)}] ${describeStep(step, seconds)}`;
}
