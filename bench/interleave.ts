// Takes turns: ours and the reference in every round, so that what else the machine does falls on both.

/** Samples of two sides; those of one index were taken side by side. */
export interface Sides<Sample> {
  readonly ours: readonly Sample[];
  readonly reference: readonly Sample[];
}

/** Both sides in each of `runs` rounds; which comes first alternates, since the second finds warmer caches. */
export async function interleave<Sample>(
  runs: number,
  ours: () => Promise<Sample>,
  reference: () => Promise<Sample>,
): Promise<Sides<Sample>> {
  const samples: { readonly ours: Sample[]; readonly reference: Sample[] } = { ours: [], reference: [] };
  for (let round = 0; round < runs; round += 1) {
    const turns = [async () => samples.ours.push(await ours()), async () => samples.reference.push(await reference())];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return samples;
}
