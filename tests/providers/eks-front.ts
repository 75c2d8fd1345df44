// A server in front of moto for Amazon EKS. Each request and each answer is compared with the model of the service.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { ClusterGroups } from "./cluster-group";
import { EksInventions, ServiceError, type ApiServer } from "./eks-inventions";
import { EksModel, isFields, type Fields } from "./eks-model";

/** One of moto's images, for the parameters in which AWS publishes those of EKS: moto has no such parameters. */
const IMAGE = "ami-076f415166b04f5fe";

/** How often a request is made again that moto itself failed at, and the pause before, in milliseconds. */
const MOST_REPETITIONS = 5;
const REPETITION_PAUSE = 200;

/** What the front has done so far. */
export interface FrontReport {
  /** Where a request or an answer did not fit the model of the service. */
  readonly problems: readonly string[];
  /** Operations that moto never saw, and how often each was called. */
  readonly invented: Readonly<Record<string, number>>;
  /** Fields that were added to answers of moto, or taken from them, by operation. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
}

interface Answered {
  readonly status: number;
  readonly body: Fields;
}

/** Amazon EKS on loopback. */
export class EksFront {
  readonly #moto: string;
  readonly #model: EksModel;
  readonly #groups: ClusterGroups;
  readonly #inventions: EksInventions;
  readonly #problems = new Set<string>();
  readonly #invented = new Map<string, number>();
  readonly #changed = new Map<string, Set<string>>();
  #server: Server | undefined;

  /** @param moto its endpoint */
  constructor(moto: string, model: EksModel, apiServer: ApiServer) {
    this.#moto = moto;
    this.#model = model;
    this.#groups = new ClusterGroups(moto);
    this.#inventions = new EksInventions(apiServer);
  }

