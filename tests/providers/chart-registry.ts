// The registry of Karpenter's charts on loopback, under its own name: whoever trusts its certificate and uses its proxy finds
// `oci://public.ecr.aws/karpenter/…` here. The proxy lets nothing else out, and reports what asked for more.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createProxy, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

const HOST = "public.ecr.aws";

const CHARTS: ReadonlySet<string> = new Set(["karpenter", "karpenter-crd"]);

/** Media types of Helm: https://helm.sh/docs/topics/registries/ */
const TYPES = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.cncf.helm.config.v1+json",
  layer: "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
} as const;

interface Blob {
  readonly type: string;
  readonly bytes: Buffer;
}

/** A registry that runs. */
export interface ChartRegistry {
  /** Variables for programs in Go that are to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts that the proxy did not connect to. */
  readonly refused: ReadonlySet<string>;
  stop(): void;
}

/**
 * Serves the charts.
 * @param charts folder with a folder for each chart
 * @param folder for packed charts and keys; made when it is not there
 */
export async function startChartRegistry(charts: string, folder: string): Promise<ChartRegistry> {
  mkdirSync(folder, { recursive: true });
  const keys = makeCertificate(folder);
  const shelf = new Shelf(charts, folder);
  const registry = createServer(
    { cert: readFileSync(keys.certificate), key: readFileSync(keys.key) },
    (...exchange) => {
      serveBlob(shelf, ...exchange);
    },
  );
  const registryPort = await listen(registry);
  const refused = new Set<string>();
  const proxy = createProxy((_, response) => response.writeHead(405).end());
  proxy.on("connect", (request, client) => {
    if (request.url !== `${HOST}:443`) {
      refused.add(request.url ?? "");
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const server = connect(registryPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(server).pipe(client);
    });
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  });
  return {
    environment: {
      HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
      NO_PROXY: "127.0.0.1,localhost",
      SSL_CERT_FILE: keys.certificate,
    },
    refused,
    stop: () => {
      for (const server of [registry, proxy]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** Charts by name and version, and all that belongs to them by digest. A chart is packed when it is asked for. */
class Shelf {
  readonly #charts: string;
  readonly #folder: string;
  readonly #blobs = new Map<string, Blob>();

  constructor(charts: string, folder: string) {
    this.#charts = charts;
    this.#folder = folder;
  }

  find(name: string, reference: string): Blob | undefined {
    const tag = `${name}:${reference}`;
    if (CHARTS.has(name) && /^\d+\.\d+\.\d+$/.test(reference) && !this.#blobs.has(tag)) this.#pack(name, reference);
    return this.#blobs.get(reference) ?? this.#blobs.get(tag);
  }

  /** The module carries the version of the release before; Karpenter's own release gives charts theirs as this does. */
  #pack(name: string, version: string): void {
    const packed = join(this.#folder, version);
    // The module cache is read only, and links of the kinds' chart lead to its neighbour.
    cpSync(join(this.#charts, name), join(packed, name), { recursive: true, dereference: true });
    const file = join(packed, name, "Chart.yaml");
    const text = readFileSync(file, "utf8").replace(/^(version|appVersion): .*$/gm, `$1: ${version}`);
    for (const path of [join(packed, name), file]) chmodSync(path, 0o755);
    writeFileSync(file, text);
    const archive = join(packed, `${name}.tgz`);
    const { status, stderr } = spawnSync("tar", ["-czf", archive, "-C", packed, name], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the chart ${name} could not be packed: ${stderr}`);
    const config = this.#add({ type: TYPES.config, bytes: Buffer.from(JSON.stringify(load(text))) });
    const layer = this.#add({ type: TYPES.layer, bytes: readFileSync(archive) });
    const manifest = { schemaVersion: 2, mediaType: TYPES.manifest, config, layers: [layer] };
    const blob = { type: TYPES.manifest, bytes: Buffer.from(JSON.stringify(manifest)) };
    this.#add(blob);
    this.#blobs.set(`${name}:${version}`, blob);
  }

  #add(blob: Blob) {
    const digest = digestOf(blob);
    this.#blobs.set(digest, blob);
    return { mediaType: blob.type, digest, size: blob.bytes.length };
  }
}

function digestOf({ bytes }: Blob): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function serveBlob(shelf: Shelf, request: IncomingMessage, response: ServerResponse): void {
  const [, , , name = "", , reference = ""] = (request.url ?? "").split("/");
  const blob = shelf.find(name, reference);
  if (blob === undefined) {
    response.writeHead(request.url === "/v2/" ? 200 : 404, { "content-type": "application/json" }).end("{}");
    return;
  }
  const { type, bytes } = blob;
  const headers = { "content-type": type, "content-length": bytes.length, "docker-content-digest": digestOf(blob) };
  response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : bytes);
}

function makeCertificate(folder: string): { readonly certificate: string; readonly key: string } {
  const files = { certificate: join(folder, "registry.crt"), key: join(folder, "registry.key") };
  const algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7"];
  const names = ["-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`];
  const output = ["-keyout", files.key, "-out", files.certificate];
  const { status, stderr } = spawnSync("openssl", ["req", "-x509", ...algorithm, ...names, ...output], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return files;
}

async function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return z.object({ port: z.number() }).parse(server.address()).port;
}
