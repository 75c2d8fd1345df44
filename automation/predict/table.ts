// A prediction for people: the containers of each pool, then why some get none, what to know, and what it takes.
import { formatQuantity, GIB, MIB } from "../../swap/quantity";
import type { Need } from "../../workload/need";
import type { PredictedContainer } from "../../workload/placed-pod";
import type { ManifestPrediction } from "../../workload/predict";
import type { NodeUsage } from "../../workload/usage";
import type { PredictionWarning } from "../../workload/warnings";

/** The text of a prediction; `needs` is what `--need` asked for. */
export function formatPrediction(
  prediction: ManifestPrediction,
  needs: readonly Need[],
  notes: readonly string[],
): string {
  const { nodes, containers, warnings, ignored } = prediction;
  const pools = [...new Set(nodes.map(({ pool }) => pool))];
  const sections = [
    ...pools.flatMap((pool) => {
      const ofPool = containers.filter((container) => container.pool === pool);
      const scheduled = ofPool.filter(({ reason }) => reason !== "not-scheduled");
      const nodesOfPool = nodes.filter((node) => node.pool === pool);
      return [
        ...(scheduled.length === 0 ? [] : [formatPool(nodesOfPool, scheduled)]),
        ...section("No swap:", whyNone(scheduled)),
        ...section(pool === null ? "Not on these nodes:" : `Not on pool ${pool}:`, whyNone(without(ofPool, scheduled))),
      ];
    }),
    ...section("Needs:", needs.map(formatNeed)),
    ...section("To know:", warnings.length === 0 ? [] : formatWarnings(warnings)),
    ...section("Notes:", [...notes, ...assumedRates(nodes)]),
    ...section(
      "Not read, since they hold no pods that are known here:",
      ignored.map(
        ({ object, file, document }) => `${object || `document ${document}, no Kubernetes object`} (${file})`,
      ),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Each warning once, with those that it is about. */
function formatWarnings(warnings: readonly PredictionWarning[]): readonly string[] {
  const texts = [...new Set(warnings.map(({ message, remedy }) => `${message}. ${remedy}`))];
  return texts.flatMap((text) => [
    `${text.charAt(0).toUpperCase()}${text.slice(1)}`,
    ...warnings
      .filter(({ message, remedy }) => text === `${message}. ${remedy}`)
      .map(({ object, containers, nodes }) => `  ${[object, ...containers, ...nodes].join(", ")}`),
  ]);
}

function assumedRates(nodes: readonly NodeUsage[]): readonly string[] {
  const rates = new Set(
    nodes.flatMap(({ pool, volume }) =>
      volume === null ? [] : [`${pool === null ? "" : `pool ${pool}: `}${volume.iops} iops`],
    ),
  );
  if (rates.size === 0) return [];
  return [
    `swap is read back the slowest way, one page of 4 KiB per operation, and nothing else uses the volume (${[...rates].join("; ")})`,
  ];
}

function without<T>(all: readonly T[], some: readonly T[]): readonly T[] {
  return all.filter((one) => !some.includes(one));
}

/** `1.88 GiB`, for a glance; the table has the bytes too. */
function glance(bytes: number): string {
  if (bytes === 0) return "0";
  const [value, unit] = bytes >= GIB ? [bytes / GIB, "GiB"] : [bytes / MIB, "MiB"];
  return `${value.toFixed(2)} ${unit}`;
}

/** Columns of a terminal that every line about a node fits; sentences wrap. */
const COLUMNS = 80;

/** A heading per container with a line per node below it, since a row of all nodes is wider than a terminal. */
function formatPool(nodes: readonly NodeUsage[], containers: readonly PredictedContainer[]): string {
  const width = Math.max(...nodes.map(({ node }) => node.length));
  const perNode = (describe: (node: NodeUsage) => string): readonly string[] => {
    const texts = nodes.map((node) => [node.node, describe(node)] as const).filter(([, text]) => text !== "");
    const isWide = texts.some(([, text]) => `  ${" ".repeat(width)}  ${text}`.length > COLUMNS);
    return texts.map(([node, text]) => (isWide ? `  ${node}\n    ${text}` : `  ${node.padEnd(width)}  ${text}`));
  };
  const ofContainers = [...new Set(containers.map(identify))].flatMap((key) => {
    const same = containers.filter((container) => identify(container) === key);
    return [
      ...same.slice(0, 1).map(describeContainer),
      ...perNode(({ node }) => formatSwap(same.find((container) => container.node === node))),
    ];
  });
  return [
    ...ofContainers,
    "Swap of the node that these pods can use, and that nobody can:",
    ...perNode(formatUsage),
    ...(nodes.some(({ cost }) => cost !== null)
      ? ["Cost per hour of a GiB of RAM, and of a GiB of RAM with usable swap:", ...perNode(formatCost)]
      : []),
  ].join("\n");
}

function describeContainer(container: PredictedContainer): string {
  const { object, role, qosClass, memoryRequestBytes, memoryLimitBytes } = container;
  const name = `${object}, ${container.container}${role === "main" ? "" : ` (${role})`}`;
  return `${name}: ${qosClass}, request ${amount(memoryRequestBytes)}, limit ${amount(memoryLimitBytes)}`;
}

function formatCost({ cost }: NodeUsage): string {
  if (cost === null) return "";
  const type = cost.instanceType === null ? "" : ` (${cost.instanceType})`;
  return `${cost.perGiBOfMemory.toFixed(4)}, ${cost.perEffectiveGiB.toFixed(4)}${type}`;
}

function formatSwap(container: PredictedContainer | undefined): string {
  if (container === undefined) return "";
  const { swapLimitBytes, ceilingBytes, pageInSeconds, reason } = container;
  if (reason !== null) return `none: ${reason}`;
  return [
    `${swapLimitBytes} = ${glance(swapLimitBytes)}`,
    ceilingBytes === null ? "no ceiling" : `ceiling ${glance(ceilingBytes)}`,
    ...(pageInSeconds === null ? [] : [`read back in ${pageInSeconds.toFixed(0)} s`]),
  ].join(", ");
}

function formatUsage({ usableSwapBytes, unusableSwapBytes, basis }: NodeUsage): string {
  const when = basis === "all-replicas" ? "all replicas on it" : "full of them";
  return `${glance(usableSwapBytes)}, ${glance(unusableSwapBytes)} (${when})`;
}

/** Each reason once for the containers of an object that share it. */
function whyNone(containers: readonly PredictedContainer[]): readonly string[] {
  const unserved = containers.filter(({ explanation }) => explanation !== null);
  const isAlike = (one: PredictedContainer, other: PredictedContainer) =>
    one.object === other.object && one.explanation === other.explanation && one.remedy === other.remedy;
  const first = unserved.filter((one, index) => unserved.findIndex((other) => isAlike(one, other)) === index);
  return first.map((one) => {
    const names = new Set(unserved.filter((other) => isAlike(one, other)).map(({ container }) => container));
    return `${one.object}, ${[...names].join(", ")}: ${one.explanation ?? ""}. ${one.remedy ?? ""}`;
  });
}

function formatNeed(need: Need): string {
  const { node, pool, object, container, needBytes, swapTotalBytes, swapSizeBytes, memoryRequestBytes, hindrance } =
    need;
  const size = pool === null ? swapTotalBytes : swapSizeBytes;
  const ways = [
    ...(size === null ? [] : [`${amount(size)} of swap on the node`]),
    ...(memoryRequestBytes === null ? [] : [`a memory request of ${amount(memoryRequestBytes)}`]),
  ];
  const takes = ways.length === 0 ? "no size and no request gives it" : `it takes ${ways.join(", or ")}`;
  const but = hindrance === null ? "" : ` (${hindrance})`;
  return `${object}, ${container}, ${formatQuantity(needBytes)} on ${node}: ${takes}${but}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `  ${line}`)].join("\n")];
}

function amount(bytes: number | null): string {
  if (bytes === null) return "none";
  const text = formatQuantity(bytes);
  return text.length <= 6 ? text : `${text} (${glance(bytes)})`;
}

function identify({ namespace, object, role, container }: PredictedContainer): string {
  return [namespace, object, role, container].join("/");
}
