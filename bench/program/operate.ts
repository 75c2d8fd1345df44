// A process that takes a stack through its life, with eks-swap or the bare program, and reports to its parent how long each
// operation took. What it has to do comes in its arguments.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { type InlineProgramArgs, LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import { runProgram } from "../../automation/engine/program";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { watchPeaks } from "./peak-memory";
import { deploymentSchema, type Recording, recordingSchema } from "./recording";
import { type Lived, orderSchema } from "./order";

const order = orderSchema.parse(JSON.parse(process.argv[2] ?? ""));

async function main(): Promise<void> {
  const stack = await openStack(await chooseProgram());
  const stopWatching = watchPeaks();
  const seconds: Record<string, number> = {};
  const measure = async (name: string, operation: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await operation();
    seconds[name] = (performance.now() - began) / 1000;
  };
  await measure("preview", async () => stack.preview());
  await measure("up", async () => stack.up());
  const { resources } = deploymentSchema.parse((await stack.exportStack()).deployment);
  if (order.side === "record") {
    const recording: Recording = { resources, clusterArgs: await clusterArgs };
    writeFileSync(order.recording, JSON.stringify(recording));
  }
  await measure("no-op up", async () => stack.up());
  await measure("destroy", async () => stack.destroy());
  const lived: Lived = { seconds, peaks: stopWatching(), urns: resources.map(({ urn }) => urn).toSorted() };
  process.send?.(lived);
}

async function chooseProgram(): Promise<PulumiFn> {
  if (order.side === "eksSwap") return runProgram;
  if (order.side === "record") return recordProgram;
  const recording = recordingSchema.parse(JSON.parse(readFileSync(order.recording, "utf8")));
  // Like eks-swap, it is loaded by the first operation, and the SDKs with it.
  return async () => (await import("./bare.js")).runBareProgram(recording);
}

let clusterArgs: Promise<Record<string, unknown>> = Promise.reject(new Error("no cluster was registered"));
clusterArgs.catch(() => undefined);

/** eks-swap; what it gives eks.Cluster is kept. */
async function recordProgram(): Promise<Record<string, unknown>> {
  pulumi.runtime.registerStackTransformation(({ type, props }) => {
    if (type === "eks:index:Cluster") {
      clusterArgs = new Promise((resolve) =>
        pulumi.output(props).apply((args) => resolve(Object.fromEntries(Object.entries(args)))),
      );
    }
    return undefined;
  });
  return runProgram();
}

async function openStack(program: PulumiFn) {
  const [project, backend] = ["project", "backend"].map((name) => join(order.folder, name));
  if (project === undefined || backend === undefined) throw new Error("no folder");
  for (const path of [project, backend]) mkdirSync(path, { recursive: true });
  const args: InlineProgramArgs = { projectName: "eks-swap", stackName: "bench", program };
  const stack = await LocalWorkspace.createStack(args, {
    workDir: project,
    pulumiCommand: await findPulumiCli(() => undefined, new AbortController().signal),
    projectSettings: { name: "eks-swap", runtime: "nodejs", backend: { url: `file://${backend}` } },
    envVars: {
      ...order.environment,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A backend of files takes the whole state after every step: at 64 pools that is two thirds of an update on both
      // sides, grows with the square of their number, and would hide what the program takes.
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_BACKEND_URL: `file://${backend}`,
    },
  });
  const kept = await stack.workspace.stackSettings("bench");
  await stack.workspace.saveStackSettings("bench", { ...kept, config: order.config });
  return stack;
}

// A benchmark that is ended takes its stack with it.
process.once("disconnect", () => process.exit(1));

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
