// Ctrl-C and SIGTERM: what is under way is told to end, and is waited for.

/** An interruption that may come. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** What happened, for the user. */
  readonly describe: () => string;
}

/** Takes the signals over. A second one within the wait changes nothing: the engine has been told, and saves its state. */
export function interruption(): Interruption {
  const controller = new AbortController();
  let received = "";
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      received = name;
      controller.abort();
    });
  }
  return {
    signal: controller.signal,
    describe: () => `interrupted by ${received}: what was done so far is recorded, and the next run goes on from there`,
  };
}
