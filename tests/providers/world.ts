// Everything that the real providers talk to, on loopback: moto and what stands in front of it, a control plane with its
// controllers, the registry of charts, and Karpenter as the pod of a system node.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { EKSClient, ListClustersCommand, ListNodegroupsCommand } from "@aws-sdk/client-eks";
import { ACCOUNT } from "../../sandbox/provider/account";
import { provideController } from "../chain/karpenter-program";
import type { ChainSettings } from "../chain/settings";
import { SystemNode } from "../chain/system-node";
import { karpenterModule } from "../kube/charts";
import { endOf, startChild, type Child } from "../kube/children";
import { startControlPlane, type ControlPlane } from "../kube/control-plane";
import type { Say } from "../kube/go";
import { MOTO_CREDENTIALS, provideMoto, startMoto } from "../support/moto";
import { startChartRegistry } from "./chart-registry";
import { EksFront, type FrontReport } from "./eks-front";
import { EksModel } from "./eks-model";
import { pinnedVersions, provideAws, provideKubernetesProvider } from "./programs";

/** In seconds: far above what a busy machine needs. */
const READY_TIMEOUT = 180;

/** A cloud and a cluster that run. They end with `stop`, and in any case with this process. */
export interface World {
  readonly server: ControlPlane;
  /** Endpoint of moto. */
  readonly awsEndpoint: string;
  /** Variables for the Pulumi CLI. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the front of moto invented, and what did not fit. */
  report(): FrontReport & { readonly refusedHosts: readonly string[] };
  /** What went wrong in the background. */
  readonly failures: readonly unknown[];
  /** Fails with these. */
  check(): void;
  stop(): Promise<void>;
}

/** Starts everything; what the cache lacks is built first. */
export async function startWorld(folder: string, say: Say): Promise<World> {
  mkdirSync(folder, { recursive: true });
  const ends: (() => unknown)[] = [];
  const failures: unknown[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    const server = await startControlPlane({ folder: join(folder, "control-plane"), controllers: true });
    ends.push(() => server.stop());
    // Policies of AWS that roles of the program get.
    process.env["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true";
    const moto = await startMoto();
    ends.push(() => moto.stop());
    const front = new EksFront(moto.endpoint, EksModel.read(provideMoto(say)), server);
    const eksEndpoint = await front.start();
    ends.push(() => front.stop());
    const charts = join(karpenterModule(), "charts");
    const registry = await startChartRegistry(charts, join(folder, "registry"));
    ends.push(() => registry.stop());
    const component = await startComponent(folder);
    ends.push(async () => component.child.stop());
    const aws = awsVariables(moto.endpoint, eksEndpoint);
    // Karpenter inherits them from this process.
    Object.assign(process.env, aws);
    const settings: ChainSettings = { awsEndpoint: moto.endpoint, controlPlane: accessOf(server), helm: "", charts };
    const systemNode = new AbortController();
    const running = runSystemNodes(settings, { eksEndpoint, folder, say }, systemNode.signal).catch(
      (error: unknown) => {
        failures.push(error);
      },
    );
    ends.push(async () => {
      systemNode.abort();
      await running;
    });
    return {
      server,
      awsEndpoint: moto.endpoint,
      environment: {
        ...aws,
        ...registry.environment,
        PATH: `${programFolder(folder, server.token)}:${process.env["PATH"] ?? ""}`,
        PULUMI_HOME: installProviders(folder, say),
        PULUMI_DEBUG_PROVIDERS: `eks:${component.port}`,
      },
      report: () => ({ ...front.report, refusedHosts: [...registry.refused].toSorted() }),
      failures,
      check: () => {
        if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("\n"));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where AWS's SDKs, in every language, find moto and what stands in front of it. */
function awsVariables(endpoint: string, eksEndpoint: string) {
  return {
    ...MOTO_CREDENTIALS,
    AWS_REGION: ACCOUNT.region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_EKS: eksEndpoint,
    AWS_ENDPOINT_URL_SSM: eksEndpoint,
  };
}

function accessOf({ url, port, certificateAuthority, token, kubeconfigFile }: ControlPlane) {
  return { url, port, certificateAuthority, token, kubeconfigFile };
}

/** A home of Pulumi's in which the providers are installed, as its own downloads would be. */
function installProviders(folder: string, say: Say): string {
  const home = join(folder, "pulumi-home");
  const { packages } = pinnedVersions();
  for (const [name, program] of [
    ["aws", provideAws(say)],
    ["kubernetes", provideKubernetesProvider(say)],
  ] as const) {
    const plugin = join(home, "plugins", `resource-${name}-v${packages[`@pulumi/${name}`] ?? ""}`);
    mkdirSync(plugin, { recursive: true });
    symlinkSync(program, join(plugin, `pulumi-resource-${name}`));
  }
  return home;
}

/** The component behind eks.Cluster: pulumi-eks is no Go module, so this one stays that of the sandbox. */
async function startComponent(folder: string): Promise<{ readonly child: Child; readonly port: string }> {
  const log = join(folder, "eks.log");
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const script = resolve(__dirname, "../../sandbox/serve.ts");
  const child = startChild(process.execPath, ["--import", loader, script, "eks", join(folder, "eks")], log);
  for (let second = 0; second < READY_TIMEOUT; second += 0.2) {
    const port = /^(\d+)$/m.exec(readFileSync(log, "utf8"))?.[1];
    if (port !== undefined) return { child, port };
    await Promise.race([wait(200), child.failure]);
  }
  throw new Error(`the component eks is not ready after ${READY_TIMEOUT} s; the end of ${log}:\n${endOf(log)}`);
}

/** What the kubeconfig of an EKS cluster calls. */
function programFolder(folder: string, token: string): string {
  const programs = join(folder, "programs");
  mkdirSync(programs, { recursive: true });
  const credential = { apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: { token } };
  const script = `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`;
  writeFileSync(join(programs, "aws"), script, { mode: 0o755 });
  return programs;
}

interface NodeParts {
  readonly eksEndpoint: string;
  readonly folder: string;
  readonly say: Say;
}

/** A system node is there as long as Amazon EKS has a node group. */
async function runSystemNodes(settings: ChainSettings, parts: NodeParts, signal: AbortSignal): Promise<void> {
  const eks = new EKSClient({ endpoint: parts.eksEndpoint });
  const controller = provideController(parts.say);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    if (await hasNodeGroup(eks)) {
      const end = new AbortController();
      const node = new SystemNode(settings, controller, parts.folder);
      const running = node.run(end.signal);
      while (!isOver() && (await hasNodeGroup(eks))) await Promise.race([wait(1000), running]);
      end.abort();
      await running;
      // As when its instance is terminated: the next node group brings a node of its own.
      if (!isOver()) await node.leave();
    }
    await wait(1000);
  }
}

async function hasNodeGroup(eks: EKSClient): Promise<boolean> {
  const { clusters = [] } = await eks.send(new ListClustersCommand({}));
  for (const clusterName of clusters) {
    const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
    if (nodegroups.length > 0) return true;
  }
  return false;
}
