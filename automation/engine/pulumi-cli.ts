// Gets a Pulumi CLI: the one on PATH, the SDK's own download, or a build from Go modules.
import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { buildPulumi, PULUMI_CLI_VERSION } from "./pulumi-build";
import { whileWaiting, type Teller } from "./waiting";

/** The oldest CLI that the program is tested with: the SDK's own version. */
const OLDEST = new SemVer("3.248.0");

/** One way to a CLI, in the words of a message. */
interface Way {
  readonly name: string;
  /** What it does that takes long, and what to expect; undefined for a look at what is there. */
  readonly words?: string;
  readonly get: () => Promise<PulumiCommand>;
}

/** Thrown when no CLI was found or installed; the message has each attempt and why it failed. */
class NoPulumiCliError extends ExplainedError {
  constructor(failures: readonly string[]) {
    super(
      "cli-missing",
      EXIT.unexpected,
      [
        `could not find or install the Pulumi CLI, version ${OLDEST.version} or newer:`,
        ...failures.map((failure) => `  - ${failure}`),
        "Install one as https://www.pulumi.com/docs/iac/download-install/ says, and run this again.",
      ].join("\n"),
    );
    this.name = "NoPulumiCliError";
  }
}

/**
 * The first CLI that is available. Downloads and builds are kept and found again.
 * @param say takes what is under way, and why a way failed that others follow
 * @param signal ends a build under way
 * @param status takes a line that changes in place; without it `say` gets a line each 30 seconds
 * @throws NoPulumiCliError when there is none
 */
export async function findPulumiCli(
  say: Teller["say"],
  signal: AbortSignal,
  status?: Teller["status"],
): Promise<PulumiCommand> {
  const teller: Teller = { say, status };
  const built = join(
    process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    "eks-swap",
    `pulumi-${PULUMI_CLI_VERSION}`,
  );
  const ways: readonly Way[] = [
    { name: "on PATH", get: async () => PulumiCommand.get({ version: OLDEST }) },
    { name: "built before", get: async () => PulumiCommand.get({ version: OLDEST, root: built }) },
    {
      name: "the SDK's download",
      words: "no Pulumi CLI here: downloading one (about a minute, once)",
      get: async () =>
        whileWaiting(
          teller,
          () => ({ words: "downloading" }),
          async () => PulumiCommand.install({ version: OLDEST }),
        ),
    },
    {
      name: "a build from Go modules",
      words: `building Pulumi's CLI ${PULUMI_CLI_VERSION} from Go modules instead: about 5 minutes, once; interrupted, it goes on at the next run`,
      get: async () => {
        await buildPulumi(built, teller, signal);
        return PulumiCommand.get({ version: OLDEST, root: built });
      },
    },
  ];
  const failures: string[] = [];
  for (const { name, words, get } of ways) {
    if (words !== undefined) teller.say(words);
    try {
      return await get();
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = `${name}: ${firstLine(error)}`;
      failures.push(failure);
      if (words !== undefined) teller.say(`failed: ${failure}`);
    }
  }
  throw new NoPulumiCliError(failures);
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const missing = /spawn (\S+) ENOENT/.exec(text)?.[1];
  if (missing !== undefined) return `${missing} is not there`;
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^(code|stdout):/.test(line.trim()));
  return lines.slice(0, 3).join(" ").trim();
}
