// Scenarios of verify and drain: cases that share a control plane, since none of them leaves anything behind.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../scenario";
import { TestCluster } from "./test-cluster";

/** What is shown, in words that go on from the scenario's name. Nodes and NodeClaims are cleared away before it. */
export interface ClusterCase {
  readonly name: string;
  run(cluster: TestCluster): Promise<void>;
}

/**
 * Runs all cases, and fails with what is wrong in any of them.
 * @param controllers whether the garbage collector, the budgets and the scheduler run
 */
export function onCluster(name: string, controllers: boolean, cases: readonly ClusterCase[]): Scenario {
  return {
    name,
    needs: "control plane",
    run: async ({ folder, kubernetes, keep }) => {
      const row = { scenario: name, kubernetes };
      mkdirSync(folder, { recursive: true });
      try {
        const cluster = await TestCluster.start({ folder: join(folder, "control-plane"), kubernetes, controllers });
        const failures = await runAll(cluster, cases).finally(async () => cluster.stop());
        if (failures.length > 0) return { ...row, result: "failed", message: failures.join("\n") };
        if (!keep) rmSync(folder, { recursive: true });
        return { ...row, result: "passed", message: null, remark: cases.map((shown) => shown.name).join("; ") };
      } catch (error) {
        return { ...row, result: "failed", message: describe(error) };
      }
    },
  };
}

async function runAll(cluster: TestCluster, cases: readonly ClusterCase[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const shown of cases) {
    try {
      await cluster.clear();
      await shown.run(cluster);
    } catch (error) {
      failures.push(`${shown.name}: ${describe(error)}`);
    }
  }
  return failures;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
