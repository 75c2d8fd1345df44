// What the processes of a chain know of each other: a file in the sandbox's folder, written before any of them starts.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const schema = z
  .object({
    /** URL of moto. */
    awsEndpoint: z.string(),
    /** The control plane, with the credentials of its administrator. */
    controlPlane: z.object({
      url: z.string(),
      port: z.number(),
      certificateAuthority: z.string(),
      token: z.string(),
      kubeconfigFile: z.string(),
    }),
    /** Path of the program `helm`. */
    helm: z.string(),
    /** Folder with the charts `karpenter` and `karpenter-crd`. */
    charts: z.string(),
  })
  .readonly();

/** See the file's first line. */
export type ChainSettings = z.output<typeof schema>;

export function writeChainSettings(directory: string, settings: ChainSettings): void {
  writeFileSync(fileIn(directory), JSON.stringify(settings), { mode: 0o600 });
}

export function readChainSettings(directory: string): ChainSettings {
  return schema.parse(JSON.parse(readFileSync(fileIn(directory), "utf8")));
}

function fileIn(directory: string): string {
  return join(directory, "chain.json");
}
