// Which containers a LimitRange refuses for their memory, once its defaults are applied.
// Rules: PodValidateLimitFunc, https://github.com/kubernetes/kubernetes/blob/v1.36.3/plugin/pkg/admission/limitranger/admission.go
import { formatQuantity } from "../swap/quantity";
import type { AdmittedContainer, AdmittedPod } from "./admission";
import type { LimitRange } from "./manifests";
import type { LimitRangeItem } from "./schema";

export interface Refusal {
  readonly container: string;
  readonly why: string;
}

/** What the LimitRanges of the pod's namespace refuse. Those of type Pod, and other resources, are not looked at. */
export function limitRangeRefusals(pod: AdmittedPod, limitRanges: readonly LimitRange[]): readonly Refusal[] {
  const containers = pod.containers.filter(({ role }) => role !== "ephemeral");
  return containers.flatMap((container) => [
    ...crossed(container),
    ...limitRanges.flatMap(({ place, items }) =>
      items
        .filter(({ type }) => type === "Container")
        .flatMap((item) => broken(item, container))
        .map((why) => ({ container: container.name, why: `${why} (${place.object})` })),
    ),
  ]);
}

/** A default limit below the container's own request; one below a request of the same manifest is an error of its own. */
function crossed({ name, requestBytes, limitBytes, limitFrom }: AdmittedContainer): readonly Refusal[] {
  if (requestBytes === undefined || limitBytes === undefined || requestBytes <= limitBytes) return [];
  if (limitFrom === null || typeof limitFrom !== "object") return [];
  const why = `the default limit ${formatQuantity(limitBytes)} is below the request ${formatQuantity(requestBytes)}`;
  return [{ container: name, why: `${why} (${limitFrom.limitRange})` }];
}

function broken({ min, max, maxLimitRequestRatio }: LimitRangeItem, container: AdmittedContainer): readonly string[] {
  const { requestBytes = 0, limitBytes } = container;
  const least = min?.memory;
  const most = max?.memory;
  const ratio = maxLimitRequestRatio?.memory;
  return [
    ...(least !== undefined && Math.min(requestBytes, limitBytes ?? requestBytes) < least
      ? [`memory is below the minimum, ${formatQuantity(least)}`]
      : []),
    ...(most !== undefined && Math.max(requestBytes, limitBytes ?? Infinity) > most
      ? [`memory is above the maximum, ${formatQuantity(most)}`]
      : []),
    ...(ratio !== undefined && (limitBytes ?? 0) * 1000 > requestBytes * ratio
      ? [`the memory limit is more than ${String(ratio / 1000)} times the request`]
      : []),
  ];
}
