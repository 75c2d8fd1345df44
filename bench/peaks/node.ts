// The kinds of nodes that are compared, and a machine with a real kubelet and a control plane for each time that one is needed.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Image, provideImage } from "../../tests/boot/image";
import { inMachine } from "../../tests/boot/exercises";
import type { Machine } from "../../tests/boot/machine";
import { runScenario } from "../../tests/boot/runner";
import { startControlPlane } from "../../tests/kube/control-plane";
import { missingEquipment } from "../../tests/kube/equipment";
import { makeDisk } from "../../tests/kube/node/disk";
import { type NodePlan, nodeScenario, oursWith, RECIPE, WITHOUT_SWAP } from "../../tests/kube/node/plans";
import type { Pods } from "../../tests/kube/node/pods";
import { prepareEquipment } from "../../tests/kube/prepare";
import { NEWEST_KUBERNETES } from "../../tests/kube/versions";
import type { Measured } from "../figure";

const ZSWAP_POOL_PERCENT = 20;

/** The kinds of nodes. */
export type Kind = "no swap" | "published recipe" | "eks-swap" | "eks-swap with zswap";

/** What was seen on each kind of node; of one index is what belongs to one round. */
export type Rounds<Seen> = Readonly<Record<Kind, readonly Seen[]>>;

const PLANS: Readonly<Record<Kind, NodePlan>> = {
  "no swap": WITHOUT_SWAP,
  "published recipe": RECIPE,
  "eks-swap": oursWith(),
  "eks-swap with zswap": zswapped(oursWith({ zswapMaxPoolPercent: ZSWAP_POOL_PERCENT })),
};

function zswapped(plan: NodePlan): NodePlan {
  return {
    ...plan,
    check: (seen) => {
      plan.check(seen);
      if (seen.zswap["enabled"] !== "Y") throw new Error(`zswap is not on: ${JSON.stringify(seen.zswap)}`);
    },
  };
}

/** What is done on each node of a round. */
export interface NodeBench<Seen> {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly use: (machine: Machine, pods: Pods, round: number) => Promise<Seen>;
  readonly figuresOf: (rounds: Rounds<Seen>) => readonly Measured[];
}

/**
 * Rounds of one machine of each kind, booted from scratch each time; the order alternates.
 * @param keep takes the figures of the rounds so far, after each of them
 * @throws Error when something is missing here, or a node does not boot as it must
 */
export async function measureNodes<Seen>(
  { name, kinds, use, figuresOf }: NodeBench<Seen>,
  runs: number,
  say: (line: string) => void,
  keep: (measured: readonly Measured[]) => Promise<void>,
): Promise<readonly Measured[]> {
  const missing = missingEquipment(true);
  if (missing.length > 0) throw new Error(`${name} cannot be measured here:\n${missing.join("\n")}`);
  prepareEquipment(new Set(["machine"]), NEWEST_KUBERNETES, say);
  const image = provideImage(say);
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  const rounds: Record<Kind, Seen[]> = {
    "no swap": [],
    "published recipe": [],
    "eks-swap": [],
    "eks-swap with zswap": [],
  };
  try {
    const disk = makeDisk(folder, NEWEST_KUBERNETES, say);
    for (let round = 0; round < runs; round += 1) {
      for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) {
        const seen = await onNode(
          `bench: ${name}, ${kind}`,
          PLANS[kind],
          join(folder, "node"),
          disk,
          image,
          (...node) => use(...node, round),
        );
        say(`${kind}: ${JSON.stringify(seen)}`);
        rounds[kind].push(seen);
      }
      await keep(figuresOf(rounds));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return figuresOf(rounds);
}

/** Boots a node in `folder`, which is removed afterwards. */
async function onNode<Seen>(
  name: string,
  plan: NodePlan,
  folder: string,
  disk: string,
  image: Image,
  use: (machine: Machine, pods: Pods) => Promise<Seen>,
): Promise<Seen> {
  mkdirSync(folder, { recursive: true });
  const server = await startControlPlane({ folder: join(folder, "control-plane"), controllers: true });
  try {
    const seen: Seen[] = [];
    const exercise = async (machine: Machine, pods: Pods): Promise<void> => {
      // The rig's agent, which no node has, is not what the kernel may kill.
      await inMachine(
        machine,
        'echo -1000 > "/proc/$(systemctl show --property=MainPID --value rig-agent.service)/oom_score_adj"',
      );
      const used = await use(machine, pods).catch((cause: unknown) => {
        if (machine.isOn) throw cause;
        throw new Error(`${String(cause)}; its console says:\n${machine.consoleText().slice(-3000)}`, { cause });
      });
      seen.push(used);
    };
    const scenario = nodeScenario({ name, plan, disk, server, exercise });
    const { result, message, boots } = await runScenario(scenario, image, join(folder, "machine"), false);
    const [whatWasSeen] = seen;
    if (result === "failed" || whatWasSeen === undefined) {
      throw new Error(`${name} failed: ${message ?? boots[0]?.message ?? "no boot"}`);
    }
    return whatWasSeen;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}
