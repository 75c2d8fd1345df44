// What holds for any config whatever: it is refused in words or becomes files, the same whatever the order of its keys.
import assert from "node:assert/strict";
import { renderPools, type RenderedPool } from "../../automation/render/render";
import { ConfigError, formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { UserDataError } from "../../userdata/fragments";
import { reversed } from "./hostile-configs";

type Config = Readonly<Record<string, unknown>>;

/** What became of a config. */
export interface Outcome {
  /** None where it was refused. */
  readonly pools: readonly RenderedPool[];
  /** Why it was refused, or what was warned of. */
  readonly problems: readonly string[];
}

/** Takes a config as a whole; anything but a refusal in words is thrown on. */
export function take(config: Config): Outcome {
  try {
    const settings = readSettings(config);
    return { pools: renderPools(settings), problems: settings.warnings.map(formatProblem) };
  } catch (error) {
    if (error instanceof ConfigError) return { pools: [], problems: error.problems.map(formatProblem) };
    if (error instanceof UserDataError) return { pools: [], problems: [error.message] };
    throw error;
  }
}

/** Fails where a rule of every config does not hold. */
export function judge(config: Config): Outcome {
  const { pools, problems } = take(config);
  const other = take(reversed(config));
  assert.deepEqual(other.pools, pools, "files depend on the order of keys");
  assert.deepEqual(other.problems.map(withoutValue).toSorted(), problems.map(withoutValue).toSorted());
  assert.ok(pools.length > 0 || problems.length > 0, "neither refused nor rendered");
  const given = JSON.stringify(config);
  for (const problem of problems) {
    assert.doesNotMatch(problem, UNPRINTABLE, "steers a terminal");
    const unknown = ["NaN", "Infinity", "undefined", "[object"].filter((word) => !given.includes(word));
    for (const word of unknown) assert.ok(!problem.includes(word), problem);
  }
  for (const { planFile, plan } of pools) {
    checkNumbers(planFile);
    checkNumbers(plan);
  }
  return { pools, problems };
}

/** An object is shown as the user wrote it, with its keys in that order. */
function withoutValue(problem: string): string {
  return problem.replace(/ is [{[].*?, which /, " is …, which ");
}

/** What no line may hold: control characters, those that turn the direction of text or are not seen, halves of a character. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function checkNumbers(value: unknown, path = ""): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) checkNumbers(inner, `${path}.${key}`);
}
