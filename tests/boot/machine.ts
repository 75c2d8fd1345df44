// One virtual machine of the rig: its disks, its power switch and the channel to the agent inside it.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AgentChannel, type Answer } from "./agent-channel";
import type { Image } from "./image";

/** What the machine is made of. Sizes are binary; every disk is NVMe, as on an EC2 Nitro instance. */
export interface Hardware {
  /** Size of the EBS root volume. The image's file system has 20 GiB; the first boot grows it when this is more. */
  readonly rootGiB: number;
  /** Whether the root volume is held to the base rate of an EBS gp3 volume. As fast as the host when left out. */
  readonly rootAtGp3Rate?: boolean;
  readonly memoryMiB: number;
  /** One entry per instance-store disk. */
  readonly instanceStoreGiB: readonly number[];
  /** EBS volumes beside the root. */
  readonly volumes?: readonly Volume[];
  /** Whether the machine has a network card; through it the loopback of the host is 10.0.2.2. None when left out. */
  readonly network?: boolean;
  /** A file that the machine finds as the read-only virtio disk /dev/vda: not NVMe, so not taken for an EBS volume. */
  readonly equipmentDisk?: string;
}

/** An EBS volume, which keeps its id and its bytes as long as the machine exists. */
export interface Volume {
  /** As in the serial number of its NVMe disk: `vol` and 17 hexadecimal digits. */
  readonly id: string;
  readonly sizeGiB: number;
  /** What somebody put on it before; nothing when left out. */
  readonly content?: "xfs";
  /** The power-on from which it is attached; 1, the first, when left out. */
  readonly sincePowerOn?: number;
}

/** Bytes that the instance metadata service would hand out. */
export interface Instance {
  readonly id: string;
  readonly userData: string;
  /** Bash that runs before cloud-init and nodeadm at this power-on. */
  readonly prepare: string;
}

/** Virtual processors of a machine; each is a thread of the host while the machine is busy. */
export const MACHINE_PROCESSORS = 2;

/** 3000 operations and 125 MiB a second: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html */
const GP3_RATE = `throttling.iops-total=3000,throttling.bps-total=${125 * 2 ** 20}`;

/** Longest wait for the agent's first word after power-on, in milliseconds: far above an emulated boot on a busy host. */
const HELLO_TIMEOUT = 240_000;

/**
 * Kernel parameters that make emulation fast and sure: mitigations and auditing cost time, the timer check panics on a
 * busy host, and 31 serial ports that are not there keep udev busy.
 */
const EMULATION_OPTIONS = "mitigations=off audit=0 no_timer_check 8250.nr_uarts=1";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

/** A machine whose disks outlive its power: switch it on again after `waitForPowerOff` and it boots from what was written. */
export class Machine {
  readonly #folder: string;
  readonly #image: Image;
  readonly #hardware: Hardware;
  #process: ChildProcess | undefined;
  #channel: AgentChannel | undefined;
  #powers = 0;
  #instanceStoreGeneration = 0;

  /** `folder` must exist and be empty; it holds the disks, the console's text and the sockets. */
  constructor(folder: string, image: Image, hardware: Hardware) {
    this.#folder = folder;
    this.#image = image;
    this.#hardware = hardware;
    const backing = ["-b", image.disk, "-F", "raw"];
    execFileSync("qemu-img", [
      "create",
      "-q",
      "-f",
      "qcow2",
      ...backing,
      this.#path("root.qcow2"),
      `${hardware.rootGiB}G`,
    ]);
    this.emptyInstanceStore();
    for (const volume of this.#volumes) this.#makeVolume(volume);
  }

  /** Whether an EBS volume holds, byte for byte, what it held before it was attached. */
  isUntouched(id: string): boolean {
    const { status, error, stderr } = spawnSync("cmp", [this.#volumePath(id), `${this.#volumePath(id)}.before`], {
      encoding: "utf8",
    });
    if (error !== undefined || stderr !== "") throw new Error(`cmp: ${error?.message ?? stderr}`);
    return status === 0;
  }

  /** Replaces the instance-store disks by new ones with other serial numbers, as a stop and start of an instance does. */
  emptyInstanceStore(): void {
    this.#instanceStoreGeneration += 1;
    this.#hardware.instanceStoreGiB.forEach((size, index) => {
      rmSync(this.#path(`store-${index}.qcow2`), { force: true });
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", this.#path(`store-${index}.qcow2`), `${size}G`]);
    });
  }

  get isOn(): boolean {
    return this.#process !== undefined;
  }

  /** The socket behind /dev/hvc0, a terminal that nothing in the machine uses by itself. */
  get terminal(): string {
    return this.#path(`terminal-${this.#powers}.sock`);
  }

