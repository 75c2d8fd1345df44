// What the last update that succeeded was made from: Pulumi keeps the config of every update in the stack's history.
import type { Stack } from "@pulumi/pulumi/automation";
import { ConfigError } from "../../config/catalogue/problems";
import { readSettings, type Settings } from "../../config/settings";
import { renderUserData } from "../../userdata/swap-fragments";
import { ourConfig } from "../base/stack-file";

/** How far back to look. */
const UPDATES = 50;

/** The userData of each pool as this program makes it of a config. */
export function userDataByPool({ pools }: Settings): ReadonlyMap<string, string | undefined> {
  return new Map(pools.map(({ plan }) => [plan.pool, renderUserData(plan)] as const));
}

/**
 * The settings of the last update that succeeded; undefined when there was none, or when its config has errors by the
 * rules of this version. An update that failed or was killed does not count: its pools may be of its config or not.
 */
export async function lastSettings(stack: Stack): Promise<Settings | undefined> {
  const history = await stack.history(UPDATES, 1, false);
  const last = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
  if (last === undefined) return undefined;
  const values = Object.entries(last.config).map(([key, { value }]): [string, unknown] => [key, parseText(value)]);
  try {
    return readSettings(ourConfig(Object.fromEntries(values)));
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Objects are kept as JSON, everything else as plain text. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
