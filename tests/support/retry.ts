// Downloads of what suites need: tried again where the network was at fault, a bounded number of times.

/** What a download says that may go well the next time: Go's, pip's and apt's words for a network that is slow or away. */
const PASSING =
  /timed? ?out|TLS handshake|connection (?:reset|refused|closed)|unexpected EOF|temporary failure|no such host|server misbehaving|\b(?:429|500|502|503|504)\b|INTERNAL_ERROR|GOAWAY/i;

/** How often something is tried in all. */
const TRIES = 3;

const FIRST_PAUSE_MILLISECONDS = 3_000;

/** How it is tried, for tests. */
export interface Patience {
  readonly say: (line: string) => void;
  /** Waits. */
  readonly pause?: (milliseconds: number) => void;
}

/**
 * Does something that downloads, and again where the network was at fault: three times at most, with longer pauses.
 * @param what is downloaded, for the line that says that it is tried again
 * @throws what the last attempt throws, and at once what no second attempt mends
 */
export function downloading<T>(what: string, work: () => T, { say, pause = wait }: Patience): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (attempt === TRIES || !PASSING.test(message)) throw error;
      say(`${what}: ${message.split("\n").at(-1) ?? ""}; trying again (${attempt} of ${TRIES - 1})`);
      pause(FIRST_PAUSE_MILLISECONDS * attempt);
    }
  }
}

/** Everything here is synchronous, as the builds are. */
function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
