// Durations as Go writes and reads them, and so Kubernetes and Karpenter: `1h30m`, `300ms`, `1.5h`.

/** Thrown for a text that Go's `time.ParseDuration` refuses. */
export class DurationError extends Error {
  constructor(text: string) {
    super(`${JSON.stringify(text)} is not a duration such as 90s, 10m or 1h30m`);
    this.name = "DurationError";
  }
}

/** Nanoseconds of each unit; microseconds with the micro sign and with the Greek letter. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** An amount and its unit, which lasts until the next digit or point. */
const TERM = /(\d*)(?:\.(\d*))?([^\d.]+)/y;

/** Go holds a duration in a signed 64-bit number of nanoseconds. */
const LIMIT = 1n << 63n;

/**
 * A duration in seconds.
 * @throws DurationError when it is none
 */
export function parseDuration(text: string): number {
  const nanoseconds = readNanoseconds(text);
  if (nanoseconds === undefined) throw new DurationError(text);
  return Number(nanoseconds) / 1e9;
}

/**
 * A duration in nanoseconds, to the nanosecond what Go's `time.ParseDuration` makes of it; undefined where Go refuses it.
 * Source: https://github.com/golang/go/blob/go1.26.0/src/time/format.go (ParseDuration)
 */
export function readNanoseconds(text: string): bigint | undefined {
  const amounts = text.replace(/^[-+]/, "");
  if (amounts === "0") return 0n;
  if (amounts === "") return undefined;
  let total = 0n;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < amounts.length) {
    const [, whole = "", fraction = "", unit = ""] = TERM.exec(amounts) ?? [];
    const term = whole + fraction === "" ? undefined : readTerm(whole, fraction, UNITS.get(unit));
    if (term === undefined) return undefined;
    // Go adds in an unsigned 64-bit number, and so twice the limit is 0 to it.
    total = BigInt.asUintN(64, total + term);
    if (total > LIMIT) return undefined;
  }
  if (text.startsWith("-")) return -total;
  return total === LIMIT ? undefined : total;
}

function readTerm(whole: string, fraction: string, unit: bigint | undefined): bigint | undefined {
  if (unit === undefined) return undefined;
  const amount = BigInt(whole) * unit;
  if (amount > LIMIT) return undefined;
  const nanoseconds = amount + fractionOf(fraction, unit);
  return nanoseconds > LIMIT ? undefined : nanoseconds;
}

/** Go computes it with floating-point numbers, and leaves out the digits that 63 bits have no room for. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (value > (LIMIT - 1n) / 10n || next > LIMIT) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
