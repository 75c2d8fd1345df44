// Reads a stack's config from its file, without an engine.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load, YAMLException } from "js-yaml";
import { z } from "zod";
import { NAMESPACE } from "../../config/namespace";
import { describeAliases } from "../../workload/aliases";
import { UsageError } from "./errors";
import { readIn } from "./files";

const stackFileSchema = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/** Path of a stack's file. `org/project/dev` and `dev` are the same stack. */
export function stackFile(folder: string, stack: string): string {
  return join(folder, `Pulumi.${stack.split("/").at(-1) ?? stack}.yaml`);
}

/**
 * The whole `config` of a stack's file.
 * @throws UsageError when there is no such file, or it is not a stack file
 */
export function readStackFile(folder: string, stack: string): Readonly<Record<string, unknown>> {
  return readWholeStackFile(folder, stack).config;
}

/** A stack's file: the config, and all else that Pulumi keeps there. */
export function readWholeStackFile(folder: string, stack: string): z.output<typeof stackFileSchema> {
  const file = stackFile(folder, stack);
  if (!existsSync(file)) {
    const stacks = (existsSync(folder) ? readdirSync(folder) : []).flatMap(
      (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
    );
    throw new UsageError(`there is no ${file}; stacks here: ${stacks.join(", ") || "none"}`);
  }
  const parsed = stackFileSchema.safeParse(parseYaml(file) ?? {});
  if (!parsed.success) throw new UsageError(`${file} is not a stack file: config must be an object of keys and values`);
  return parsed.data;
}

/** The keys of our namespace, without it. */
export function ourConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const prefix = `${NAMESPACE}:`;
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}

function parseYaml(file: string): unknown {
  try {
    const value = load(readIn("stack file", file));
    const refused = describeAliases(value);
    if (refused !== undefined) throw new UsageError(`${file} ${refused}`);
    return value;
  } catch (error) {
    if (error instanceof YAMLException) throw new UsageError(`${file} is not YAML: ${error.message}`);
    throw error;
  }
}
