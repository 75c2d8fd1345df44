// What a LimitRange refuses for its memory, once its defaults are applied: containers, and pods as a whole.
// Rules: PodValidateLimitFunc, https://github.com/kubernetes/kubernetes/blob/v1.36.3/plugin/pkg/admission/limitranger/admission.go
import { formatQuantity } from "../swap/quantity";
import type { AdmittedContainer, AdmittedPod } from "./admission";
import { podPeak } from "./containers";
import type { LimitRange } from "./objects";
import type { LimitRangeItem } from "./schema";

/** What a LimitRange does not allow. */
export interface LimitRangeViolation {
  /** Undefined where the pod as a whole is refused. */
  readonly container: string | undefined;
  readonly why: string;
}

/** Bytes; undefined where nothing is requested or limited. */
interface Memory {
  readonly requestBytes: number | undefined;
  readonly limitBytes: number | undefined;
}

/**
 * What the LimitRanges of the pod's namespace refuse; other resources are not looked at. Items of type Pod have no
 * defaults: they judge what the containers have together, or `spec.resources`, and change nothing.
 */
export function limitRangeViolations(
  pod: AdmittedPod,
  limitRanges: readonly LimitRange[],
): readonly LimitRangeViolation[] {
  const containers = pod.containers.filter(({ role }) => role !== "ephemeral");
  const judge = (type: string, container: string | undefined, memory: Memory): readonly LimitRangeViolation[] =>
    limitRanges.flatMap(({ place, items }) =>
      items
        .filter((item) => item.type === type)
        .flatMap((item) => broken(item, memory))
        .map((why) => ({ container, why: `${why} (${place.object})` })),
    );
  return [
    ...containers.flatMap((container) => [...crossed(container), ...judge("Container", container.name, container)]),
    ...judge("Pod", undefined, podMemory(pod, containers)),
  ];
}

/** What the containers have together, of which `spec.resources` takes the place. The overhead is added later. */
function podMemory({ podLevel }: AdmittedPod, containers: readonly AdmittedContainer[]): Memory {
  const together = (of: "requestBytes" | "limitBytes") =>
    containers.some((container) => container[of] !== undefined)
      ? podPeak(containers, (container) => container[of] ?? 0)
      : undefined;
  return {
    requestBytes: podLevel?.requests?.memory ?? together("requestBytes"),
    limitBytes: podLevel?.limits?.memory ?? together("limitBytes"),
  };
}

/** A default limit below the container's own request; one below a request of the same manifest is an error of its own. */
function crossed({ name, requestBytes, limitBytes, limitFrom }: AdmittedContainer): readonly LimitRangeViolation[] {
  if (requestBytes === undefined || limitBytes === undefined || requestBytes <= limitBytes) return [];
  if (typeof limitFrom !== "object") return [];
  const why = `the default limit ${formatQuantity(limitBytes)} is below the request ${formatQuantity(requestBytes)}`;
  return [{ container: name, why: `${why} (${limitFrom.limitRange})` }];
}

function broken(
  { min, max, maxLimitRequestRatio }: LimitRangeItem,
  { requestBytes, limitBytes }: Memory,
): readonly string[] {
  const least = min?.memory;
  const most = max?.memory;
  const ratio = maxLimitRequestRatio?.memory;
  return [
    ...(least !== undefined && Math.min(requestBytes ?? -1, limitBytes ?? Infinity) < least
      ? [`memory is below the minimum, ${formatQuantity(least)}`]
      : []),
    ...(most !== undefined && Math.max(requestBytes ?? 0, limitBytes ?? Infinity) > most
      ? [`memory is above the maximum, ${formatQuantity(most)}`]
      : []),
    ...(ratio !== undefined && !isWithinRatio(ratio, requestBytes, limitBytes)
      ? [`the memory limit is not within ${ratio / 1000} times the request`]
      : []),
  ];
}

/** A ratio, in thousandths, wants both: no request and no limit at all are refused. */
function isWithinRatio(ratio: number, requestBytes = 0, limitBytes = 0): boolean {
  return requestBytes > 0 && limitBytes > 0 && limitBytes * 1000 <= requestBytes * ratio;
}