  /** Switches the power on; resolves when the agent inside answers. */
  async powerOn(instance: Instance): Promise<void> {
    if (this.#process !== undefined) throw new Error("the machine is on already");
    this.#powers += 1;
    const socket = this.#path(`agent-${this.#powers}.sock`);
    writeFileSync(this.#path("user-data"), instance.userData);
    writeFileSync(this.#path("prepare"), instance.prepare);
    writeFileSync(this.#path("meta-data"), `instance-id: ${instance.id}\nlocal-hostname: eks-node\n`);
    const errors = this.#path(`qemu-${this.#powers}.log`);
    const child = spawn("qemu-system-x86_64", this.#commandLine(socket), { stdio: ["ignore", "ignore", "pipe"] });
    running.add(child);
    let complaint = "";
    child.stderr.on("data", (bytes: Buffer) => (complaint += bytes.toString()));
    child.once("exit", () => {
      running.delete(child);
      writeFileSync(errors, complaint);
      this.#process = undefined;
      this.#channel?.close();
    });
    this.#process = child;
    this.#channel = await AgentChannel.connect(socket, () => this.#process !== undefined, HELLO_TIMEOUT).catch(
      (cause: unknown) => {
        throw new Error(
          `no word from the machine; its console says:\n${this.consoleText(this.#powers).slice(-3000)}\n${complaint}`,
          { cause },
        );
      },
    );
  }

  /** Runs a bash script as root inside the machine. Fails after `timeout` milliseconds. */
  async run(script: string, timeout: number): Promise<Answer> {
    if (this.#channel === undefined) throw new Error("the machine is off");
    return this.#channel.run(script, timeout);
  }

  /** Tells systemd inside to `reboot` or `poweroff` and waits until the machine is off. */
  async shutDown(verb: "reboot" | "poweroff", timeout: number): Promise<void> {
    // The machine may be gone before it can answer; whether it went is what the wait tells.
    const order = this.run(`systemctl --no-block ${verb}`, timeout).catch(() => undefined);
    await this.waitForPowerOff(timeout);
    await order;
  }

  /** Resolves when the machine has switched itself off (reboot counts: QEMU runs with -no-reboot). */
  async waitForPowerOff(timeout: number): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the machine did not switch off within ${timeout / 1000} s`)),
        timeout,
      );
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Pulls the plug. */
  async cutPower(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    child.kill("SIGKILL");
    await this.waitForPowerOff(10_000);
  }

  /** What the serial console showed since power-on number `power` (1 is the first), the present one when left out. */
  consoleText(power: number = this.#powers): string {
    const file = this.#path(`console-${power}.log`);
    return existsSync(file) ? readFileSync(file, "latin1") : "";
  }

  get #volumes(): readonly Volume[] {
    return this.#hardware.volumes ?? [];
  }

  #volumePath(id: string): string {
    return this.#path(`${id}.raw`);
  }

  #makeVolume({ id, sizeGiB, content }: Volume): void {
    const file = this.#volumePath(id);
    writeFileSync(file, "");
    truncateSync(file, sizeGiB * 2 ** 30);
    if (content === "xfs") execFileSync("mkfs.xfs", ["-q", file]);
    execFileSync("cp", ["--sparse=always", file, `${file}.before`]);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #commandLine(socket: string): string[] {
    const nvme = (id: string, file: string, serial: string, settings = "format=qcow2"): string[] => [
      ...["-drive", `if=none,id=${id},file=${this.#path(file)},cache=unsafe,discard=unmap,${settings}`],
      ...["-device", `nvme,drive=${id},serial=${serial}`],
    ];
    const rootSettings = this.#hardware.rootAtGp3Rate === true ? `format=qcow2,${GP3_RATE}` : "format=qcow2";
    return [
      ...["-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512", "-cpu", "Nehalem"],
      ...["-smp", String(MACHINE_PROCESSORS)],
      ...["-m", `${this.#hardware.memoryMiB}`, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
      ...[
        "-kernel",
        this.#image.kernel,
        "-initrd",
        this.#image.ramdisk,
        "-append",
        `console=ttyS0,115200n8 quiet panic=30 net.ifnames=0 ${EMULATION_OPTIONS}`,
      ],
      ...["-serial", `file:${this.#path(`console-${this.#powers}.log`)}`],
      ...["-device", "virtio-serial-pci", "-chardev", `socket,id=agent,path=${socket},server=on,wait=off`],
      ...["-device", "virtserialport,chardev=agent,name=eks-swap.rig", "-device", "virtio-rng-pci"],
      ...["-chardev", `socket,id=terminal,path=${this.terminal},server=on,wait=off`],
      ...["-device", "virtconsole,chardev=terminal"],
      ...["-fw_cfg", `name=opt/eks-swap/prepare,file=${this.#path("prepare")}`],
      ...["-fw_cfg", `name=opt/eks-swap/user-data,file=${this.#path("user-data")}`],
      ...["-fw_cfg", `name=opt/eks-swap/meta-data,file=${this.#path("meta-data")}`],
      ...nvme("root", "root.qcow2", "vol0aaaaaaaaaaaaaaaa", rootSettings),
      ...this.#hardware.instanceStoreGiB.flatMap((_, index) =>
        nvme(`store${index}`, `store-${index}.qcow2`, `AWS${this.#instanceStoreGeneration}BBBBBBBBBBBBBB${index}`),
      ),
      ...this.#volumes
        .filter(({ sincePowerOn = 1 }) => sincePowerOn <= this.#powers)
        .flatMap(({ id }) => nvme(id, `${id}.raw`, id, "format=raw")),
      ...(this.#hardware.network === true ? ["-nic", "user,model=virtio-net-pci"] : []),
      ...(this.#hardware.equipmentDisk === undefined
        ? []
        : ["-drive", `if=virtio,readonly=on,format=raw,file=${this.#hardware.equipmentDisk}`]),
    ];
  }
}