  /** Starts to listen; gives the endpoint. */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#problems.add(`the front failed: ${String(error)}`);
        response.writeHead(500).end();
      });
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    return `http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  get report(): FrontReport {
    const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].toSorted(([a], [b]) => a.localeCompare(b));
    return {
      problems: [...this.#problems].toSorted(),
      invented: Object.fromEntries(sorted(this.#invented)),
      changed: Object.fromEntries(sorted(this.#changed).map(([name, fields]) => [name, [...fields].toSorted()])),
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
    const text = Buffer.concat(chunks).toString();
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    const body = isFields(parsed) ? parsed : {};
    const target = request.headers["x-amz-target"];
    const { status, body: answer } =
      target === undefined ? await this.#answer(request, text, body) : this.#parameter(String(target), body);
    const kind = typeof answer["__type"] === "string" ? { "x-amzn-errortype": answer["__type"] } : {};
    const type = target === undefined ? "application/json" : "application/x-amz-json-1.1";
    response.writeHead(status, { "content-type": type, ...kind }).end(JSON.stringify(answer));
  }

  async #answer(request: IncomingMessage, text: string, body: Fields): Promise<Answered> {
    const url = new URL(request.url ?? "/", "http://front");
    const asked = this.#model.request(request.method ?? "", url, body);
    if (asked === undefined) {
      this.#problems.add(`no operation of Amazon EKS: ${request.method ?? ""} ${url.pathname}`);
      return failure("UnknownOperationException", 404, url.pathname);
    }
    const { operation, parameters, problems } = asked;
    for (const problem of problems) this.#problems.add(`request ${problem}`);
    if (problems.length > 0) return failure("InvalidParameterException", 400, problems.join("; "));
    try {
      const answered = await this.#carryOut(operation, parameters, { request, text });
      if (answered.status < 300) {
        const wrong = this.#model.answerProblems(operation, answered.body);
        for (const problem of wrong) this.#problems.add(`answer ${problem}`);
      }
      return answered;
    } catch (error) {
      if (error instanceof ServiceError) return failure(error.code, error.status, error.message);
      throw error;
    }
  }

  async #carryOut(
    operation: string,
    parameters: Fields,
    sent: { readonly request: IncomingMessage; readonly text: string },
  ): Promise<Answered> {
    const own = this.#inventions.answers.get(operation)?.(parameters) ?? this.#tagOperation(operation, parameters);
    if (own !== undefined) {
      this.#invented.set(operation, (this.#invented.get(operation) ?? 0) + 1);
      return { status: 200, body: own };
    }
    this.#inventions.refuse(operation, parameters);
    const { status, body } = await this.#forward(sent.request, sent.text);
    if (status >= 300) return { status, body };
    if (operation === "CreateCluster") await this.#groups.make(...clusterOf(parameters));
    const completed = this.#inventions.complete(operation, parameters, body, this.#groups);
    if (operation === "DeleteCluster") await this.#groups.remove(clusterOf(parameters)[0]);
    const changes = this.#changed.get(operation) ?? new Set();
    for (const path of differences(body, completed)) changes.add(path);
    if (changes.size > 0) this.#changed.set(operation, changes);
    return { status, body: completed };
  }

  #tagOperation(operation: string, parameters: Fields): Fields | undefined {
    const isOfTags = ["TagResource", "UntagResource", "ListTagsForResource"].includes(operation);
    return isOfTags ? this.#inventions.tag(operation, parameters) : undefined;
  }

  async #forward({ method = "GET", url = "/", headers }: IncomingMessage, text: string): Promise<Answered> {
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && !["host", "connection", "content-length", "accept-encoding"].includes(name)
        ? [[name, value] as const]
        : [],
    );
    const body = method === "GET" || text === "" ? {} : { body: text };
    const ask = async () => {
      const response = await fetch(`${this.#moto}${url}`, { method, headers: Object.fromEntries(kept), ...body });
      return { response, answer: await response.text() };
    };
    let { response, answer } = await ask();
    // moto's server fails with a page of HTML where two requests meet, such as a list and a delete.
    for (let again = 0; again < MOST_REPETITIONS && response.status >= 500; again += 1) {
      await wait(REPETITION_PAUSE);
      ({ response, answer } = await ask());
    }
    if (answer.startsWith("<")) throw new Error(`moto answers ${method} ${url} with ${response.status}: ${answer}`);
    const parsed: unknown = answer === "" ? {} : JSON.parse(answer);
    const fields = isFields(parsed) ? parsed : {};
    const kind = response.headers.get("x-amzn-errortype");
    return { status: response.status, body: kind === null ? fields : { ...fields, __type: kind } };
  }

  /** AWS Systems Manager, of which Karpenter asks for the images of EKS. */
  #parameter(target: string, { Name }: Fields): Answered {
    this.#invented.set(target, (this.#invented.get(target) ?? 0) + 1);
    if (target !== "AmazonSSM.GetParameter" || !String(Name).startsWith("/aws/service/eks/optimized-ami/")) {
      this.#problems.add(`no parameter of Amazon EKS: ${target} ${String(Name)}`);
      return failure("ParameterNotFound", 400, String(Name));
    }
    return { status: 200, body: { Parameter: { Name, Type: "String", Value: IMAGE, Version: 1 } } };
  }
}

function failure(code: string, status: number, message: string): Answered {
  return { status, body: { __type: code, message } };
}

/** Name and subnets of the cluster that a request is about. */
function clusterOf({ name, resourcesVpcConfig }: Fields): readonly [string, readonly string[]] {
  const subnets = isFields(resourcesVpcConfig) ? resourcesVpcConfig["subnetIds"] : [];
  return [String(name), Array.isArray(subnets) ? subnets.map(String) : []];
}

/** Paths at which two answers differ, to the depth of a field's own fields. */
function differences(before: unknown, after: unknown, path: readonly string[] = []): readonly string[] {
  if (path.length < 3 && isFields(before) && isFields(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path.join(".")];
}
