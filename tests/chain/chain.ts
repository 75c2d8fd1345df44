// The whole chain on this machine: control plane, AWS's emulator, the stack of the program, Karpenter, and instances that are VMs.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Pipeline, type Ended } from "../engine/pipeline";
import { karpenterModule } from "../kube/charts";
import { Kubelets } from "../kube/cluster/kubelets";
import { startControlPlane, type ControlPlane } from "../kube/control-plane";
import type { Say } from "../kube/go";
import { provideHelm } from "../kube/programs";
import { startMoto, type Moto } from "../support/moto";
import { awsClients, type AwsClients } from "./aws-clients";
import { DataPlane } from "./data-plane";
import { writeChainSettings, type ChainSettings } from "./settings";

const STACK = "chain";

/** As in Pulumi.chain.yaml. */
export const CLUSTER_NAME = "eks-swap-chain";

const STACK_FILE = readFileSync(join(__dirname, "Pulumi.chain.yaml"), "utf8");

interface Parts {
  readonly server: ControlPlane;
  readonly aws: AwsClients;
  readonly dataPlane: DataPlane;
  readonly pipeline: Pipeline;
  readonly moto: Moto;
  readonly kubelets: Kubelets;
}

/** A chain that runs. It ends with `stop`, and in any case with this process. */
export class Chain {
  readonly server: ControlPlane;
  readonly aws: AwsClients;
  readonly dataPlane: DataPlane;
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.server = parts.server;
    this.aws = parts.aws;
    this.dataPlane = parts.dataPlane;
    this.#parts = parts;
  }

  /**
   * Starts everything but the stack, which is empty yet.
   * @param folder holds keys, logs and disks; made when it is not there
   */
  static async start(folder: string, kubernetes: string, say: Say): Promise<Chain> {
    mkdirSync(folder, { recursive: true });
    const ends: (() => unknown)[] = [];
    try {
      const kubelets = new Kubelets(folder);
      process.env["HTTPS_PROXY"] = await kubelets.start();
      ends.push(() => kubelets.stop());
      const server = await startControlPlane({ folder: join(folder, "control-plane"), kubernetes, controllers: true });
      delete process.env["HTTPS_PROXY"];
      ends.push(() => server.stop());
      const moto = await startMoto();
      ends.push(() => moto.stop());
      const pipeline = new Pipeline("dev");
      pipeline.addStack(STACK, STACK_FILE);
      const { url, port, certificateAuthority, token, kubeconfigFile } = server;
      const settings: ChainSettings = {
        awsEndpoint: moto.endpoint,
        controlPlane: { url, port, certificateAuthority, token, kubeconfigFile },
        helm: provideHelm(say),
        charts: join(karpenterModule(), "charts"),
      };
      writeChainSettings(pipeline.cloud, settings);
      pipeline.program("aws", getToken(token));
      await pipeline.open(join(__dirname, "serve.ts"));
      ends.push(() => pipeline.close());
      const dataPlane = new DataPlane({ settings, server, kubelets, folder, kubernetes, say });
      dataPlane.start();
      return new Chain({ server, aws: awsClients(moto.endpoint), dataPlane, pipeline, moto, kubelets });
    } catch (error) {
      for (const end of ends.toReversed()) await end();
      throw error;
    }
  }

  /** Writes the stack file anew, as somebody edits it; the keys that the CLI has added stay. */
  configure(edit: (stackFile: string) => string): void {
    const { pipeline } = this.#parts;
    pipeline.addStack(STACK, edit(pipeline.stackFile(STACK)));
  }

  /** Runs the command `eks-swap` on the stack. */
  async run(parameters: readonly string[]): Promise<Ended> {
    return this.#parts.pipeline.run([...parameters, "--stack", STACK]);
  }

  async stop(): Promise<void> {
    const { pipeline, moto, kubelets, server } = this.#parts;
    await this.dataPlane.stop();
    await pipeline.close();
    await moto.stop();
    kubelets.stop();
    await server.stop();
  }
}

/** What stands for `aws eks get-token`, which kubeconfigs of EKS call. */
function getToken(token: string): string {
  const credential = { apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: { token } };
  return `echo '${JSON.stringify(credential)}'`;
}
