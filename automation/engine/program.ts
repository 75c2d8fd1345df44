// The program of index.ts, for an engine that calls back into this process.
import { createRequire } from "node:module";
import { z } from "zod";

const exportsSchema = z.record(z.string(), z.unknown());
const ownRequire = createRequire(__filename);

/** Loads the program again, since a loaded module would register nothing, and runs it; returns the Stack's outputs. */
export async function runProgram(): Promise<Record<string, unknown>> {
  const path = ownRequire.resolve("../../index");
  Reflect.deleteProperty(ownRequire.cache, path);
  return exportsSchema.parse(ownRequire(path));
}
