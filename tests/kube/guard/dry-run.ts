// What an API server says to an object: its answer, and the warnings that come with it.
import { request } from "node:https";
import { z } from "zod";
import type { Access } from "../api-client";

/** The answer to an object. */
export interface DryRunResult {
  readonly accepted: boolean;
  /** Why not; empty where it was accepted. */
  readonly message: string;
  readonly warnings: readonly string[];
  /** The object as it would be stored, or the refusal. */
  readonly answer: unknown;
}

/** Where the kinds of this suite are posted to, in the namespace of the object. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  Pod: "/api/v1/namespaces/NAMESPACE/pods",
  Deployment: "/apis/apps/v1/namespaces/NAMESPACE/deployments",
  StatefulSet: "/apis/apps/v1/namespaces/NAMESPACE/statefulsets",
  DaemonSet: "/apis/apps/v1/namespaces/NAMESPACE/daemonsets",
  Job: "/apis/batch/v1/namespaces/NAMESPACE/jobs",
  CronJob: "/apis/batch/v1/namespaces/NAMESPACE/cronjobs",
};

const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string().default(""), namespace: z.string().default("default") }),
});
const statusSchema = z.object({ message: z.string() });

/** `299 - "text"`, several of them after commas. Source: https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
const WARNING = /299 - "((?:[^"\\]|\\.)*)"/g;

/** A user and its groups, in whose name something is sent. */
export interface Impersonated {
  readonly user: string;
  readonly group: string;
}

/** Creates the object with `dryRun=All`: admission runs as ever. */
export async function dryRun(access: Access, object: object, as?: Impersonated): Promise<DryRunResult> {
  return send(access, "POST", `${collectionOf(object)}?dryRun=All`, object, as);
}

/** Replaces the stored object, or a subresource of it such as `resize`. This is no dry run. */
export async function replace(access: Access, object: object, subresource?: string): Promise<DryRunResult> {
  const { name } = objectSchema.parse(object).metadata;
  return send(access, "PUT", [collectionOf(object), name, ...(subresource ? [subresource] : [])].join("/"), object);
}

function collectionOf(object: object): string {
  const { kind, metadata } = objectSchema.parse(object);
  return (COLLECTIONS[kind] ?? "").replace("NAMESPACE", metadata.namespace);
}

async function send(
  { port, certificateAuthority, token }: Access,
  method: string,
  path: string,
  object: object,
  as?: Impersonated,
): Promise<DryRunResult> {
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
    ...(as === undefined ? {} : { "Impersonate-User": as.user, "Impersonate-Group": as.group }),
  };
  return new Promise((fulfil, reject) => {
    const sent = request({ host: "127.0.0.1", port, ca: certificateAuthority, method, headers, path }, (response) => {
      let received = "";
      response.setEncoding("utf8").on("data", (part: string) => (received += part));
      response.once("error", reject);
      response.once("end", () => {
        const accepted = (response.statusCode ?? 0) < 300;
        const answer: unknown = JSON.parse(received);
        const header = [response.headers.warning ?? ""].flat().join(", ");
        fulfil({
          accepted,
          message: accepted ? "" : statusSchema.parse(answer).message,
          warnings: [...header.matchAll(WARNING)].map(([, text = ""]) => text),
          answer,
        });
      });
    });
    sent.once("error", reject);
    sent.end(JSON.stringify(object));
  });
}
