// `eks-swap verify`: whether the running nodes have the swap that their pools promise.
import type { Command } from "commander";
import { EXIT } from "../base/exit-codes";
import { sayAll, writeJson } from "../base/output";
import { seconds, stackCommand, stackOptions, type CommandContext, type StackFlags } from "./options";

interface VerifyFlags extends StackFlags {
  readonly wait?: number;
  readonly allowDegraded: boolean;
  readonly canary: boolean;
  readonly canaryImage?: string;
  readonly kubeconfig?: string;
}

/** Adds the command. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  stackCommand(program, "verify", "check that running nodes have the swap their pools promise")
    .option("--wait <duration>", "wait until everything is right, at most as long as in 15m", seconds)
    .option("--allow-degraded", "accept less swap, or swap on a later backing", false)
    .option("--canary", "start a small pod in each pool and read its limit", false)
    .option(
      "--canary-image <image>",
      "with --canary: an image with `cat`, for clusters that pull from their own registry",
    )
    .option("--kubeconfig <file>", "instead of the stack's own")
    .action(async (flags: VerifyFlags) => {
      const result = await context.load().verify({
        ...stackOptions(flags, context),
        waitSeconds: flags.wait,
        allowDegraded: flags.allowDegraded,
        canary: flags.canary && { image: flags.canaryImage },
        kubeconfigFile: flags.kubeconfig,
      });
      if (flags.json) writeJson(result);
      for (const { pool, status, reasons, nodes, unguarded } of result.pools) {
        sayAll([`pool ${pool}: ${[status, ...reasons].join("; ")}`]);
        sayAll(nodes.map((node) => `  ${node.node}: ${[node.status, ...node.reasons].join("; ")}`));
        sayAll((unguarded ?? []).map((pod) => `  not seen by the guard: ${pod}`));
      }
      if (!result.ok) context.end(EXIT.verificationFailed);
    });
}
