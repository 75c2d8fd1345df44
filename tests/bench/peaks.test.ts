// The peaks of jobs, how jobs are counted, and the figures made of them.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import type { Batch } from "../../bench/peaks/batch";
import { peakFigures, zswapFigures } from "../../bench/peaks/figures";
import { countJobs, jobOf, JOBS, REQUEST_MIB, samplePeaks, SEED, sumPeaks } from "../../bench/peaks/jobs";
import type { Rounds } from "../../bench/peaks/node";

describe("peaks of jobs", () => {
  it("are those of their seed, above the request, and differ", () => {
    const peaks = samplePeaks(1);
    assert.deepEqual(peaks, samplePeaks(1));
    assert.notDeepEqual(peaks, samplePeaks(2));
    assert.equal(peaks.length, JOBS);
    for (const { peakMiB } of peaks) assert.ok(peakMiB > REQUEST_MIB && peakMiB < 2 * REQUEST_MIB, `${peakMiB} MiB`);
    assert.ok(new Set(peaks.map(({ peakMiB }) => peakMiB)).size > 1);
  });

  it("do not fit in the RAM of a node of 4 GiB together, whatever the seed of a round", () => {
    for (let seed = SEED; seed < SEED + 10; seed += 1) {
      const together = sumPeaks(samplePeaks(seed));
      assert.ok(together > 3800, `${together} MiB with seed ${seed}`);
    }
  });

  it("are reached by all jobs at once, from the request on", () => {
    const text = JSON.stringify(jobOf("job-1", { peakMiB: REQUEST_MIB + 90, holdSeconds: 7 }));
    for (const word of [
      `-take=${REQUEST_MIB + 90}`,
      `-fast=${REQUEST_MIB}`,
      "-step=3",
      "-pause=1s",
      "-hold=7s",
      "-again",
    ]) {
      assert.ok(text.includes(`"${word}"`), `${word} in ${text}`);
    }
    assert.ok(text.includes(`"requests":{"memory":"${REQUEST_MIB}Mi"}`));
  });
});

describe("jobs", () => {
  it("are counted by what the API server says of them", () => {
    const startTime = "2026-01-01T00:00:00Z";
    const job = (type: string, failed?: number, completionTime?: string) => ({
      status: { failed, startTime, completionTime, conditions: [{ type, status: "True" }] },
    });
    const completed = [job("Complete", 0, "2026-01-01T00:01:00Z"), job("Complete", 2, "2026-01-01T00:03:00Z")];
    const running = { status: {} };
    const counts = countJobs([...completed, job("Failed", 7), running]);
    assert.deepEqual(counts, { ended: 3, finished: 2, unharmed: 1, lostPods: 9, meanSeconds: (60 + 180 + 900) / 3 });
    const doubtful = { status: { conditions: [{ type: "Complete", status: "False" }] } };
    assert.equal(countJobs([doubtful]).ended, 0);
  });
});

describe("figures of peaks", () => {
  const batch = (unharmed: number, seconds: number): Batch => ({
    ended: JOBS,
    finished: JOBS,
    unharmed,
    lostPods: JOBS - unharmed,
    meanSeconds: seconds / 2,
    seconds,
    majorFaults: 10,
    stalledSeconds: 1,
    reasons: {},
  });
  const rounds = (...eksSwap: readonly Batch[]): Rounds<Batch> => ({
    "no swap": eksSwap.map(() => batch(2, 150)),
    "published recipe": eksSwap.map(() => batch(4, 120)),
    "eks-swap": eksSwap,
    "eks-swap with zswap": eksSwap.map(() => batch(JOBS, 80)),
  });
  const judged = (...eksSwap: readonly Batch[]) =>
    peakFigures(rounds(...eksSwap))
      .map(judge)
      .filter(({ goal }) => goal !== null)
      .map(({ ratio, goal, met }) => ({ ratio, goal, met }));

  it("meet their goals when eks-swap loses no job and is not slower than the published recipe", () => {
    assert.deepEqual(judged(batch(JOBS, 90), batch(JOBS, 96)), [
      { ratio: 0, goal: 0, met: true },
      { ratio: 0.775, goal: 1, met: true },
    ]);
  });

  it("miss them when it does", () => {
    assert.deepEqual(judged(batch(JOBS - 2, 132)), [
      { ratio: 0.25, goal: 0, met: false },
      { ratio: 1.1, goal: 1, met: false },
    ]);
  });

  it("compare each pair of nodes by every measure", () => {
    const measured = rounds(batch(JOBS, 90));
    const figures = [...peakFigures(measured), ...zswapFigures(measured)].map(judge);
    assert.equal(new Set(figures.map(({ name }) => name)).size, figures.length);
    const ratioOf = (name: string) => figures.find((figure) => figure.name === name)?.ratio;
    assert.equal(ratioOf("peaks: batch done, eks-swap compared with no swap"), 0.6);
    assert.equal(ratioOf("peaks: batch done, eks-swap with zswap compared with eks-swap"), 0.889);
  });
});
