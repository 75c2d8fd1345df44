// The sandbox of `--sandbox` and `npm run try`: a fake cloud on this machine, next to the stack files.
import { resolve } from "node:path";
import { startSandbox } from "../../sandbox/start";
import type { SandboxPlace } from "../base/stack-options";

/**
 * The sandbox of a folder of stack files. What exists in it, and the state of its stacks, is in `.try`.
 * @param folder as `--cwd` names it
 */
export function sandboxOf(folder: string): SandboxPlace {
  const place = resolve(folder, ".try");
  return { folder: place, start: async () => startSandbox(place) };
}
