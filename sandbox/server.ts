// The process of one package: it serves the package to the Pulumi engine as long as the one that started it lives.
import * as fs from "node:fs";
import { main } from "@pulumi/pulumi/provider/server";
import { FaultFile } from "./faults";
import type { FollowerOf } from "./follower";
import { findProvider } from "./packages";
import { Store } from "./store";

function end(): void {
  // Requests under way are dropped: the engine has ended, or is being ended, as well.
  process.exit(0);
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
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  // The channel to the parent closes whichever way the parent ends, SIGKILL included.
  process.on("disconnect", end);
  if (hasLostParent(process)) end();
  fs.mkdirSync(directory, { recursive: true });
  const faults = new FaultFile(directory, packageName);
  const follower = await followerOf?.(packageName, directory);
  await main(await findProvider(packageName, new Store(directory), faults, follower), ["127.0.0.1:0"]);
}
