// Policy packs that judge a preview and an update, and what they refuse.
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { withoutColourMarks } from "../base/colour-marks";
import { ExplainedError, UsageError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { demandFile } from "../base/files";
import type { OperationName } from "../base/stack-options";
import { nameOf } from "../base/urn";

/** Which packs judge. */
export interface PolicyOptions {
  /** Folders of Pulumi policy packs. Default: none. */
  readonly policyPacks?: readonly string[] | undefined;
  /** Files with the packs' configuration, in the packs' order. Default: what each pack has by itself. */
  readonly policyPackConfigs?: readonly string[] | undefined;
}

/** What the engine's preview and update take for packs. */
interface PolicyArguments {
  readonly policyPacks?: string[];
  readonly policyPackConfigs?: string[];
}

/** @throws UsageError when a pack or a file is not there, or there are more files than packs */
export function policyArguments({ policyPacks = [], policyPackConfigs = [] }: PolicyOptions): PolicyArguments {
  const missing = [...policyPacks, ...policyPackConfigs].filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new UsageError(`there is no policy pack, or configuration of one, at ${missing.join(", ")}`);
  }
  const noFolder = policyPacks.find((path) => !statSync(path).isDirectory());
  if (noFolder !== undefined)
    throw new UsageError(`the policy pack ${noFolder} is not a folder. Name a folder`, "file");
  for (const file of policyPackConfigs) demandFile("configuration of a policy pack", file);
  if (policyPackConfigs.length > policyPacks.length) {
    throw new UsageError(
      "each --policy-pack-config belongs to a --policy-pack, in the same order: there are more of them",
    );
  }
  if (policyPacks.length === 0) return {};
  // The CLI runs in the folder of the stack files.
  return {
    policyPacks: policyPacks.map((path) => resolve(path)),
    ...(policyPackConfigs.length === 0 ? {} : { policyPackConfigs: policyPackConfigs.map((path) => resolve(path)) }),
  };
}

/** What a policy says of a resource, in a line; undefined of other events. */
export function describeViolation({ policyEvent }: EngineEvent): string | undefined {
  if (policyEvent === undefined) return undefined;
  const { policyPackName, policyName, message, resourceUrn = "" } = policyEvent;
  const resource = nameOf(resourceUrn);
  const words = withoutColourMarks(message).replaceAll(/\s*\n\s*/g, " ");
  return `policy ${policyPackName}/${policyName}${resource === "" ? "" : `, ${resource}`}: ${words.trim()}`;
}

/** The error for the user where policies that are mandatory have been violated; undefined when none has. */
export function refusalByPolicies(
  events: readonly EngineEvent[],
  operation: OperationName,
): ExplainedError | undefined {
  const violations = events
    .filter(({ policyEvent }) => policyEvent?.enforcementLevel === "mandatory")
    .flatMap((event) => describeViolation(event) ?? []);
  if (violations.length === 0) return undefined;
  const outcome = operation === "preview" ? "nothing was changed" : "what was done before is recorded";
  const lines = [...new Set(violations)].map((line) => `\n  - ${line}`).join("");
  return new ExplainedError("policy", EXIT.refused, `refused by policy, and ${outcome}:${lines}`);
}
