// What a scenario is: a machine, the bytes it boots with, and what must be seen after each of its boots.
import type { Hardware } from "./machine";
import type { NodeDescription } from "./karpenter";
import type { Observation, Settled } from "./observation";

/** How a boot comes about. */
export type Power =
  /** The first power-on of a new machine. */
  | "first boot"
  /** `systemctl reboot`. */
  | "reboot"
  /** Stop and start of the instance: `systemctl poweroff`, then power-on with new, empty instance-store disks. */
  | "stop and start";

/** One boot of a scenario. */
export interface Boot {
  readonly power: Power;
  readonly settled: Settled;
  /** Throws an AssertionError when the node is not as it must be. */
  readonly check: (seen: Observation) => void;
}

/** One machine and its boots, in order. */
export interface Scenario {
  /** Unique, for `--only` and the report. */
  readonly name: string;
  /** True for recipes that must fail as described: when one passes, the rig is wrong. */
  readonly control: boolean;
  readonly hardware: Hardware;
  readonly node: () => NodeDescription;
  readonly boots: readonly Boot[];
}

/** 1.5 GiB of RAM: the least with which cloud-init, systemd and a swap check run without pressure. */
export const plainHardware: Hardware = { rootGiB: 20, memoryMiB: 1536, instanceStoreGiB: [] };
