// Settings for the running program: from the stack's config as the Pulumi engine hands it over, or from its own values.
import * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "./namespace";
import { ConfigError, formatProblem, type Problem } from "./catalogue/problems";
import type { PoolsInput, SettingsInput } from "./schema/config";
import { readPools, readSettings, type PoolSettings, type Settings } from "./settings";

/** The keys of our namespace. The engine passes objects on as JSON text and everything else as plain text. */
function readStackConfig(): Readonly<Record<string, unknown>> {
  const prefix = `${NAMESPACE}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, text]) => [key.slice(prefix.length), parseText(text)]));
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The settings of a program. Warnings go to the engine's log.
 * @param config keys and values as in a stack file; by default those of the running stack, from the namespace `eks-swap`
 * @throws RunError, which the engine shows without a stack trace, with everything that is wrong
 */
export function loadSettings(config?: SettingsInput): Settings {
  return report(() => readSettings(config ?? readStackConfig()));
}

/**
 * The pools of a program that has its cluster from elsewhere, in the order of their names. Warnings go to the engine's log.
 * @param config `pools`, `ami` and the versions that they depend on, with keys and values as in a stack file
 * @throws RunError, which the engine shows without a stack trace, with everything that is wrong
 */
export function loadPools(config: PoolsInput): readonly PoolSettings[] {
  return report(() => readPools(config)).pools;
}

function report<T extends { readonly warnings: readonly Problem[] }>(read: () => T): T {
  try {
    const settings = read();
    for (const warning of settings.warnings) pulumi.log.warn(formatProblem(warning));
    return settings;
  } catch (error) {
    if (error instanceof ConfigError) throw new pulumi.RunError(`the stack config is wrong:\n${error.message}`);
    throw error;
  }
}
