// The process of one package: it serves the package to the Pulumi engine as long as the one that started it lives.
import * as fs from "node:fs";
import { main } from "@pulumi/pulumi/provider/server";
import { FaultFile } from "./provider/faults";
import type { FollowerOf } from "./provider/follower";
import { configDiffOf, findProvider } from "./packages";
import { supportPreviews } from "./preview-support";
import { Store } from "./provider/store";

/** gRPC's CANCELLED and UNAVAILABLE: https://grpc.io/docs/guides/status-codes/ */
const GONE: readonly unknown[] = [1, 14];

let hasDefect = false;

/** What nobody has caught. Calls to an engine that was killed while it made a component are no defect of the sandbox. */
function note(error: unknown): void {
  if (error instanceof Error && "code" in error && GONE.includes(error.code)) return;
  hasDefect = true;
  console.error(error);
}

function end(): void {
  // Pulumi's server ends with 1 once anything was not caught: this listener comes after its own.
  process.once("exit", () => (process.exitCode = hasDefect ? 1 : 0));
  // Requests under way are dropped: the engine has ended, or is being ended, as well.
  process.exit(0);
}

const POLL_MILLISECONDS = 100;

function isThere(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Without a channel `connected` is undefined; it is false if the parent ended while this file was loading. */
function hasLostParent(child: { readonly connected?: boolean }): boolean {
  return child.connected === false;
}

/**
 * Serves the package that the command line names: `SCRIPT PACKAGE DIRECTORY`. Prints the port, and exits with 1 when it
 * cannot.
 */
export function serve(followerOf?: FollowerOf): void {
  serveOne(followerOf, process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}

async function serveOne(
  followerOf: FollowerOf | undefined,
  [packageName, directory]: readonly string[],
): Promise<void> {
  if (packageName === undefined || directory === undefined) {
    throw new Error("usage: node --import tsx sandbox/serve.ts PACKAGE DIRECTORY");
  }
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  let engine = 0;
  process.on("message", (pid) => (engine = Number(pid)));
  // The channel to the parent closes whichever way the parent ends, SIGKILL included. An engine that is left still
  // finishes what it has under way, as it does with providers of its own.
  process.on("disconnect", () => {
    setInterval(() => {
      if (!isThere(engine)) end();
    }, POLL_MILLISECONDS);
  });
  if (hasLostParent(process)) end();
  fs.mkdirSync(directory, { recursive: true });
  const faults = new FaultFile(directory, packageName);
  supportPreviews(configDiffOf(packageName));
  const follower = await followerOf?.(packageName, directory);
  await main(await findProvider(packageName, new Store(directory), faults, follower), ["127.0.0.1:0"]);
}
