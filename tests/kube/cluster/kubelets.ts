// Kubelets that answer the API server's node proxy and nothing else: their configuration, their use of swap, and logs.
import { readFileSync } from "node:fs";
import { createServer as createProxy, type Server } from "node:http";
import { createServer, type Server as SecureServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { makeKeys } from "../certificate";

/** What a kubelet answers, by path. */
export type Answers = Readonly<Record<string, unknown>>;

/** Gives what a kubelet answers to a path, with its query; undefined when it has nothing there. */
export type Ask = (path: string) => Promise<string | undefined>;

/** The port that every node names in its status. */
export const KUBELET_PORT = 10_250;

/**
 * A range for documentation (https://www.rfc-editor.org/rfc/rfc5737): nothing is ever sent there. The API server does not
 * proxy to loopback addresses, but it sends what is for a node to the proxy of its environment, and that one is here.
 */
const NETWORK = "198.51.100";

/** The kubelets of a test, behind a proxy on loopback. */
export class Kubelets {
  readonly #folder: string;
  readonly #kubelets = new Map<string, Ask>();
  readonly #servers = new Map<string, SecureServer>();
  readonly #proxy: Server;

  /** @param folder for their certificate, which an API server without a certificate authority for kubelets takes as it is */
  constructor(folder: string) {
    this.#folder = folder;
    makeKeys(folder);
    this.#proxy = createProxy();
    this.#proxy.on("connect", (request, client) => {
      const [address = ""] = (request.url ?? "").split(":");
      const server = this.#servers.get(address);
      if (server === undefined || !this.#kubelets.has(address)) {
        client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        return;
      }
      const upstream = connect(portOf(server), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(client);
        client.pipe(upstream);
      });
      upstream.on("error", () => client.destroy());
      client.on("error", () => upstream.destroy());
    });
  }

  /** Starts the proxy; gives its address for `HTTPS_PROXY` of an API server. */
  async start(): Promise<string> {
    await listen(this.#proxy);
    return `http://127.0.0.1:${portOf(this.#proxy)}`;
  }

  stop(): void {
    for (const server of [this.#proxy, ...this.#servers.values()]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Gives a node an address, at which its kubelet answers this. */
  async answer(node: number, answers: Answers): Promise<string> {
    const address = `${NETWORK}.${node}`;
    await this.bridge(address, async (path) => {
      const answer = answers[path.split("?")[0] ?? ""];
      return typeof answer === "string" ? answer : JSON.stringify(answer);
    });
    return address;
  }

  /** Lets a kubelet answer that is somewhere else. */
  async bridge(address: string, ask: Ask): Promise<void> {
    this.#kubelets.set(address, ask);
    if (!this.#servers.has(address)) this.#servers.set(address, await this.#serve(address));
  }

  /** The address of a node whose kubelet does not answer. */
  silence(node: number): string {
    const address = `${NETWORK}.${node}`;
    this.#kubelets.delete(address);
    this.#servers.get(address)?.closeAllConnections();
    return address;
  }

  async #serve(address: string): Promise<SecureServer> {
    const cert = readFileSync(join(this.#folder, "server.crt"));
    const key = readFileSync(join(this.#folder, "server.key"));
    const server = createServer({ cert, key }, (request, response) => {
      const path = (request.url ?? "").slice(1);
      const asked = this.#kubelets.get(address)?.(path) ?? Promise.resolve(undefined);
      asked.then(
        (answer) => {
          response.statusCode = answer === undefined ? 404 : 200;
          response.end(answer);
        },
        (error: unknown) => {
          response.statusCode = 500;
          response.end(String(error));
        },
      );
    });
    await listen(server);
    return server;
  }
}

async function listen(server: Server | SecureServer): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

function portOf(server: Server | SecureServer): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens to no port");
  return address.port;
}
