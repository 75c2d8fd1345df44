// `eks-swap render`: the files of each pool, without an engine or a cloud.
import type { Command } from "commander";
import { formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { summarizePool } from "../../swap/summary";
import { print, say, writeJson } from "../base/output";
import { ourConfig, readStackFile } from "../base/stack-file";
import { writeFolder } from "../render/output-folder";
import { formatPools } from "../render/pools-table";
import { renderFiles, renderPools } from "../render/render";

interface RenderFlags {
  readonly stack: string;
  readonly out: string;
  readonly cwd: string;
  readonly monitoring: boolean;
  readonly json: boolean;
}

/** Adds the command. */
export function addRenderCommand(program: Command): void {
  program
    .command("render")
    .description("write userData, manifests and plan of each pool, rules and dashboard, without an engine or a cloud")
    .requiredOption("-s, --stack <name>", "stack whose config is read from Pulumi.NAME.yaml")
    .requiredOption("-o, --out <folder>", "folder for the files: new, empty, or of an earlier render")
    .option("-C, --cwd <folder>", "folder of the stack files", ".")
    .option("--monitoring", "write rules and dashboard where the stack has no monitoring, too", false)
    .option("--json", "print one JSON document", false)
    .action(({ stack, out, cwd, monitoring, json }: RenderFlags) => {
      const settings = readSettings(ourConfig(readStackFile(cwd, stack)));
      for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
      const pools = renderPools(settings);
      const plans = pools.map(({ plan }) => plan);
      const files = writeFolder(out, renderFiles(settings, pools, { monitoring }));
      if (json) writeJson({ pools: pools.map(({ planFile }) => planFile), files, problems: settings.warnings });
      else print(`${formatPools(plans.map(summarizePool))}\n${files.join("\n")}`);
    });
}
