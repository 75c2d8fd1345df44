// Objects to and from an API server exactly as they are. The client library maps objects of built-in kinds to classes of
// its own and drops what these lack, the x-kubernetes-* rules of a CustomResourceDefinition among them.
import { Agent, request } from "node:https";
import { z } from "zod";

/** What of an object says where it lives; all else goes along untouched. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** An object as JSON has it. */
export type KubernetesJson = z.output<typeof objectSchema>;

const resourcesSchema = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

const causeSchema = z.object({ field: z.string().default(""), message: z.string().default("") });

const statusSchema = z.looseObject({
  message: z.string(),
  details: z.looseObject({ causes: z.array(causeSchema).default([]) }).default({ causes: [] }),
});

/** The API server said no. */
export class ApiRefusal extends Error {
  readonly code: number;
  /** Each field that is wrong, and why. */
  readonly causes: readonly z.output<typeof causeSchema>[];

  constructor(code: number, { message, details }: z.output<typeof statusSchema>) {
    super(message);
    this.name = "ApiRefusal";
    this.code = code;
    this.causes = details.causes;
  }
}

/** Where and as whom. */
export interface Access {
  /** On loopback. A guest of QEMU's user networking uses the same port of 10.0.2.2. */
  readonly port: number;
  /** PEM text. */
  readonly certificateAuthority: string;
  /** Bearer token of a member of system:masters. */
  readonly token: string;
}

/** The server reads it as YAML, which takes some characters only as their codes. */
function asciiJson(object: object): string {
  return JSON.stringify(object).replaceAll(
    /[\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const FIELD_MANAGER = "eks-swap-tests";

/** An API server for objects of any kind. */
export class ApiClient {
  readonly #access: Access;
  readonly #agent: Agent;
  readonly #resources = new Map<string, z.output<typeof resourcesSchema>["resources"]>();

  constructor(access: Access) {
    this.#access = access;
    this.#agent = new Agent({ ca: access.certificateAuthority, keepAlive: true });
  }

  /**
   * Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/. A field that the kind does not
   * have is refused.
   * @throws ApiRefusal
   */
  async apply(object: object): Promise<KubernetesJson> {
    const parsed = objectSchema.parse(object);
    const path = `${await this.#pathOf(parsed)}?fieldManager=${FIELD_MANAGER}&fieldValidation=Strict`;
    return objectSchema.parse(await this.#send("PATCH", path, asciiJson(object)));
  }

  /** What the server has against an object, without taking it; undefined where it would. */
  async refusal(object: object): Promise<string | undefined> {
    const path = `${await this.#pathOf(objectSchema.parse(object))}?fieldManager=${FIELD_MANAGER}&fieldValidation=Strict&dryRun=All`;
    try {
      await this.#send("PATCH", path, asciiJson(object));
      return undefined;
    } catch (error) {
      if (error instanceof ApiRefusal) return error.message;
      throw error;
    }
  }

  /** @throws ApiRefusal with code 404 when there is none */
  async read(object: object): Promise<KubernetesJson> {
    return objectSchema.parse(await this.#send("GET", await this.#pathOf(objectSchema.parse(object))));
  }

  async delete(object: object): Promise<void> {
    await this.#send("DELETE", await this.#pathOf(objectSchema.parse(object)));
  }

  /** Any path of the API. */
  async get(path: string): Promise<unknown> {
    return this.#send("GET", path);
  }

  async #pathOf({ apiVersion, kind, metadata }: KubernetesJson): Promise<string> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const known = this.#resources.get(root) ?? resourcesSchema.parse(await this.#send("GET", root)).resources;
    const resource = known.find((candidate) => candidate.kind === kind && !candidate.name.includes("/"));
    if (resource === undefined) throw new Error(`${apiVersion} has no kind ${kind}`);
    this.#resources.set(root, known);
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${namespace}/${resource.name}/${encodeURIComponent(metadata.name)}`;
  }

  async #send(method: string, path: string, body?: string): Promise<unknown> {
    const { port, token } = this.#access;
    const response = await new Promise<{ code: number; body: string }>((fulfil, reject) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/apply-patch+yaml" }),
      };
      const sent = request({ host: "127.0.0.1", port, agent: this.#agent, method, path, headers }, (incoming) => {
        let received = "";
        incoming.setEncoding("utf8").on("data", (part: string) => (received += part));
        incoming.once("error", reject);
        incoming.once("end", () => {
          fulfil({ code: incoming.statusCode ?? 0, body: received });
        });
      });
      sent.once("error", reject);
      sent.end(body);
    });
    const answer: unknown = JSON.parse(response.body);
    if (response.code < 300) return answer;
    throw new ApiRefusal(response.code, statusSchema.parse(answer));
  }
}
