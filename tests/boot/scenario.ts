// What a scenario is: a machine, the bytes it boots with, and what must be seen after each of its boots.
import type { Hardware, Machine } from "./machine";
import type { NodeDescription } from "./karpenter";
import type { Observation, Settled } from "./observation";

/** How a boot comes about. */
export type Power =
  /** The first power-on of a new machine. */
  | "first boot"
  /** `systemctl reboot`. */
  | "reboot"
  /** The plug is pulled, then the power is switched on again. */
  | "power cut"
  /** Stop and start of the instance: `systemctl poweroff`, then power-on with new, empty instance-store disks. */
  | "stop and start";

/** What came of an exercise, with numbers for the report. */
export interface Exercised {
  readonly remark: string;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** One boot of a scenario. */
export interface Boot {
  readonly power: Power;
  /** Bash that runs as root before cloud-init and nodeadm: faults, and what an AMI or an earlier life left on the node. */
  readonly prepare?: string;
  readonly settled: Settled;
  /** Throws an AssertionError when the node is not as it must be. */
  readonly check: (seen: Observation) => void;
  /** What is done to the node after the check; returns a remark for the table. Throws when the node takes it badly. */
  readonly exercise?: (machine: Machine) => Promise<string | Exercised | undefined>;
}

/** One machine and its boots, in order. */
export interface Scenario {
  /** Unique, for `--only`, the sets and the report. */
  readonly name: string;
  /** True for what tests the rig: recipes that must fail as described. When one does not, the rig is wrong. */
  readonly control: boolean;
  readonly hardware: Hardware;
  readonly node: () => NodeDescription;
  /** Karpenter must refuse the userData with such a message; there are no boots then. */
  readonly refusedBy?: RegExp;
  readonly boots: readonly Boot[];
}

/** 1.5 GiB of RAM: the least with which cloud-init, systemd and a swap check run without pressure. */
export const PLAIN_HARDWARE: Hardware = { rootGiB: 20, memoryMiB: 1536, instanceStoreGiB: [] };
