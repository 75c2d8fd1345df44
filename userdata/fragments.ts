// The typed pieces that userData is made of. An instance's behaviour is a list of these; assembler.ts makes bytes of it.

/** nodeadm's own configuration, merged by nodeadm with Karpenter's, which comes last and wins. */
export interface NodeConfigFragment {
  readonly kind: "node-config";
  /** `spec` of a NodeConfig. Source: https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Lines of bash that run where they stand among the other fragments, under `set -euo pipefail`. */
export interface ShellFragment {
  readonly kind: "shell";
  /** Assigned before the script's first line. */
  readonly variables: Readonly<Record<string, string>>;
  readonly script: string;
}

/** A file on the node. */
export interface FileFragment {
  readonly kind: "file";
  /** Absolute. Missing folders are made. */
  readonly path: string;
  /** Permissions, four octal digits. */
  readonly mode: "0644" | "0755";
  /** Printable ASCII lines, each ended by LF. */
  readonly content: string;
}

/** A unit, or a drop-in of one, below /etc/systemd/system. Nothing is enabled or reloaded by it. */
export interface SystemdUnitFragment {
  readonly kind: "systemd-unit";
  /** `NAME.service`, or `NAME.service.d/DROP-IN.conf`. */
  readonly name: string;
  readonly sections: SystemdSections;
}

/** Settings by section; a list becomes one line per value. */
export type SystemdSections = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Variables in a file that both systemd's `EnvironmentFile=` and bash read alike. */
export interface EnvironmentFragment {
  readonly kind: "environment";
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** One piece of userData. */
export type Fragment = NodeConfigFragment | ShellFragment | FileFragment | SystemdUnitFragment | EnvironmentFragment;

/** Thrown when fragments cannot become userData that cloud-init, nodeadm and Karpenter all read the same way. */
export class UserDataError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UserDataError";
  }
}
