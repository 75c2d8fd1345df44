// Serves one package of the sandbox to the Pulumi engine: `node --import tsx sandbox/serve.ts PACKAGE DIRECTORY`.
import * as fs from "node:fs";
import { main } from "@pulumi/pulumi/provider/server";
import { FaultFile } from "./faults";
import { findProvider } from "./packages";
import { Store } from "./store";

const [packageName, directory] = process.argv.slice(2);

function end(): void {
  // Requests under way are dropped: the engine has ended, or is being ended, as well.
  process.exit(0);
}

/** Without a channel `connected` is undefined; it is false if the parent ended while this file was loading. */
function hasLostParent(child: { readonly connected?: boolean }): boolean {
  return child.connected === false;
}

async function serve(): Promise<void> {
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
  await main(await findProvider(packageName, new Store(directory), faults), ["127.0.0.1:0"]);
}

serve().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
