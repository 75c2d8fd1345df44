// How a command ends, for scripts that call it.

/** Exit codes of `eks-swap`; they are part of its interface. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Wrong stack config, wrong arguments, a stack that is not there, a passphrase that does not fit. */
  usage: 2,
  /** A gate refused the update; nothing was touched. */
  refused: 3,
  /** The engine could not complete the operation. */
  updateFailed: 4,
  /** Running nodes do not have the swap that their pools promise, or the cluster cannot be read. */
  verificationFailed: 5,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
