// Colours of all figures of the documentation: one thing has one colour wherever it is drawn.

/**
 * Distinct with the common kinds of colour blindness, mostly after Okabe and Ito (https://jfly.uni-koeln.de/color/), and
 * dark enough on a white ground.
 */
export const PALETTE = {
  eksSwap: "#0b8457",
  eksSwapWithZswap: "#aa4499",
  publishedRecipe: "#d55e00",
  withoutSwap: "#767676",
  ramForAll: "#0072b2",
  kernelDefault: "#b58900",
  bareProgram: "#4b4b9f",
  unprotectedDaemons: "#882255",
  /** What was compared by time alone: userData, the boot. */
  wholeTime: "#9aa4ae",
  /** Amounts in figures over time. */
  memory: "#0072b2",
  swap: "#0b8457",
  swapOfNode: "#aa4499",
  limit: "#b58900",
  kubelet: "#0072b2",
  failure: "#cc3311",
  text: "#1f2328",
} as const;

/** For lines that only their panel knows, in order. */
export const SERIES = [
  PALETTE.swap,
  PALETTE.memory,
  PALETTE.publishedRecipe,
  PALETTE.swapOfNode,
  PALETTE.limit,
  PALETTE.withoutSwap,
  PALETTE.unprotectedDaemons,
  PALETTE.bareProgram,
  "#56b4e9",
  "#000000",
] as const;
