// Which machine measures.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Result } from "./figure";

const manifestSchema = z.object({ devDependencies: z.record(z.string(), z.string()) });

/** Packages whose versions decide what is measured. */
const PACKAGES = ["@pulumi/pulumi", "mocha", "tsx", "typescript"];

/** The facts of this machine, now. */
export function describeMachine(): Result["machine"] {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8"));
  const { devDependencies } = manifestSchema.parse(manifest);
  return {
    day: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(PACKAGES.map((name) => [name, devDependencies[name] ?? "unknown"])),
    },
  };
}
