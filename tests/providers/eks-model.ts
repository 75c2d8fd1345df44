// Amazon EKS's API as botocore describes it, which moto brings along: which operation a request is, and whether values fit.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const memberSchema = z.looseObject({
  shape: z.string(),
  location: z.string().optional(),
  locationName: z.string().optional(),
});

const shapeSchema = z.looseObject({
  type: z.string(),
  members: z.record(z.string(), memberSchema).default({}),
  required: z.array(z.string()).default([]),
  member: memberSchema.optional(),
  key: memberSchema.optional(),
  value: memberSchema.optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});

const modelSchema = z.looseObject({
  operations: z.record(
    z.string(),
    z.looseObject({
      name: z.string(),
      http: z.looseObject({ method: z.string(), requestUri: z.string() }),
      input: z.object({ shape: z.string() }).optional(),
      output: z.object({ shape: z.string() }).optional(),
    }),
  ),
  shapes: z.record(z.string(), shapeSchema),
});

type Shape = z.output<typeof shapeSchema>;

/** Values by name, as a request or an answer has them. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a request asks for. */
export interface Request {
  readonly operation: string;
  /** Parts of the path, the query and the body, by the names of the model. */
  readonly parameters: Fields;
  /** Where the request does not fit the model. */
  readonly problems: readonly string[];
}

/** The API's description. */
export class EksModel {
  readonly #model: z.output<typeof modelSchema>;

  private constructor(model: z.output<typeof modelSchema>) {
    this.#model = model;
  }

  /** @param interpreter Python of moto's virtual environment */
  static read(interpreter: string): EksModel {
    const library = join(dirname(dirname(interpreter)), "lib");
    const [python = ""] = readdirSync(library);
    const versions = join(library, python, "site-packages", "botocore", "data", "eks");
    const newest = readdirSync(versions).toSorted().at(-1) ?? "";
    const text = gunzipSync(readFileSync(join(versions, newest, "service-2.json.gz"))).toString();
    return new EksModel(modelSchema.parse(JSON.parse(text)));
  }

  /** The operation of a request; undefined for a path that the API does not have. */
  request(method: string, url: URL, body: Fields): Request | undefined {
    for (const { name, http, input } of Object.values(this.#model.operations)) {
      const path = http.method === method ? matchPath(http.requestUri, url.pathname) : undefined;
      if (path === undefined) continue;
      const shape = input === undefined ? undefined : this.#model.shapes[input.shape];
      const parameters: Record<string, unknown> = { ...body };
      for (const [member, { location, locationName = member }] of Object.entries(shape?.members ?? {})) {
        if (location === "uri") parameters[member] = path[locationName];
        if (location === "querystring" && url.searchParams.has(locationName)) {
          const type = this.#model.shapes[shape?.members[member]?.shape ?? ""]?.type;
          parameters[member] = fromQuery(url.searchParams.getAll(locationName), type);
        }
      }
      return { operation: name, parameters, problems: this.#problems(parameters, input?.shape ?? "", name) };
    }
    return undefined;
  }

  /** Where an answer does not fit the model. */
  answerProblems(operation: string, answer: unknown): readonly string[] {
    const output = this.#model.operations[operation]?.output;
    return output === undefined ? [] : this.#problems(answer, output.shape, operation);
  }

  #problems(value: unknown, shapeName: string, path: string): readonly string[] {
    const shape = this.#model.shapes[shapeName];
    if (shape === undefined) return [];
    switch (shape.type) {
      case "structure":
        return isFields(value) ? this.#structureProblems(value, shape, path) : [`${path} is no structure`];
      case "list":
        if (!Array.isArray(value)) return [`${path} is no list`];
        return value.flatMap((item, index) => this.#problems(item, shape.member?.shape ?? "", `${path}[${index}]`));
      case "map":
        if (!isFields(value)) return [`${path} is no map`];
        return Object.entries(value).flatMap(([key, item]) =>
          this.#problems(item, shape.value?.shape ?? "", `${path}.${key}`),
        );
      default:
        return scalarProblem(value, shape).map((problem) => `${path} ${problem}`);
    }
  }

  #structureProblems(value: Fields, shape: Shape, path: string): readonly string[] {
    const missing = shape.required.filter((name) => value[name] === undefined || value[name] === null);
    return [
      ...missing.map((name) => `${path}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, item]) => {
        const member = shape.members[name];
        if (member === undefined) return [`${path}.${name} is not in the model`];
        return item === undefined || item === null ? [] : this.#problems(item, member.shape, `${path}.${name}`);
      }),
    ];
  }
}

/** Whether a value has fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function scalarProblem(value: unknown, shape: Shape): readonly string[] {
  switch (shape.type) {
    case "boolean":
      return typeof value === "boolean" ? [] : ["is no boolean"];
    case "integer":
    case "long":
    case "double":
    case "float":
      if (typeof value !== "number") return ["is no number"];
      return value < (shape.min ?? value) || value > (shape.max ?? value) ? [`is out of range: ${value}`] : [];
    case "timestamp":
      return typeof value === "number" ? [] : ["is no number of seconds"];
    default:
      return textProblem(value, shape);
  }
}

function textProblem(value: unknown, shape: Shape): readonly string[] {
  if (typeof value !== "string") return ["is no text"];
  if (shape.enum !== undefined && !shape.enum.includes(value)) return [`is none of ${shape.enum.join(", ")}: ${value}`];
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, "u").test(value)) return [`has a wrong form: ${value}`];
  return value.length < (shape.min ?? 0) || value.length > (shape.max ?? Infinity)
    ? [`has a wrong length: ${value.length}`]
    : [];
}

/** What a query says, which is text throughout. */
function fromQuery(given: readonly string[], type: string | undefined): unknown {
  switch (type) {
    case "list":
      return given;
    case "integer":
      return Number(given[0]);
    case "boolean":
      return given[0] === "true";
    default:
      return given[0];
  }
}

/** The parts of a path that a template such as `/clusters/{name}` names. ARNs come with their slashes escaped. */
function matchPath(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = decodeURIComponent(given[index] ?? "");
    const name = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    if (name === undefined && part !== text) return undefined;
    if (name !== undefined) found[name] = text;
  }
  return found;
}
