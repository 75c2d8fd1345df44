// From the results to the pictures of docs/figures.
import { join } from "node:path";
import { type Bar, drawBars, type Row } from "./bars-svg";
import type { Figure, Result } from "./figure";
import { memoryName, operationName, OPERATIONS, SIZES } from "./program/bench";
import { figureOf } from "./results";
import { STARTED, startName } from "./start";
import { mergedName, partName, PARTS, POOLS } from "./user-data";

const FOLDER = join(__dirname, "..", "docs", "figures");

/** Pictures by the benchmark that they are drawn from. */
const PICTURES: Readonly<Record<string, (result: Result) => string>> = {
  "user-data": drawUserData,
  start: drawStart,
  program: drawProgram,
};

/** Path and text of each picture; a benchmark without a result has none. */
export function drawPictures(
  results: Readonly<Record<string, Result>>,
): readonly (readonly [path: string, svg: string])[] {
  return Object.entries(results).flatMap(([name, result]) => {
    const draw = PICTURES[name];
    return draw === undefined ? [] : [[join(FOLDER, `bench-${name}.svg`), draw(result)] as const];
  });
}

function drawUserData(result: Result): string {
  const rows = Object.keys(POOLS).map((pool) => {
    const { ours, ratio } = figureOf(result, mergedName(pool));
    const bars = PARTS.map((part, look) => ({ look, value: figureOf(result, partName(pool, part)).ours }));
    return { label: pool, bars, remark: `${ours} bytes, ${Math.round((ratio ?? 0) * 100)} %` };
  });
  const limit = figureOf(result, mergedName("root volume")).reference ?? 0;
  const marks = [
    { value: limit / 2, label: "goal: half" },
    { value: limit, label: "EC2's limit" },
  ];
  const title = "userData as EC2 gets it, by what takes it";
  return drawBars(title, PARTS, [{ title, stacked: true, rows, marks }]);
}

function drawStart(result: Result): string {
  const rows = STARTED.map((command) => rowOf(command, figureOf(result, startName(command))));
  const title = "Start of commands without an engine, in seconds";
  return drawBars(title, ["eks-swap", "node with the same parsers"], [{ title, rows }]);
}

function drawProgram(result: Result): string {
  const panel = (title: string, nameOf: (pools: number) => string) => ({
    title,
    rows: SIZES.map((pools) => rowOf(`${pools} pools`, figureOf(result, nameOf(pools)))),
  });
  return drawBars(
    "The program on the engine, by number of pools",
    ["eks-swap", "bare program, same resources"],
    [
      ...OPERATIONS.map((operation) => panel(`${operation}, in seconds`, (pools) => operationName(operation, pools))),
      panel("peak memory of program and engine, in MiB", memoryName),
    ],
  );
}

/** Ours above what it is compared with. */
function rowOf(label: string, { ours, reference, ratio, goal, unit, spread }: Figure): Row {
  const bars: Bar[] = [{ look: 0, value: ours, range: [spread.ours.minimum, spread.ours.maximum] }];
  if (reference !== null && spread.reference !== null) {
    bars.push({ look: 1, value: reference, range: [spread.reference.minimum, spread.reference.maximum] });
  }
  const compared = ratio === null ? "" : `, ${ratio.toFixed(2)} ×${goal === null ? "" : `, goal ${goal} ×`}`;
  return { label, bars, remark: `${ours.toFixed(unit === "s" ? 2 : 0)} ${unit}${compared}` };
}
