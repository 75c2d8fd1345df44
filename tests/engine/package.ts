// The package as a user has it: packed by npm, unpacked, and no other packages beside it than those that it names.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

const root = resolve(__dirname, "..", "..");

/** What users of TypeScript have besides. */
const TOOLS = ["@types/node", "typescript"];

const packedSchema = z.array(z.object({ filename: z.string() })).length(1);
const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
});

/** Makes `node_modules` in a folder, without a registry: ours from `npm pack`, the others by links to those of this project. */
export function installPackage(folder: string): void {
  const packed = mkdtempSync(join(tmpdir(), "eks-swap-pack-"));
  try {
    const output = runOrFail("npm", ["pack", "--json", "--pack-destination", packed], root);
    const [{ filename } = { filename: "" }] = packedSchema.parse(JSON.parse(output));
    runOrFail("tar", ["-xzf", join(packed, filename), "-C", packed], root);
    const ours = join(folder, "node_modules", "eks-swap");
    cpSync(join(packed, "package"), ours, { recursive: true });
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(ours, "package.json"), "utf8")));
    for (const name of [...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }), ...TOOLS]) {
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "node_modules", name), link);
    }
  } finally {
    rmSync(packed, { recursive: true });
  }
}

function runOrFail(command: string, parameters: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${parameters.join(" ")}: ${stdout}${stderr}${error?.message ?? ""}`);
  return stdout;
}
