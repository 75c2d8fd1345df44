// Takes turns: eks-swap and the reference in every round, so that what else the machine does falls on both.

/** Samples of two sides; those of one index were taken side by side. */
export interface Sides<Sample> {
  readonly eksSwap: readonly Sample[];
  readonly reference: readonly Sample[];
}

/** Both sides in each of `runs` rounds. */
export async function interleave<Sample>(
  runs: number,
  eksSwap: () => Promise<Sample>,
  reference: () => Promise<Sample>,
): Promise<Sides<Sample>> {
  const samples: { readonly eksSwap: Sample[]; readonly reference: Sample[] } = { eksSwap: [], reference: [] };
  for (let round = 0; round < runs; round += 1) {
    const taken = await takeTurns(round, eksSwap, reference);
    samples.eksSwap.push(taken.eksSwap);
    samples.reference.push(taken.reference);
  }
  return samples;
}

/** The items of a round, from the first or from the last: which comes first alternates. */
export function inTurns<Item>(round: number, items: readonly Item[]): readonly Item[] {
  return round % 2 === 0 ? items : items.toReversed();
}

/** One round; which side comes first alternates, since the second finds warmer caches. */
export async function takeTurns<Sample>(
  round: number,
  eksSwap: () => Promise<Sample>,
  reference: () => Promise<Sample>,
): Promise<Readonly<Record<"eksSwap" | "reference", Sample>>> {
  if (round % 2 === 0) return { eksSwap: await eksSwap(), reference: await reference() };
  const first = await reference();
  return { eksSwap: await eksSwap(), reference: first };
}
