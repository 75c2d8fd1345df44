// Whether a repetition found what the results say: the same figures, and ratios that their samples allow.
import { type Figure, type Result, round } from "./figure";

const TIME: readonly Figure["unit"][] = ["s", "ms"];

/** A figure of the results beside what a repetition found. */
export interface Repeated {
  readonly name: string;
  /** Ratio, or median where nothing is compared, of the results; null where they have no such figure. */
  readonly before: number | null;
  /** The same of the repetition; null where it has no such figure. */
  readonly now: number | null;
  /** Least and most that the samples of the results allow; null where they allow anything or have no such figure. */
  readonly range: readonly [least: number, most: number] | null;
  readonly holds: boolean;
}

/**
 * Every figure of either. A figure holds when both have it, in one unit, and its ratio lies in the range. Time beside which
 * nothing was measured is that of a machine and an hour: of that a repetition needs nothing but to have it.
 */
export function compare(before: Result, now: readonly Figure[]): readonly Repeated[] {
  const found = new Map(now.map((figure) => [figure.name, figure]));
  const known = new Set(before.figures.map(({ name }) => name));
  return [
    ...before.figures.map((figure) => compareFigure(figure, found.get(figure.name))),
    ...now
      .filter(({ name }) => !known.has(name))
      .map((figure): Repeated => ({
        name: figure.name,
        before: null,
        now: figure.ratio ?? figure.ours,
        range: null,
        holds: false,
      })),
  ];
}

function compareFigure(before: Figure, now: Figure | undefined): Repeated {
  const range = rangeOf(before);
  const [least, most] = range ?? [0, Infinity];
  const told = isCompared(before) ? ratioOf : medianOf;
  const value = now === undefined ? null : told(now);
  const alike =
    now?.unit === before.unit &&
    (now.reference === null) === (before.reference === null) &&
    (isCompared(before) || !isCompared(now));
  const holds = alike && value !== null && value >= least && value <= most;
  return { name: before.name, before: told(before), now: value, range, holds };
}

/** Whether a figure has a reference that was not nothing in every round: beside nothing there is no ratio to differ. */
function isCompared({ reference, spread }: Figure): boolean {
  return reference !== null && (spread.reference?.maximum ?? reference) !== 0;
}

/** Beside a reference that is nothing at the median, anything is infinitely more, and nothing too: only its range can allow that. */
function ratioOf({ ratio }: Figure): number {
  return ratio ?? Infinity;
}

function medianOf({ ours }: Figure): number {
  return ours;
}

/** The worst round of ours by the best of the reference, and the other way round: a ratio cannot be surer than its sides. */
function rangeOf(figure: Figure): Repeated["range"] {
  const { unit, reference, spread } = figure;
  if (spread.reference === null && TIME.includes(unit)) return null;
  const { minimum, maximum } = spread.ours;
  if (reference === null || !isCompared(figure)) return [minimum, maximum];
  const compared = spread.reference ?? { minimum: reference, maximum: reference };
  // A reference of nothing in its best round allows any ratio.
  const most = compared.minimum === 0 ? Infinity : round(maximum / compared.minimum);
  return [round(minimum / compared.maximum), most];
}
