// `--config key=value`: a value at a path of the stack config, typed and nested as `pulumi config set --path` does it.
import { NAMESPACE } from "../../config/namespace";
import { UsageError } from "./errors";
import { own } from "../../swap/own";

type Config = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** Values by path, such as `{ "pools.ebs.swap.size": "60Gi", "aws:region": "eu-west-1" }`. */
export type ConfigOverrides = Config;

/** A dotted step, one in brackets and quotes, or an index. */
const STEP = /\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/y;

/**
 * Reads the texts `key=value` of a command line.
 * @throws UsageError when one has no `=`
 */
export function parseOverrides(texts: readonly string[]): ConfigOverrides {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at <= 0) throw new UsageError(`--config ${text} is not key=value, as in pools.ebs.swap.size=60Gi`);
      return [text.slice(0, at), typed(text.slice(at + 1))];
    }),
  );
}

/**
 * The config with other values at some paths. Objects and lists on the way are made if need be; a key without a
 * namespace belongs to eks-swap.
 * @param config the whole `config` of a stack file
 * @throws UsageError when a path cannot be read or followed
 */
export function withOverrides(config: Config, overrides: ConfigOverrides): Config {
  return Object.entries(overrides).reduce<Config>((changed, [path, value]) => {
    const [first = "", ...rest] = parsePath(path);
    const key = String(first);
    const full = key.includes(":") ? key : `${NAMESPACE}:${key}`;
    return { ...changed, [full]: replaceAt(own(changed, full), rest, value, key) };
  }, config);
}

/** `true` and `false` are booleans, whole numbers without leading zeros numbers, and all else is text. */
function typed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function parsePath(path: string): Path {
  const steps: (string | number)[] = [];
  let position = 0;
  while (position < path.length) {
    STEP.lastIndex = position;
    const match = STEP.exec(path);
    if (match === null) throw new UsageError(`${path} is not a path of the config, such as pools.ebs.swap.size`);
    const [, word, quoted, index] = match;
    steps.push(index === undefined ? (word ?? (quoted ?? "").replaceAll(/\\(.)/g, "$1")) : Number(index));
    position = STEP.lastIndex;
  }
  return steps;
}

/** @param walked the path so far, for messages */
function replaceAt(value: unknown, steps: Path, next: unknown, walked: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return next;
  if (typeof step === "number") {
    const list = listAt(value, step, walked);
    const replaced = replaceAt(list[step], rest, next, `${walked}[${step}]`);
    return [...list.slice(0, step), replaced, ...list.slice(step + 1)];
  }
  const object = objectAt(value, step, walked);
  return { ...object, [step]: replaceAt(own(object, step), rest, next, `${walked}.${step}`) };
}

function listAt(value: unknown, index: number, walked: string): readonly unknown[] {
  const list: unknown = value === undefined ? [] : value;
  if (!Array.isArray(list)) throw new UsageError(`${walked} is ${kindOf(value)} and has no entry [${index}]`);
  if (index > list.length) {
    throw new UsageError(`${walked} has ${list.length} entries: the next one is [${list.length}], not [${index}]`);
  }
  return list;
}

function objectAt(value: unknown, key: string, walked: string): Config {
  const object = value === undefined ? {} : value;
  if (!isConfig(object)) throw new UsageError(`${walked} is ${kindOf(value)} and has no key ${key}`);
  return object;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
