// Pieces of PromQL that several rules share.
import { ADDRESS_INFO, POD_INFO } from "./names";
import type { SourceName } from "./series";

/**
 * Names the node of what an exporter says of it. Exporters are known by `instance`, an IP address or a node's name with
 * or without a port, as the collector was set up. What is not of a node of a pool is left out.
 * @param keep further labels that the result keeps
 */
export function onNode(expr: string, ...keep: readonly string[]): string {
  const labels = ["node", "pool", ...keep].join(", ");
  return `max by (${labels}) (
  label_replace(${expr}, "address", "$1", "instance", "[[]?(.*?)[]]?(?::[0-9]+)?")
  * on (address) group_left (node, pool) ${ADDRESS_INFO}
)`;
}

/** The largest value of each container, POD being the sandbox in some runtimes. */
export function byContainer(series: SourceName): string {
  return `max by (namespace, pod, container) (${clamped(`${series}{container!="", container!="POD"}`)})`;
}

/** Node and pool of what is said of a container; what is not on a node of a pool is left out. */
export function inPool(expr: string): string {
  return `${expr}
* on (namespace, pod) group_left (node, pool) ${POD_INFO}`;
}

/** Unsigned numbers below 0 come out as nearly 2^64: they mean 0. */
function clamped(selector: string): string {
  return `${selector} * (${selector} < bool 2^62)`;
}
