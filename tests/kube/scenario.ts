// What a scenario of this suite is, and those that need nothing but a control plane.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "./api-client";
import { startControlPlane, type ControlPlane } from "./control-plane";

/** Where a scenario works and with what. */
export interface ScenarioContext {
  /** Its own; not there yet. */
  readonly folder: string;
  /** Version of Kubernetes without a `v`. */
  readonly kubernetes: string;
  /** Keeps the folder also when all went well. */
  readonly keep: boolean;
}

/** What must be built: programs of a control plane, those with Helm, or a machine of the boot rig and a node's programs. */
export type Needs = "control plane" | "helm" | "machine";

/** What the report says of a scenario; some say more. */
export interface ScenarioRow {
  readonly scenario: string;
  readonly result: "passed" | "failed";
  readonly kubernetes: string;
  /** Why it failed. */
  readonly message: string | null;
  /** What was seen, for the table. */
  readonly remark?: string;
}

/** A scenario by its name. */
export interface Scenario {
  /** Unique, for `--only`, the sets and the report. */
  readonly name: string;
  readonly needs: Needs;
  run(context: ScenarioContext): Promise<ScenarioRow>;
}

type Check = (client: ApiClient, server: ControlPlane) => Promise<string>;

/** A scenario on a control plane of its own: `check` throws, or returns a remark. */
export function onControlPlane(
  name: string,
  options: { readonly karpenterCrds: boolean; readonly needs?: Needs },
  check: Check,
): Scenario {
  return {
    name,
    needs: options.needs ?? "control plane",
    run: async ({ folder, kubernetes, keep }) => {
      mkdirSync(folder, { recursive: true });
      const row = { scenario: name, kubernetes };
      try {
        const remark = await withControlPlane(join(folder, "control-plane"), kubernetes, options.karpenterCrds, check);
        if (!keep) rmSync(folder, { recursive: true });
        return { ...row, result: "passed", message: null, remark };
      } catch (error) {
        return { ...row, result: "failed", message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

async function withControlPlane(
  folder: string,
  kubernetes: string,
  karpenterCrds: boolean,
  check: Check,
): Promise<string> {
  const server = await startControlPlane({ folder, kubernetes, karpenterCrds });
  try {
    return await check(new ApiClient(server), server);
  } finally {
    await server.stop();
  }
}
