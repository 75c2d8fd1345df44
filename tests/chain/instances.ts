// Instances as machines: what Karpenter launches in moto boots here, and what it terminates is switched off.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DescribeInstancesCommand, type EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { ACCOUNT } from "../../sandbox/provider/account";
import { emulatorFault, EMULATOR_ATTEMPTS } from "../boot/emulator-fault";
import type { Image } from "../boot/image";
import { PLAIN_HARDWARE } from "../boot/scenario";
import { Machine } from "../boot/machine";
import type { Kubelets } from "../kube/cluster/kubelets";
import type { ControlPlane } from "../kube/control-plane";
import type { Say } from "../kube/go";
import { awsClients } from "./aws-clients";
import type { KnownInstance } from "./cloud-controller";
import { askKubelet } from "../kube/cluster/kubelet-bridge";
import { joinAs } from "./join";
import { completeLaunch, completeTermination, describeLaunched, type LaunchedInstance } from "./launched-instance";

/** Addresses of kubelets: a range for documentation, behind the proxy of kubelets.ts. */
const KUBELET_NETWORK = "198.51.100";

const POWER_OFF_TIMEOUT = 120_000;

/** The most that a timer of Node.js takes, 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What instances need. */
export interface InstancesArgs {
  readonly endpoint: string;
  readonly server: ControlPlane;
  readonly kubelets: Kubelets;
  /** Holds a folder per machine. */
  readonly folder: string;
  readonly image: Image;
  /** The disk with the programs of a node. */
  readonly disk: string;
  /** Bash that runs on every instance before its userData: faults. */
  readonly prepare: (instance: LaunchedInstance) => string;
  readonly say: Say;
}

/** An instance and its machine. */
export interface RunningInstance {
  readonly launched: LaunchedInstance;
  readonly machine: Machine;
  readonly address: string;
  /** Settles when the machine has its power. */
  readonly on: Promise<void>;
}

/** All instances of the account. */
export class Instances {
  readonly all = new Map<string, RunningInstance>();
  readonly gone = new Set<string>();
  /** One line for each time that a machine began anew because the emulator had failed. */
  readonly emulatorFaults: string[] = [];
  readonly #args: InstancesArgs;

  constructor(args: InstancesArgs) {
    this.#args = args;
  }

  /** Follows what EC2 has until `signal`, then cuts the power of every machine. */
  async run(signal: AbortSignal): Promise<void> {
    const { ec2 } = awsClients(this.#args.endpoint);
    try {
      while (!signal.aborted) {
        const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
        for (const instance of Reservations.flatMap(({ Instances: some = [] }) => some)) {
          const id = instance.InstanceId ?? "";
          const state = instance.State?.Name;
          if (state === "running" && !this.all.has(id)) {
            const launched = await describeLaunched(ec2, instance);
            await completeLaunch(ec2, launched);
            await this.#launch(id, launched);
          }
          if (isGone(instance) && this.all.has(id) && !this.gone.has(id)) await this.#terminate(id, ec2);
        }
        await wait(1000);
      }
    } finally {
      await Promise.all([...this.all.values()].map(async ({ machine }) => machine.cutPower()));
    }
  }

  /** For the cloud's controller. */
  find(id: string): KnownInstance | "gone" | undefined {
    if (this.gone.has(id)) return "gone";
    const instance = this.all.get(id);
    if (instance === undefined) return undefined;
    const { instanceType, zone } = instance.launched;
    return { instanceType, zone, region: ACCOUNT.region, address: instance.address };
  }

  async #launch(id: string, launched: LaunchedInstance): Promise<void> {
    const { folder, image, disk, server, kubelets, prepare, say } = this.#args;
    const { memoryMiB, rootGiB, instanceStoreGiB, userData } = launched;
    const prepared = `${await joinAs(launched, server)}\n${prepare(launched)}\n`;
    const hardware = {
      ...PLAIN_HARDWARE,
      ...{ memoryMiB, rootGiB, instanceStoreGiB, rootAtGp3Rate: true, network: true, equipmentDisk: disk },
    };
    const start = async (attempt: number): Promise<RunningInstance> => {
      const own = join(folder, attempt === 1 ? id : `${id}-${attempt}`);
      mkdirSync(own, { recursive: true });
      const machine = new Machine(own, image, hardware);
      const address = `${KUBELET_NETWORK}.${this.all.size + 10}`;
      const ask = async (path: string): Promise<string> => {
        const { status, output } = await machine.run(askKubelet(path, server.token), 60_000);
        if (status !== 0) throw new Error(output);
        return output;
      };
      await kubelets.bridge(address, ask);
      const on = machine.powerOn({ id, userData, prepare: prepared });
      return { launched, machine, address, on };
    };
    say(`${launched.instanceType} ${id} starts as ${launched.nodeName}, root volume ${rootGiB} GiB`);
    const first = await start(1);
    this.all.set(id, first);
    // A machine whose emulator fails begins anew: to the cluster it is an instance that was slow to boot.
    this.#watch(id, first, start).catch((error: unknown) => {
      say(String(error));
    });
  }

  async #watch(
    id: string,
    running: RunningInstance,
    start: (attempt: number) => Promise<RunningInstance>,
  ): Promise<void> {
    let current = running;
    for (let attempt = 2; attempt <= EMULATOR_ATTEMPTS; attempt += 1) {
      await current.on.catch((error: unknown) => {
        this.#args.say(error instanceof Error ? error.message : String(error));
      });
      await current.machine.waitForPowerOff(LONGEST_TIMER).catch(() => undefined);
      const fault = emulatorFault(current.machine.consoleText());
      if (fault === undefined || this.gone.has(id)) return;
      this.emulatorFaults.push(fault);
      current = await start(attempt);
      this.all.set(id, current);
    }
  }

  async #terminate(id: string, ec2: EC2Client): Promise<void> {
    this.gone.add(id);
    const instance = this.all.get(id);
    if (instance === undefined) return;
    await completeTermination(ec2, instance.launched);
    this.#args.say(`${id} is terminated`);
    void instance.machine.shutDown("poweroff", POWER_OFF_TIMEOUT).catch(async () => instance.machine.cutPower());
  }
}

function isGone({ State }: Instance): boolean {
  return State?.Name === "terminated" || State?.Name === "shutting-down";
}
