// What EKS and EC2 run beside the control plane: the system's node, the cloud's controller, and instances.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ListClustersCommand, ListNodegroupsCommand } from "@aws-sdk/client-eks";
import { provideImage } from "../boot/image";
import type { Kubelets } from "../kube/cluster/kubelets";
import type { ControlPlane } from "../kube/control-plane";
import type { Say } from "../kube/go";
import { makeDisk } from "../kube/node/disk";
import { awsClients } from "./aws-clients";
import { runCloudController } from "./cloud-controller";
import { Instances } from "./instances";
import { provideController } from "./karpenter-program";
import type { LaunchedInstance } from "./launched-instance";
import type { ChainSettings } from "./settings";
import { SystemNode } from "./system-node";

/** What the data plane needs. */
export interface DataPlaneArgs {
  readonly settings: ChainSettings;
  readonly server: ControlPlane;
  readonly kubelets: Kubelets;
  /** Holds logs and machines. */
  readonly folder: string;
  readonly kubernetes: string;
  readonly say: Say;
}

export class DataPlane {
  readonly instances: Instances;
  /** Bash that every instance runs before its userData; a story sets it. */
  prepare: (instance: LaunchedInstance) => string = () => "";
  readonly #args: DataPlaneArgs;
  readonly #end = new AbortController();
  readonly #failures: unknown[] = [];
  #running: readonly Promise<void>[] = [];

  constructor(args: DataPlaneArgs) {
    this.#args = args;
    const { settings, server, kubelets, folder, kubernetes, say } = args;
    const machines = join(folder, "machines");
    mkdirSync(machines, { recursive: true });
    this.instances = new Instances({
      endpoint: settings.awsEndpoint,
      server,
      kubelets,
      folder: machines,
      image: provideImage(say),
      disk: makeDisk(folder, kubernetes, say),
      prepare: (instance) => this.prepare(instance),
      say,
    });
  }

  start(): void {
    const { signal } = this.#end;
    const { settings } = this.#args;
    this.#running = [
      this.instances.run(signal),
      runCloudController(settings, (id) => this.instances.find(id), signal),
      this.#runNodeGroup(signal),
    ].map(async (task) => task.catch((error: unknown) => void this.#failures.push(error)));
  }

  /** Fails with what went wrong in the background. */
  check(): void {
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, this.#failures.map(String).join("\n"));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  /** The system's node is there as long as EKS has a node group. */
  async #runNodeGroup(signal: AbortSignal): Promise<void> {
    const { settings, folder, say } = this.#args;
    const controller = provideController(say);
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      if (await this.#hasNodeGroup()) {
        const end = new AbortController();
        signal.addEventListener("abort", () => {
          end.abort();
        });
        const node = new SystemNode(settings, controller, folder).run(end.signal);
        while (!isOver() && (await this.#hasNodeGroup())) await Promise.race([wait(2000), node]);
        end.abort();
        await node;
      }
      await wait(1000);
    }
  }

  async #hasNodeGroup(): Promise<boolean> {
    const { eks } = awsClients(this.#args.settings.awsEndpoint);
    const { clusters = [] } = await eks.send(new ListClustersCommand({}));
    for (const clusterName of clusters) {
      const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
      if (nodegroups.length > 0) return true;
    }
    return false;
  }
}
