// Requests to an API server as they are on the wire: what a test puts into a cluster is written down as plain objects.
import { request } from "node:https";
import { z } from "zod";
import type { ControlPlane } from "../control-plane";

const objectSchema = z.looseObject({
  metadata: z
    .looseObject({
      name: z.string().default(""),
      uid: z.string().default(""),
      deletionTimestamp: z.string().optional(),
    })
    .default({ name: "", uid: "" }),
});

/** An object of Kubernetes, as far as tests look at all kinds. */
export type ApiObject = z.infer<typeof objectSchema>;

/** Where kinds are. */
export const PATHS = {
  nodes: "/api/v1/nodes",
  nodeClaims: "/apis/karpenter.sh/v1/nodeclaims",
  nodePools: "/apis/karpenter.sh/v1/nodepools",
  nodeClasses: "/apis/karpenter.k8s.aws/v1/ec2nodeclasses",
} as const;

/** Where the objects of a namespace are. */
export function inNamespace(namespace: string, plural: string, group = "/api/v1"): string {
  return `${group}/namespaces/${namespace}/${plural}`;
}

/** Thrown when the API server refuses. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(`${status}: ${message}`);
    this.status = status;
  }
}

export class Api {
  readonly #server: Pick<ControlPlane, "url" | "certificateAuthority" | "token">;

  constructor(server: Pick<ControlPlane, "url" | "certificateAuthority" | "token">) {
    this.#server = server;
  }

  async create(path: string, body: object): Promise<ApiObject> {
    return this.#send("POST", path, body);
  }

  async read(path: string): Promise<ApiObject> {
    return this.#send("GET", path);
  }

  async list(path: string): Promise<readonly ApiObject[]> {
    return z.array(objectSchema).parse((await this.#send("GET", path))["items"]);
  }

  /** A merge patch: what is not named stays. */
  async patch(path: string, body: object): Promise<ApiObject> {
    return this.#send("PATCH", path, body, "application/merge-patch+json");
  }

  async delete(path: string, options: object = {}): Promise<ApiObject> {
    return this.#send("DELETE", path, options);
  }

  async #send(method: string, path: string, body?: object, type = "application/json"): Promise<ApiObject> {
    const { url, certificateAuthority: ca, token } = this.#server;
    const sending = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": type,
      // Node.js leaves it out of a DELETE, whose body is then taken for the next request.
      "content-length": Buffer.byteLength(sending),
    };
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, ca, headers }, (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: received });
        });
      });
      sent.on("error", reject);
      sent.end(sending);
    });
    if (status >= 300) throw new RefusedError(status, text);
    return objectSchema.parse(JSON.parse(text));
  }
}
