// A pipeline in TypeScript: updates stacks one after the other, each only after the nodes of the last one were verified.
//
//     node --import tsx examples/pipeline/roll.ts dev prod
//
// It is run in the folder of the stack files, with PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE and AWS credentials in
// the environment. The exit code is that of the first stack that stops it, with the meaning that `eks-swap` gives it.
import { ConfigError, EXIT, ExplainedError, reviewMarkdown, up, verify, type Gate } from "eks-swap/automation";

/** Gates that are always open for a stack: an update may replace the nodes of all pools of dev at once. */
const OPEN: Readonly<Record<string, readonly Gate[]>> = { dev: ["roll-all-pools"] };

async function updateAndVerify(stack: string): Promise<number> {
  const say = (line: string): void => {
    process.stderr.write(`${stack}: ${line}\n`);
  };
  const { review, counts, seconds } = await up({
    stack,
    say,
    allow: OPEN[stack] ?? [],
    waitForLockMilliseconds: 600_000,
  });
  process.stdout.write(`${reviewMarkdown(review)}\n`);
  say(`updated in ${seconds} s: ${JSON.stringify(counts)}`);
  const { ok, pools } = await verify({ stack, say, waitSeconds: 3600, canary: true });
  for (const { pool, status, reasons, nodes } of pools) {
    say(`pool ${pool}: ${[status, ...reasons].join("; ")}`);
    for (const node of nodes) say(`  ${node.node}: ${[node.status, ...node.reasons].join("; ")}`);
  }
  return ok ? EXIT.done : EXIT.verificationFailed;
}

async function main(stacks: readonly string[]): Promise<number> {
  try {
    for (const stack of stacks) {
      const code = await updateAndVerify(stack);
      if (code !== EXIT.done) return code;
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ExplainedError) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof ExplainedError ? error.exitCode : EXIT.usage;
  }
}

main(process.argv.slice(2))
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = EXIT.unexpected;
  });
