// docs/config.md, made from the schema and from the rules that decide: every key with type, default, limits and meaning.
import { z } from "zod";
import { CATALOGUE, type ProblemId } from "../../config/catalogue/catalogue";
import { describeProblem } from "../../config/catalogue/problems";
import { configSchema } from "../../config/schema/config";
import { poolSchema } from "../../config/schema/pool";
import { VERSIONS } from "../../config/schema/versions";
import { poolRequirements } from "../../swap/requirements";
import { BASE_ROOT_VOLUME_GIB } from "../../swap/root-volume";
import { POOL_KEY, type Requirement } from "../../swap/vocabulary";
import { SECTIONS } from "./config-sections";

/** A key of the stack config. */
export interface ConfigKey {
  /** Dotted, with NAME for the name of a pool. */
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly limits: readonly string[];
  readonly description: string;
}

interface Unwrapped {
  readonly schema: unknown;
  readonly fallback: unknown;
  readonly optional: boolean;
  readonly description: string;
}

/** Every key that has a value of its own, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(configSchema, []);
}

/** The parts of docs/config.md that are made, by the names of their marks. */
export function configParts(): Readonly<Record<string, string>> {
  const keys = configKeys();
  const sections = Object.entries(SECTIONS).map(([section, { intro, example }]) =>
    [
      `## \`${section}\``,
      intro,
      ...keys.filter(({ path }) => path === section || path.startsWith(`${section}.`)).map(describeKey),
      ["```yaml", "config:", ...example.split("\n").map((line) => `  ${line}`), "```"].join("\n"),
    ].join("\n\n"),
  );
  return { keys: sections.join("\n\n").replaceAll("\n\n- ", "\n- "), own: describeOwn() };
}

function describeKey({ path, type, fallback, limits, description }: ConfigKey): string {
  const facts = [type, ...(fallback === "" ? [] : [fallback]), ...limits].join("; ");
  return `- \`${path}\` (${facts}): ${description}.`;
}

/** What a pool has that says nothing, from the functions that give it. */
function describeOwn(): string {
  const ofArray = poolRequirements("amd64", 30 * 2 ** 30, []).filter(({ key }) => key.endsWith("local-nvme"));
  const own = poolRequirements("amd64", 0, []).map((one) =>
    one.key === "kubernetes.io/arch" ? { ...one, values: ["`ami.arch`"] } : one,
  );
  const { evictionHard } = poolSchema.parse({ swap: { size: 0 } });
  const thresholds = Object.entries(evictionHard).map(([signal, value]) => `\`${signal}\` ${value}`);
  return [
    ...own.map((one) => `- ${describeRequirement(one)}`),
    ...ofArray.map(
      (one) => `- ${describeRequirement(one)}, for 30Gi with \`instance-store\` first: swap and 20 GiB in GB, less one`,
    ),
    "",
    `Also: the label \`${POOL_KEY}=NAME\`; with \`dedicated\` the taint \`${POOL_KEY}=NAME:NoSchedule\`; eviction at ${thresholds.join(", ")}; a root volume of ${BASE_ROOT_VOLUME_GIB} GiB plus swap / 0.85. Versions: Kubernetes ${VERSIONS.newestKubernetes}, Karpenter ${VERSIONS.karpenter}, AMI ${VERSIONS.ami}.`,
  ].join("\n");
}

function describeRequirement({ key, operator, values = [] }: Requirement): string {
  return `\`${key}\` ${operator} ${values.join(", ")}`;
}

function keysOf(schema: unknown, path: readonly string[]): readonly ConfigKey[] {
  const { schema: inner, fallback, optional, description } = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, value]) => keysOf(value, [...path, key]));
  }
  if (inner instanceof z.ZodRecord && path.join(".") === "pools") return keysOf(inner.valueType, [...path, "NAME"]);
  return [
    {
      path: path.join("."),
      type: describeType(inner),
      fallback: describeFallback(fallback, optional),
      limits: limitsOf(inner),
      description,
    },
  ];
}

function describeType(schema: unknown): string {
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNumber) return "whole number";
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(", ");
  if (schema instanceof z.ZodArray) {
    const { schema: element } = unwrap(schema.element);
    return element instanceof z.ZodObject
      ? `list of {${Object.keys(element.shape).join(", ")}}`
      : `list of ${describeType(element)}`;
  }
  return schema instanceof z.ZodRecord ? "map" : "text";
}

/** Bounds of numbers, and what the program says of a value that is not one: the rule of the catalogue, filled in. */
function limitsOf(schema: unknown): readonly string[] {
  if (schema instanceof z.ZodNumber) {
    const [least, most] = [schema.minValue, schema.maxValue].map((bound) =>
      Number.isSafeInteger(bound) && Math.abs(Number(bound)) < Number.MAX_SAFE_INTEGER ? bound : null,
    );
    return least === null || most === null ? [] : [`${String(least)} to ${String(most)}`];
  }
  if (!(schema instanceof z.ZodType)) return [];
  const wrong = schema instanceof z.ZodArray ? ["\0"] : schema instanceof z.ZodRecord ? { "\0": "\0" } : "\0";
  const issues = schema.safeParse(wrong).error?.issues ?? [];
  return issues.flatMap((issue) => (issue.code === "custom" ? ruleOf(issue.params ?? {}) : [])).slice(0, 1);
}

function ruleOf(params: Readonly<Record<string, unknown>>): readonly string[] {
  const { id, parameters } = z
    .object({
      id: z.custom<ProblemId>((value) => typeof value === "string" && value in CATALOGUE),
      parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
    })
    .parse(params);
  const { message } = describeProblem(id, [], undefined, parameters);
  const rule = message.replace(/^eks-swap: /, "").replace(/\.$/, "");
  return [rule.replace(/^is not /, "must be ").replace(/^is no /, "must be an ")];
}

function describeFallback(fallback: unknown, optional: boolean): string {
  if (fallback === undefined) return optional ? "" : "required";
  return `default \`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
}

function unwrap(schema: unknown): Unwrapped {
  const description = schema instanceof z.ZodType ? (schema.description ?? "") : "";
  if (schema instanceof z.ZodDefault) {
    const inner = unwrap(schema.unwrap());
    return { ...inner, fallback: schema.def.defaultValue, description: description || inner.description };
  }
  if (schema instanceof z.ZodOptional) {
    const inner = unwrap(schema.unwrap());
    return { ...inner, optional: true, description: description || inner.description };
  }
  if (schema instanceof z.ZodPrefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPipe) {
    const inner = unwrap(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
    return { ...inner, description: description || inner.description };
  }
  return { schema, fallback: undefined, optional: false, description };
}
