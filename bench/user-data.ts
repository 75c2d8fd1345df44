// userData: how much of EC2's 16 KiB a pool takes, and what takes it. The merged document is made by Karpenter's own code.
import { gzipSync } from "node:zlib";
import { planPool, type PoolDesign } from "../swap/plan";
import { ec2UserDataLimit, mergeByKarpenter, provideMerger } from "../tests/boot/karpenter";
import { readMime } from "../tests/support/karpenter-mime";
import { ebsPool, everythingPool, instanceStorePool } from "../tests/support/pools";
import { assembleUserData } from "../userdata/assembler";
import type { Fragment } from "../userdata/fragments";
import { swapFragments } from "../userdata/swap-fragments";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";

const GOAL = 0.5;

/** The smallest there is, the two of the dev stack, that of the prod stack, and the largest. */
export const POOLS: Readonly<Record<string, PoolDesign>> = {
  "root volume": ebsPool(),
  "instance store, root volume": instanceStorePool(),
  "EBS volume": ebsPool({ backings: ["ebs-volume"], onFailure: "block" }),
  "every backing and option": everythingPool(),
};

/** What the fragments of our shell part are for, in the order of the document. */
const ROLES: readonly (readonly [role: string, has: (fragment: Fragment) => boolean])[] = [
  ["unit and hook", (fragment) => fragment.kind === "systemd-unit" || isHook(fragment)],
  ["parameters", ({ kind }) => kind === "environment"],
  ["scripts of the unit", ({ kind }) => kind === "file"],
  ["daemons kept in RAM", (fragment) => fragment.kind === "shell" && !isHook(fragment)],
];

/** The hook is told what to do on failure; no other shell fragment is told anything. */
function isHook(fragment: Fragment): boolean {
  return fragment.kind === "shell" && "ON_FAILURE" in fragment.variables;
}

/** Parts of a merged document, in the order in which pictures stack them. */
export const PARTS = [...ROLES.map(([role]) => role), "Karpenter's part", "frame"];

/** Name of the figure of a part. */
export function partName(pool: string, part: string): string {
  return `userData, ${pool}: ${part}`;
}

/** Name of the figure of the whole document that EC2 gets. */
export function mergedName(pool: string): string {
  return `userData merged, ${pool}`;
}

/** Name of the figure of what the document would be with compressed scripts, which is not done. */
function compressedName(pool: string): string {
  return `userData merged, ${pool}, were its scripts compressed`;
}

export const userData: Benchmark = {
  name: "user-data",
  about: "bytes of userData per part and pool; needs Go, for Karpenter's own code",
  measure: async (runs, say) => {
    provideMerger(say);
    return Object.entries(POOLS).flatMap(([name, design]) => {
      const taken = Array.from({ length: runs }, () => measurePool(design));
      return figuresOf(name, taken);
    });
  },
};

interface PoolBytes {
  readonly merged: number;
  /** What `merged` would be, had the scripts of the unit gone through gzip and base64. */
  readonly compressed: number;
  readonly parts: readonly number[];
}

function figuresOf(pool: string, taken: readonly PoolBytes[]): readonly Measured[] {
  return [
    {
      name: mergedName(pool),
      unit: "bytes",
      ours: taken.map(({ merged }) => merged),
      limit: ec2UserDataLimit,
      goal: GOAL,
    },
    {
      name: compressedName(pool),
      unit: "bytes",
      ours: taken.map(({ compressed }) => compressed),
      limit: ec2UserDataLimit,
    },
    ...PARTS.map((part, index): Measured => {
      return { name: partName(pool, part), unit: "bytes", ours: taken.map(({ parts }) => parts[index] ?? 0) };
    }),
  ];
}

function measurePool(design: PoolDesign): PoolBytes {
  const plan = planPool(design, "amd64");
  const fragments = swapFragments(plan);
  const merged = mergeByKarpenter({
    userData: assembleUserData(fragments),
    kubelet: { ...plan.kubelet },
    ...(plan.swap?.backings.includes("instance-store") === true ? { instanceStorePolicy: "RAID0" } : {}),
  });
  const parts = readMime(merged);
  if (parts.length !== 2) throw new Error(`the merged document has ${parts.length} parts, not ours and Karpenter's`);
  const files = fragments.flatMap((fragment) => (fragment.kind === "file" ? fragment.content : []));
  const saved =
    bytesOf(fragments, ({ kind }) => kind === "file") - base64Length(gzipSync(files.join(""), { level: 9 }));
  const byRole = ROLES.map(([, has]) => bytesOf(fragments, has));
  const karpenters = Buffer.byteLength(parts[1]?.body ?? "");
  const named = [...byRole, karpenters].reduce((sum, bytes) => sum + bytes, 0);
  const bytes = Buffer.byteLength(merged);
  return { merged: bytes, compressed: bytes - saved, parts: [...byRole, karpenters, bytes - named] };
}

/** What the document is shorter by without these fragments. */
function bytesOf(fragments: readonly Fragment[], has: (fragment: Fragment) => boolean): number {
  const others = fragments.filter((fragment) => !has(fragment));
  return assembleUserData(fragments).length - assembleUserData(others).length;
}

function base64Length(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / 3) * 4;
}
