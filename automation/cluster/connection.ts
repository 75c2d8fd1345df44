// The way to a running cluster: its kubeconfig, time limits, and errors in words.
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  Observable,
  PolicyV1Api,
  type RequestContext,
  type ResponseContext,
  StorageV1Api,
  VersionApi,
} from "@kubernetes/client-node";
import { setMaxListeners } from "node:events";
import { STATUS_CODES } from "node:http";
import pRetry from "p-retry";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";

/** Thrown when the cluster cannot be reached or refuses; the message has the request and the answer. */
export class ClusterError extends ExplainedError {
  constructor(message: string, cause?: unknown) {
    super("cluster", EXIT.unexpected, message, { cause });
    this.name = "ClusterError";
  }
}

/** How to reach a cluster. */
export interface ClusterAccess {
  /** Kubeconfig as text, YAML or JSON, such as the stack's output; by default what `kubectl` would take. */
  readonly kubeconfig?: string | undefined;
  /** Ends every request that is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** A request that is not answered within this many milliseconds has failed. */
const REQUEST_TIMEOUT = 30_000;

/** A read that failed for a reason that may pass is tried again after 0.5, 1.5 and 4.5 seconds. */
const RETRIES = { retries: 3, minTimeout: 500, factor: 3 };

const TRANSIENT_STATUS = [429, 500, 502, 503, 504];

/** What the client library takes where it finds no kubeconfig, as `kubectl` does. */
const SERVER_OF_NO_KUBECONFIG = "http://localhost:8080";

/** An open way to a cluster. */
export class ClusterConnection {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly policy: PolicyV1Api;
  readonly storage: StorageV1Api;
  readonly custom: CustomObjectsApi;
  readonly version: VersionApi;
  readonly #signal: AbortSignal | undefined;

  /** @throws ClusterError when there is no usable kubeconfig */
  constructor({ kubeconfig, signal }: ClusterAccess = {}) {
    const config = new KubeConfig();
    try {
      if (kubeconfig === undefined) config.loadFromDefault();
      else config.loadFromString(kubeconfig);
      if (config.getCurrentCluster()?.server === SERVER_OF_NO_KUBECONFIG) {
        throw new Error("there is none; set KUBECONFIG, or run `aws eks update-kubeconfig --name CLUSTER`");
      }
      this.core = config.makeApiClient(CoreV1Api);
      this.apps = config.makeApiClient(AppsV1Api);
      this.policy = config.makeApiClient(PolicyV1Api);
      this.storage = config.makeApiClient(StorageV1Api);
      this.custom = config.makeApiClient(CustomObjectsApi);
      this.version = config.makeApiClient(VersionApi);
    } catch (error) {
      throw new ClusterError(`the kubeconfig cannot be used: ${describe(error)}`, error);
    }
    this.#signal = signal;
    // Requests for many pools are under way at once, each with a listener that goes when it ends: no leak to be warned of.
    if (signal !== undefined) setMaxListeners(0, signal);
  }

  /**
   * Reads, and tries again where the reason may pass.
   * @param what completes "cannot …" in the error
   * @throws ClusterError when it fails for good
   */
  async read<T>(what: string, request: (options: RequestOptions) => Promise<T>): Promise<T> {
    return pRetry(async () => this.once(what, request), {
      ...RETRIES,
      signal: this.#signal,
      shouldRetry: ({ error }) => error instanceof ClusterError && isTransient(error.cause),
    });
  }

  /** Asks once. @throws ClusterError when it fails */
  async once<T>(what: string, request: (options: RequestOptions) => Promise<T>): Promise<T> {
    try {
      const limit = AbortSignal.timeout(REQUEST_TIMEOUT);
      return await request(endedBy(this.#signal === undefined ? limit : AbortSignal.any([this.#signal, limit])));
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw new ClusterError(`cannot ${what}: ${describe(error)}`, error);
    }
  }

  /** Asks once, after an abort too: for what must be cleared away. @throws ClusterError when it fails */
  async evenIfAborted<T>(what: string, request: (options: RequestOptions) => Promise<T>): Promise<T> {
    try {
      return await request(endedBy(AbortSignal.timeout(REQUEST_TIMEOUT)));
    } catch (error) {
      throw new ClusterError(`cannot ${what}: ${describe(error)}`, error);
    }
  }
}

/** What a client library's method takes after its parameters. */
type RequestOptions = Parameters<CoreV1Api["listNode"]>[1];

function endedBy(signal: AbortSignal): RequestOptions {
  return {
    middleware: [
      {
        pre: (context: RequestContext) => {
          context.setSignal(signal);
          return new Observable(Promise.resolve(context));
        },
        post: (context: ResponseContext) => new Observable(Promise.resolve(context)),
      },
    ],
    middlewareMergeStrategy: "append",
  };
}

/** Whether the API server answered that there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof ClusterError && error.cause instanceof ApiException && error.cause.code === 404;
}

function isTransient(error: unknown): boolean {
  if (error instanceof ApiException) return TRANSIENT_STATUS.includes(error.code);
  return error instanceof Error && (isTimeout(error) || "errno" in error || error.name === "FetchError");
}

function isTimeout(error: Error): boolean {
  return error.name === "AbortError" || error.name === "TimeoutError";
}

function describe(error: unknown): string {
  if (error instanceof ApiException) return `${error.code} ${statusMessage(error.code, error.body)}`;
  if (!(error instanceof Error)) return String(error);
  return isTimeout(error) ? `no answer within ${REQUEST_TIMEOUT / 1000} seconds` : error.message;
}

/** `message` of the Status that the API server answers with, the answer as it is, or what the code means. */
function statusMessage(code: number, body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === "object" && status !== null && "message" in status && typeof status.message === "string") {
      return status.message;
    }
    if (status === "") return STATUS_CODES[code] ?? "";
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return text.trim();
}
