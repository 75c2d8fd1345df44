// The jobs of the stories: one container of the pods' image, aimed at a pool.
import { POD_IMAGE } from "../kube/node/disk";
import { COMMON_POD_SETTINGS } from "../kube/node/pods";

/** MiB that a job asks for, may hold in RAM, and needs at its peak. */
export interface Amounts {
  readonly requestMiB: number;
  readonly limitMiB: number;
  readonly needMiB: number;
}

/** More than its limit allows: it is killed unless it may swap. */
export const PEAK: Amounts = { requestMiB: 512, limitMiB: 1024, needMiB: 1400 };

/** Well within its limit. */
export const SMALL: Amounts = { requestMiB: 256, limitMiB: 512, needMiB: 64 };

/** What a story's job does. */
export interface JobSettings {
  readonly name: string;
  readonly pool: string;
  readonly amounts: Amounts;
  /** How long it holds its memory, such as `10s`. */
  readonly hold: string;
}

/** The manifest of a job. An eviction is no failure of it, so that a drained node costs time and nothing else. */
export function jobOf({ name, pool, amounts, hold }: JobSettings): object {
  const { requestMiB, limitMiB, needMiB } = amounts;
  const container = {
    name: "job",
    image: POD_IMAGE,
    imagePullPolicy: "Never",
    args: [`-take=${needMiB}`, "-step=20", "-pause=400ms", `-hold=${hold}`, "-again"],
    resources: { requests: { memory: `${requestMiB}Mi` }, limits: { memory: `${limitMiB}Mi` } },
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
      },
      template: {
        spec: {
          ...COMMON_POD_SETTINGS,
          nodeSelector: { "eks-swap/pool": pool },
          tolerations: [{ key: "eks-swap/pool", operator: "Equal", value: pool, effect: "NoSchedule" }],
          containers: [container],
        },
      },
    },
  };
}
