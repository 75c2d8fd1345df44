// Why an operation failed: what the engine and the CLI wrote, turned into what it means and what to do.
import { basename, dirname } from "node:path";
import { CommandError } from "@pulumi/pulumi/automation";
import { ExplainedError, UpdateFailedError, UsageError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import type { OperationName } from "../base/stack-options";
import { describeLocks, findLocks, StackLockedError } from "./lock";

/**
 * What goes away by itself. Throttling: the codes that the AWS SDK retries
 * (https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/standard.go); the provider does so too, and what comes here
 * outlasted it. Network: connections that broke or timed out. The API server: what etcd answers while it elects a leader.
 * Each of them says that a request was not carried out or may not have been, and the engine asks again from its state.
 */
const TRANSIENT =
  /\b(?:Throttl(?:ing|ed)(?:Exception)?|RequestThrottled(?:Exception)?|TooManyRequestsException|RequestLimitExceeded|ProvisionedThroughputExceededException|BandwidthLimitExceeded|SlowDown|PriorRequestNotComplete|EC2ThrottledException|ServiceUnavailable(?:Exception)?|RequestTimeout(?:Exception)?)\b|Rate exceeded|connection reset by peer|connection timed out|i\/o timeout|TLS handshake timeout|http2: client connection lost|Temporary failure in name resolution|server misbehaving|etcdserver: (?:request timed out|leader changed)|\b503 Service Unavailable/;

/** The engine's closing line of an update that failed, which says nothing of its own. */
const CLOSING = /^(?:update|preview|refresh|destroy) failed$|resource .* failed|\d+ errors? occurred/;

/** Whether every error is one that goes away by itself, so that it is worth trying again. */
export function isTransient(errors: readonly string[]): boolean {
  const telling = errors.filter((text) => !CLOSING.test(text.trim()) || TRANSIENT.test(text));
  return telling.length > 0 && telling.every((text) => TRANSIENT.test(text));
}

/** What a text of the engine or the CLI means. */
interface Rule {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, stack: string, cause: Error) => ExplainedError;
}

/** The first that matches counts. */
const RULES: readonly Rule[] = [
  {
    pattern: /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE/,
    explain: (_, stack) =>
      new UsageError(
        `the passphrase of stack ${stack} is missing or wrong: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the one that the stack was made with`,
        "wrong-passphrase",
      ),
  },
  {
    pattern: /no stack named .* found/,
    explain: (_, stack) =>
      new UsageError(
        `there is no stack ${stack} in this backend: \`eks-swap up --stack ${stack}\` makes it, and PULUMI_BACKEND_URL says which backend is meant`,
        "stack-missing",
      ),
  },
  {
    // The CLI's answer in a folder without a Pulumi.yaml, in it or above.
    pattern: /pass the fully qualified name \(organization\/project\/stack\)|no Pulumi\.yaml project file found/,
    explain: () =>
      new UsageError(
        "there is no Pulumi.yaml in the folder of the stack files: `name: eks-swap` and `runtime: nodejs` in it are enough, and --cwd names another folder",
        "project-missing",
      ),
  },
  {
    // Pulumi looks for `main` of Pulumi.yaml, although the command brings its program.
    pattern: /project 'main' could not be read: stat ([^]*?): no such file/,
    explain: ([, program = ""]) =>
      new UsageError(
        `Pulumi.yaml in ${dirname(program)} has \`main: ${basename(program)}\`, and ${program} is not there: remove \`main\` from that Pulumi.yaml, the command brings its program`,
        "program-missing",
      ),
  },
  {
    // A backend nobody has logged in to; the Automation API gives the CLI no terminal to ask on.
    pattern: /PULUMI_ACCESS_TOKEN must be set for login/,
    explain: (_, __, cause) =>
      new ExplainedError(
        "credentials",
        EXIT.updateFailed,
        "not logged in to a Pulumi backend: run `pulumi login` (`pulumi login --local` keeps the state on this machine), or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL",
        { cause },
      ),
  },
  {
    // A file of the backend that ends in the middle, or is something else.
    pattern: /failed to load checkpoint|snapshot integrity failure/,
    explain: (_, stack, cause) =>
      new ExplainedError(
        "state-unreadable",
        EXIT.updateFailed,
        `the state of stack ${stack} cannot be read: its file in the backend is damaged. Put an earlier one there (a backend of files keeps them in .pulumi/backups, and the last one next to it as .bak); a sandbox is forgotten with \`npm run try -- --reset\``,
        { cause },
      ),
  },
  {
    pattern: /violates plan/,
    explain: (_, __, cause) =>
      new ExplainedError(
        "beyond-plan",
        EXIT.refused,
        "the update would go beyond the reviewed plan, so the engine stopped it, see the errors above; what was done before is recorded. Review a new preview",
        { cause },
      ),
  },
  {
    pattern: /currently marked for protection|is protected/,
    explain: (_, __, cause) =>
      new ExplainedError(
        "protected",
        EXIT.refused,
        "the cluster or the VPC would be replaced or deleted, and the stack is protected, see the errors above. If that is what you want, set `protect` to false in an update of its own first",
        { cause },
      ),
  },
  {
    // Credentials that AWS or the cluster no longer takes, or that are not there at all.
    pattern:
      /ExpiredToken|security token included in the request is (?:expired|invalid)|InvalidClientTokenId|UnrecognizedClientException|AuthFailure|Token has expired and refresh failed|SSO session (?:has expired|associated with this profile)|[Nn]o valid credential sources|NoCredentialProviders|the server has asked for the client to provide credentials|Unable to locate credentials/,
    explain: (_, __, cause) =>
      new ExplainedError(
        "credentials",
        EXIT.updateFailed,
        "credentials are missing or have expired: log in again (`aws sso login`, or a new role session of the pipeline) and run this again: it continues from where it stopped",
        { cause },
      ),
  },
];

/**
 * The error for the user.
 * @param error what the Automation API threw
 * @param stack name of the stack
 * @param operation what failed, where the engine was at work
 */
export function explainFailure(error: Error, stack: string, operation?: OperationName): ExplainedError {
  const locks = findLocks(error.message);
  if (locks !== undefined) return new StackLockedError(describeLocks(locks, stack), locks);
  for (const { pattern, explain } of RULES) {
    const match = pattern.exec(error.message);
    if (match !== null) return explain(match, stack, error);
  }
  if (operation !== "preview") return new UpdateFailedError(error);
  return new ExplainedError(
    "preview-failed",
    EXIT.updateFailed,
    "the preview failed, see the errors above; nothing was changed",
    { cause: error },
  );
}

/** The error for the user where the CLI failed outside the engine's operations, such as in reading the state. */
export function explainCli(error: CommandError, stack: string): ExplainedError {
  const explained = explainFailure(error, stack);
  if (!(explained instanceof UpdateFailedError)) return explained;
  return new ExplainedError("update-failed", EXIT.updateFailed, `Pulumi's CLI failed: ${saidBy(error)}`, {
    cause: error,
  });
}

/** Whether the message says all; others speak of the engine's errors, which must have been shown. */
export function saysAll(error: ExplainedError): boolean {
  return error instanceof UsageError || error instanceof StackLockedError || error.kind === "policy";
}

/** What the CLI wrote to its standard error. Its standard output may be a state, with all that is in it. */
export function saidBy({ message }: CommandError): string {
  const [, afterwards = ""] = message.split(/^ *stderr: /m);
  const [said = ""] = afterwards.split(/^ *err\?: /m);
  // The Automation API puts the command line before it, which no user has given.
  return said.replace(/^Command failed with exit code \d+: .*\n?/, "").trim() || "it wrote nothing";
}
