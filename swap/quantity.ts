// Kubernetes quantities to bytes and back, exactly.
// Rules: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity
import { own } from "./own";

export const KIB = 1024;
/** Bytes of a MiB. */
export const MIB = 1024 * KIB;
/** Bytes of a GiB. */
export const GIB = 1024 * MIB;

/** What the kernel charges memory and swap in. 4 KiB on every x86-64 and on AL2023's arm64 kernels. */
export const PAGE_BYTES = 4096;

const GRAMMAR = /^\+?(\d+(?:\.\d*)?|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d{1,3})?$/;
const BINARY_SUFFIXES = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL_EXPONENTS: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** Thrown for a text that is no non-negative Kubernetes quantity, or one too large to be held exactly (2^53 bytes). */
export class QuantityError extends Error {
  constructor(text: string, rule: string) {
    super(`"${text}" ${rule}`);
    this.name = "QuantityError";
  }
}

/**
 * The value of a quantity in its base unit, a fraction rounded up as `Quantity.Value()` does.
 * @param text for example `30Gi`, `1.5G`, `1e3`, `128974848`
 * @throws QuantityError when the text is not a non-negative quantity or exceeds 2^53 - 1
 */
export function parseQuantity(text: string): number {
  return parseScaled(text, 0);
}

/**
 * The value of a quantity in thousandths of its base unit, such as millicores, rounded up as `Quantity.MilliValue()` does.
 * @throws QuantityError as {@link parseQuantity} does
 */
export function parseMilliQuantity(text: string): number {
  return parseScaled(text, 3);
}

/** Whether {@link parseQuantity} accepts the text. */
export function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** The exact form with the largest binary suffix that leaves a whole number, else plain bytes. */
export function formatQuantity(bytes: number): string {
  let value = bytes;
  let suffix = "";
  for (const next of BINARY_SUFFIXES) {
    if (value === 0 || value % KIB !== 0) break;
    value /= KIB;
    suffix = next;
  }
  return `${value}${suffix}`;
}

/** The largest whole number of pages that is not above `bytes`: what the kernel makes of a value written to a cgroup file. */
export function floorToPage(bytes: number): number {
  return bytes - (bytes % PAGE_BYTES);
}

function parseScaled(text: string, shift: number): number {
  const match = GRAMMAR.exec(text);
  if (match?.[1] === undefined) {
    throw new QuantityError(text, "is not a Kubernetes quantity such as 30Gi, 512Mi or 1G");
  }
  const [whole = "", fraction = ""] = match[1].split(".");
  const scale = scaleOf(match[2] ?? "");
  const exponent = scale.exponent + shift;
  const numerator =
    BigInt(whole + fraction) * scale.multiplier * 10n ** BigInt(Math.max(0, exponent - fraction.length));
  const denominator = 10n ** BigInt(Math.max(0, fraction.length - exponent));
  const value = (numerator + denominator - 1n) / denominator;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new QuantityError(text, `is more than ${Number.MAX_SAFE_INTEGER} bytes (8 PiB), which no node has`);
  }
  return Number(value);
}

function scaleOf(suffix: string): { multiplier: bigint; exponent: number } {
  const binary = BINARY_SUFFIXES.findIndex((candidate) => candidate === suffix);
  if (binary >= 0) return { multiplier: 1024n ** BigInt(binary + 1), exponent: 0 };
  return { multiplier: 1n, exponent: own(DECIMAL_EXPONENTS, suffix) ?? Number(suffix.slice(1)) };
}
