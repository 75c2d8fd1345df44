// What the user is told of a failure: by the words of the engine and of its CLI, with exit code and kind.
import assert from "node:assert/strict";
import { CommandError } from "@pulumi/pulumi/automation";
import type { ExplainedError } from "../../../automation/base/errors";
import { explainCli } from "../../../automation/engine/failure";

/** A failure of the CLI, in the words in which the Automation API gives it. */
function failureOf(stdout: string, stderr: string): CommandError {
  return new CommandError(`code: 255\n stdout: ${stdout}\n stderr: ${stderr}\n err?: Command failed\n`);
}

function explained(stdout: string, stderr: string): ExplainedError {
  return explainCli(failureOf(stdout, stderr), "dev");
}

/** What the CLI writes to its standard error, and what becomes of it. */
const WORDS = [
  ["error: incorrect passphrase", 2, "wrong-passphrase", /PULUMI_CONFIG_PASSPHRASE/],
  [
    "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    2,
    "wrong-passphrase",
    /PULUMI_CONFIG_PASSPHRASE_FILE/,
  ],
  ["error: no stack named 'dev' found", 2, "stack-missing", /`eks-swap up --stack dev` makes it/],
  [
    "error: project 'main' could not be read: stat /pipeline/index.ts: no such file or directory",
    2,
    "program-missing",
    /Pulumi\.yaml in \/pipeline has `main: index\.ts`, and \/pipeline\/index\.ts is not there: remove `main`/,
  ],
  [
    "error: if you're using the --stack flag, pass the fully qualified name (organization/project/stack)",
    2,
    "project-missing",
    /`name: eks-swap` and `runtime: nodejs`/,
  ],
  [
    "error: operation error STS: GetCallerIdentity, api error ExpiredToken: the token has expired",
    4,
    "credentials",
    /aws sso login/,
  ],
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    4,
    "credentials",
    /^not logged in to a Pulumi backend: run `pulumi login`/,
  ],
  [
    "error: could not read from the bucket\n  storage: service unavailable",
    4,
    "update-failed",
    /^Pulumi's CLI failed: error: could not read from the bucket\n {2}storage: service unavailable$/,
  ],
  ["", 4, "update-failed", /^Pulumi's CLI failed: it wrote nothing$/],
] as const;

describe("a failure of Pulumi's CLI", () => {
  for (const [stderr, exitCode, kind, message] of WORDS) {
    it(`"${stderr.split("\n")[0] ?? ""}" is ${kind}, exit code ${exitCode}`, () => {
      const error = explained("", stderr);
      assert.deepEqual([error.exitCode, error.kind], [exitCode, kind]);
      assert.match(error.message, message);
    });
  }

  it("shows all that it wrote to its standard error, and nothing of its standard output, which may be a state", () => {
    const { message } = explained(
      '{\n  "plaintext": "hush"\n}',
      "Command failed with exit code 255: pulumi stack export\nfirst line\nsecond line",
    );
    assert.equal(message, "Pulumi's CLI failed: first line\nsecond line");
  });
});
