// The containers of a pod in the order in which they start, and what a pod adds up to.
import type { ContainerSpec, PodSpec } from "./schema";

/** `sidecar`: an init container that goes on running (`restartPolicy: Always`). */
export type ContainerRole = "init" | "sidecar" | "main" | "ephemeral";

/** A container of a pod spec, where it stands there and what it is for. */
export interface PodContainer {
  readonly spec: ContainerSpec;
  readonly role: ContainerRole;
  /** `initContainers[0]`. */
  readonly path: string;
}

/** All containers: init and sidecar containers in their order, then the others. */
export function podContainers({
  initContainers = [],
  containers,
  ephemeralContainers = [],
}: PodSpec): readonly PodContainer[] {
  return [
    ...initContainers.map((spec, index): PodContainer => {
      const role = spec.restartPolicy === "Always" ? "sidecar" : "init";
      return { spec, role, path: `initContainers[${index}]` };
    }),
    ...containers.map((spec, index): PodContainer => ({ spec, role: "main", path: `containers[${index}]` })),
    ...ephemeralContainers.map((spec, index): PodContainer => ({
      spec,
      role: "ephemeral",
      path: `ephemeralContainers[${index}]`,
    })),
  ];
}

/**
 * What all containers of a pod have at the same time at most: the main containers with every sidecar, or an init
 * container with the sidecars that were started before it.
 * Source: AggregateContainerRequests, https://github.com/kubernetes/component-helpers/blob/v0.36.3/resource/helpers.go
 */
export function podPeak<T extends { readonly role: ContainerRole }>(
  containers: readonly T[],
  amountOf: (container: T) => number,
): number {
  let running = 0;
  let peak = 0;
  for (const container of containers) {
    if (container.role === "init") peak = Math.max(peak, running + amountOf(container));
    else running += amountOf(container);
  }
  return Math.max(peak, running);
}
