// The batch of jobs with a memory peak: how high the peaks are, and what the API server says of the jobs afterwards.
import fc from "fast-check";
import { z } from "zod";
import { COMMON_POD_SETTINGS, container } from "../../tests/kube/node/pods";

/** Jobs side by side: what they request together fills a node of 4 GiB, of which pods may ask for 3.1. */
export const JOBS = 8;
export const REQUEST_MIB = 384;

/** Any fixed number; each round has the peaks of the next one, the same for every kind of node. */
export const SEED = 20261126;

/** All jobs rise to their peak within this time, so that the peaks fall together. */
const RISE_SECONDS = 30;

/** MiB a second by which a job rises, and seconds for which it keeps its peak. */
const RISE = { min: 1, max: 8 } as const;
const HOLD = { min: 2, max: 20 } as const;

/**
 * Percent of a page that cannot be compressed: between pages of zeros, which zswap keeps for nothing, and random ones, of
 * which it keeps none.
 */
const NOISE_PERCENT = 50;

/**
 * A job that is not done by then is ended, in seconds, and counts as one that did not finish. Far above what a batch needs:
 * on a busy host the start of eight containers alone took an emulated node more than a minute.
 */
const DEADLINE_SECONDS = 900;

/** What one job does with memory. */
export interface Peak {
  readonly peakMiB: number;
  readonly holdSeconds: number;
}

/** The peaks of a batch; the same for the same seed. */
export function samplePeaks(seed: number): readonly Peak[] {
  const peak = fc.record({ rise: fc.noBias(fc.integer(RISE)), holdSeconds: fc.noBias(fc.integer(HOLD)) });
  return fc
    .sample(peak, { seed, numRuns: JOBS })
    .map(({ rise, holdSeconds }) => ({ peakMiB: REQUEST_MIB + rise * RISE_SECONDS, holdSeconds }));
}

/** What the jobs of a batch have at their peak together, in MiB. */
export function sumPeaks(peaks: readonly Peak[]): number {
  return peaks.reduce((sum, { peakMiB }) => sum + peakMiB, 0);
}

/** Parameters of the pods' program that rises to a peak and keeps it; what it touches at the end is not among them. */
export function parametersOf({ peakMiB, holdSeconds }: Peak): readonly string[] {
  const rise = (peakMiB - REQUEST_MIB) / RISE_SECONDS;
  const memory = [`-take=${peakMiB}`, `-fast=${REQUEST_MIB}`, `-noise=${NOISE_PERCENT}`];
  return [...memory, `-step=${rise}`, "-pause=1s", `-hold=${holdSeconds}s`];
}

/** The manifest of a job: killed, it is started again as often and as late as Kubernetes does by default. */
export function jobOf(name: string, peak: Peak): object {
  const resources = { requests: { memory: `${REQUEST_MIB}Mi` } };
  const containers = [container("job", { args: [...parametersOf(peak), "-again"], resources })];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { activeDeadlineSeconds: DEADLINE_SECONDS, template: { spec: { ...COMMON_POD_SETTINGS, containers } } },
  };
}

const jobSchema = z.object({
  status: z.object({
    failed: z.number().default(0),
    startTime: z.iso.datetime().optional(),
    completionTime: z.iso.datetime().optional(),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  }),
});

/** What became of the jobs of a batch. */
export interface JobCounts {
  readonly ended: number;
  readonly finished: number;
  /** Finished by their first pod. */
  readonly unharmed: number;
  /** Pods that were killed, evicted or ended by the deadline, or that the node did not take. */
  readonly lostPods: number;
  /** From a job's creation to its end, with all that had to start again; the deadline for one that did not finish. */
  readonly meanSeconds: number;
}

/** Counts jobs as the API server has them. */
export function countJobs(jobs: readonly unknown[]): JobCounts {
  const counts = { ended: 0, finished: 0, unharmed: 0, lostPods: 0 };
  let seconds = 0;
  for (const { status } of jobs.map((job) => jobSchema.parse(job))) {
    const is = (type: string): boolean =>
      status.conditions.some((condition) => condition.type === type && condition.status === "True");
    const [finished, failed] = [is("Complete"), is("Failed")];
    counts.ended += Number(finished || failed);
    counts.finished += Number(finished);
    counts.unharmed += Number(finished && status.failed === 0);
    counts.lostPods += status.failed;
    if (finished) seconds += (Date.parse(status.completionTime ?? "") - Date.parse(status.startTime ?? "")) / 1000;
    if (failed) seconds += DEADLINE_SECONDS;
  }
  return { ...counts, meanSeconds: seconds / counts.ended };
}
