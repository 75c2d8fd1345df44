// What a state and a sandbox's cloud do not agree on.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { API_SERVER } from "../../sandbox/aws/eks/cluster";
import type { Store } from "../../sandbox/provider/store";

const checkpointSchema = z.object({
  checkpoint: z.object({
    latest: z
      .object({
        resources: z.array(z.object({ type: z.string(), id: z.string().optional() })).default([]),
        pending_operations: z.array(z.unknown()).default([]),
      })
      .nullish(),
  }),
});

/** What the cluster and its controllers make by themselves, in no stack's state. */
function isOfNobody({ type, id }: { readonly type: string; readonly id: string }): boolean {
  return (
    type === API_SERVER ||
    type === "aws:ec2/securityGroup:SecurityGroup" ||
    type === "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition" ||
    (type === "aws:eks/accessEntry:AccessEntry" && id.includes(":role/cluster-system-node-"))
  );
}

/** What is in the account and not in the state, and the other way round; operations under way. */
export interface Differences {
  readonly doubled: readonly string[];
  readonly lost: readonly string[];
  readonly pending: number;
}

/** Compares a state with a sandbox's cloud. */
export function differencesOf(stateFile: string, store: Store): Differences {
  const { latest } = checkpointSchema.parse(JSON.parse(readFileSync(stateFile, "utf8"))).checkpoint;
  const known = new Set(
    (latest?.resources ?? [])
      .filter(({ type, id }) => id !== undefined && !type.startsWith("pulumi:"))
      .map(({ type, id }) => `${type} ${id ?? ""}`),
  );
  const there = new Set(
    store
      .list()
      .filter((resource) => !isOfNobody(resource))
      .map(({ type, id }) => `${type} ${id}`),
  );
  return {
    doubled: [...there].filter((name) => !known.has(name)),
    lost: [...known].filter((name) => !there.has(name)),
    pending: latest?.pending_operations.length ?? 0,
  };
}
