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
        now: told(figure, true),
        range: null,
        holds: false,
      })),
  ];
}

function compareFigure(before: Figure, now: Figure | undefined): Repeated {
  const isRatio = before.ratio !== null && now?.ratio !== null;
  const range = isRatio ? ratioRange(before) : ownRange(before);
  const value = now === undefined ? null : told(now, isRatio);
  const alike = now?.unit === before.unit && (now.reference === null) === (before.reference === null);
  const holds = alike && isWithin(value, range) && (isRatio || isWithin(now.reference, referenceRange(before)));
  return { name: before.name, before: told(before, isRatio), now: value, range, holds };
}

function told({ ratio, ours }: Figure, isRatio: boolean): number {
  return isRatio && ratio !== null ? ratio : ours;
}

function isWithin(value: number | null, range: Repeated["range"]): boolean {
  const [least, most] = range ?? [0, Infinity];
  return value === null ? range === null : value >= least && value <= most;
}

/** Beside nothing there is no ratio, in the results or in the repetition: then each side is held to its own samples. */
function ownRange({ unit, spread: { ours, reference } }: Figure): Repeated["range"] {
  return reference === null && TIME.includes(unit) ? null : [ours.minimum, ours.maximum];
}

function referenceRange({ spread: { reference } }: Figure): Repeated["range"] {
  return reference && [reference.minimum, reference.maximum];
}

/** The worst round of ours by the best of the reference, and the other way round: a ratio cannot be surer than its sides. */
function ratioRange({ unit, reference, spread }: Figure): Repeated["range"] {
  if (reference === null || (spread.reference === null && TIME.includes(unit))) return null;
  const { minimum, maximum } = spread.ours;
  const compared = spread.reference ?? { minimum: reference, maximum: reference };
  // A reference of nothing in its best round allows any ratio.
  const most = compared.minimum === 0 ? Infinity : round(maximum / compared.minimum);
  return [round(minimum / compared.maximum), most];
}
