// The config of the running stack, as the Pulumi engine hands it over.
import * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "./namespace";
import { ConfigError, formatProblem } from "./problems";
import { readSettings, type Settings } from "./settings";

/** The keys of our namespace. The engine passes objects on as JSON text and everything else as plain text. */
function readStackConfig(): Readonly<Record<string, unknown>> {
  const prefix = `${NAMESPACE}:`;
  const ours = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(ours.map(([key, text]) => [key.slice(prefix.length), parseText(text)]));
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The settings of the running stack. Warnings go to the engine's log.
 * @throws RunError, which the engine shows without a stack trace, when anything in the config is wrong
 */
export function loadSettings(): Settings {
  try {
    const settings = readSettings(readStackConfig());
    for (const warning of settings.warnings) pulumi.log.warn(formatProblem(warning));
    return settings;
  } catch (error) {
    if (error instanceof ConfigError) throw new pulumi.RunError(`the stack config is wrong:\n${error.message}`);
    throw error;
  }
}
