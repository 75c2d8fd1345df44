// Shows an update under way: a live tree in a terminal, a line per finished resource everywhere else.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { createLogUpdate } from "log-update";
import colors from "picocolors";
import { printable, printableLine } from "../../swap/printable";
import { withoutColourMarks } from "../base/colour-marks";
import { type Width, widthOf, wrapFor } from "../base/wrap";
import { describeViolation } from "./policy-packs";
import { ResourceTree, type ResourceNode, type ResourceState } from "./resource-tree";

const MARKS: Readonly<Record<Exclude<ResourceState, "running" | "done">, string>> = {
  same: colors.dim("="),
  failed: colors.red("!"),
};

/** Words for what the engine did, and for what it would do; every other operation keeps its own name. */
const DEEDS: Readonly<Record<string, readonly [did: string, would: string]>> = {
  create: ["created", "to create"],
  update: ["updated", "to update"],
  delete: ["deleted", "to delete"],
  replace: ["replaced", "to replace"],
  "create-replacement": ["created as a replacement", "to create as a replacement"],
  "delete-replaced": ["deleted, replaced", "to delete, replaced"],
};

/** Where an update's progress goes. */
export interface Progress {
  readonly onEvent: (event: EngineEvent) => void;
  /** Leaves the last picture on the screen. */
  readonly stop: () => void;
}

/** What lines are written to. */
interface LineStream extends Width {
  readonly write: (text: string) => unknown;
}

/** Whether things are done, or only looked at. */
export type Tense = "did" | "would";

/** A live tree if `stream` is a terminal, lines otherwise; a terminal without a width, as of a job's, shows no tree. */
function showProgress(stream: NodeJS.WriteStream, tense: Tense = "did"): Progress {
  const isLive = stream.isTTY && stream.columns > 0 && process.env["CI"] === undefined;
  return isLive ? showTree(stream) : showLines(stream, tense);
}

/**
 * The same under a heading. GitHub folds what stands between its two marks.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#grouping-log-lines
 */
export function showGroup(stream: NodeJS.WriteStream, title: string, tense: Tense): Progress {
  const folds = process.env["GITHUB_ACTIONS"] === "true";
  stream.write(`${folds ? "::group::" : ""}${title}\n`);
  const { onEvent, stop } = showProgress(stream, tense);
  return {
    onEvent,
    stop: () => {
      stop();
      if (folds) stream.write("::endgroup::\n");
    },
  };
}

/** The tree as lines; what is finished below a component is only counted. */
export function formatTree(tree: ResourceTree, columns: number): readonly string[] {
  return tree.roots().flatMap((root) => formatBranch(tree, root, "", columns));
}

function showTree(stream: NodeJS.WriteStream): Progress {
  const tree = new ResourceTree();
  const screen = createLogUpdate(stream, { showCursor: true });
  // A line as wide as the terminal would take two.
  const lines = (): readonly string[] => formatTree(tree, stream.columns - 1);
  const draw = (): void => {
    // What does not fit is cut at the top, where the finished components stand.
    screen(
      lines()
        .slice(-Math.max(5, stream.rows - 2))
        .join("\n"),
    );
  };
  const timer = setInterval(draw, 120);
  return {
    onEvent: (event) => {
      const complaint = formatDiagnostic(event);
      if (complaint !== undefined) {
        // Above the tree, so that it stays however long the tree grows.
        screen.clear();
        stream.write(`${wrapFor(stream, complaint)}\n`);
      }
      tree.add(event);
    },
    stop: () => {
      clearInterval(timer);
      screen.clear();
      stream.write(
        lines()
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
  };
}

/** A line for each finished resource, marked as in Pulumi. */
export function showLines(stream: LineStream, tense: Tense): Progress {
  const tree = new ResourceTree();
  const write = (line: string): unknown => stream.write(`${wrapFor(stream, line)}\n`);
  // In a preview the engine reports a component twice: when it is registered, and with its outputs.
  const reported = new Set<string>();
  return {
    onEvent: (event) => {
      const complaint = formatDiagnostic(event);
      if (complaint !== undefined) write(complaint);
      const node = tree.add(event);
      if (node === undefined || (node.state !== "done" && node.state !== "failed")) return;
      const fact = `${node.urn} ${node.op} ${node.state}`;
      if (reported.has(fact)) return;
      reported.add(fact);
      const deed = DEEDS[node.op]?.[tense === "did" ? 0 : 1] ?? node.op;
      write(`${formatNode(node)} ${colors.dim(printableLine(node.type))} ${node.state === "failed" ? "failed" : deed}`);
    },
    stop: () => undefined,
  };
}

function formatBranch(tree: ResourceTree, node: ResourceNode, indent: string, columns: number): readonly string[] {
  const below = tree.descendants(node);
  const busy = below.filter(({ state }) => state === "running" || state === "failed");
  const all = [node, ...below];
  const finished = all.filter(({ state }) => state === "done" || state === "same");
  const count = below.length === 0 ? "" : colors.dim(` ${finished.length} of ${all.length}`);
  const line = fit(node, indent, count, columns);
  if (busy.length === 0) return [line];
  return [line, ...tree.children(node).flatMap((child) => formatBranch(tree, child, `${indent}  `, columns))];
}

/** A line of the tree: with the whole type, its last word, or none of it, as the width allows. */
function fit(node: ResourceNode, indent: string, count: string, columns: number): string {
  const type = printableLine(node.type);
  const types = [` ${colors.dim(type)}`, ` ${colors.dim(type.split(":").at(-1) ?? "")}`, ""];
  const lines = types.map((shown) => `${indent}${formatNode(node)}${shown}${count}`);
  return lines.find((line) => widthOf(line) <= columns) ?? lines.at(-1) ?? "";
}

/** The marks of Pulumi's own display; what is under way is dim. */
function markOf(op: string, isRunning: boolean): string {
  const [mark, paint] = op.includes("replace")
    ? (["+-", colors.magenta] as const)
    : op.startsWith("delete")
      ? (["-", colors.red] as const)
      : op === "update"
        ? (["~", colors.yellow] as const)
        : (["+", colors.green] as const);
  return isRunning ? colors.dim(mark) : paint(mark);
}

function formatNode({ state, name, op }: ResourceNode): string {
  const mark = state === "same" || state === "failed" ? MARKS[state] : markOf(op, state === "running");
  return `${mark} ${printableLine(name)}`;
}

/** Errors, warnings and what policies say; the engine sends its other messages for its own display. */
function formatDiagnostic(event: EngineEvent): string | undefined {
  const { diagnosticEvent, policyEvent } = event;
  const violation = describeViolation(event);
  if (violation !== undefined) {
    return policyEvent?.enforcementLevel === "mandatory"
      ? colors.red(`error: ${printable(violation)}`)
      : colors.yellow(`warning: ${printable(violation)}`);
  }
  if (diagnosticEvent?.severity !== "error" && diagnosticEvent?.severity !== "warning") return undefined;
  const message = printable(withoutColourMarks(diagnosticEvent.message).trim());
  const paint = diagnosticEvent.severity === "error" ? colors.red : colors.yellow;
  return paint(`${diagnosticEvent.severity}: ${message}`);
}
