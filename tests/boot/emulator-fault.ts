// Tells a fault of the emulator from a fault of the node.

/**
 * QEMU before 8.1 can run translated code of a page that another processor is rewriting. The kernel patches its own code
 * while it starts, finds a breakpoint that it had taken away, and panics. Seen once in some hundred boots with QEMU 7.2.
 * Cause and mend: https://github.com/multipath-tcp/mptcp_net-next/issues/471 and, in QEMU, commit deba78709a.
 */
const STALE_BREAKPOINT = /^.*Oops: int3:.*$/m;

/** How often a scenario is tried when the emulator fails. */
export const EMULATOR_ATTEMPTS = 3;

/** The line of a console's text that shows the emulator's fault; undefined when there is none. */
export function emulatorFault(console: string): string | undefined {
  return STALE_BREAKPOINT.exec(console)?.[0].trim();
}
