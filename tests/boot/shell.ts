// An interactive shell in the machine of a scenario, on a terminal of its own.
import { connect } from "node:net";
import type { Machine } from "./machine";

/** Connects this terminal with a root shell in the machine; resolves when that shell has ended. */
export async function openShell(machine: Machine): Promise<void> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY) throw new Error("--shell needs a terminal");
  const socket = connect(machine.terminal);
  socket.pipe(stdout);
  stdin.setRawMode(true);
  stdin.pipe(socket);
  const terminal = ["Input", "Output", "Error"].map((stream) => `--property=Standard${stream}=tty`).join(" ");
  try {
    await machine.run(
      `stty -F /dev/hvc0 rows ${stdout.rows} cols ${stdout.columns} sane
       systemd-run --quiet --wait --slice=rig.slice ${terminal} --property=TTYPath=/dev/hvc0 \
         --setenv=TERM=${process.env["TERM"] ?? "vt100"} --setenv=HOME=/root --working-directory=/root bash --login`,
      2 ** 31 - 1,
    );
  } finally {
    stdin.setRawMode(false);
    stdin.unpipe(socket);
    stdin.pause();
    socket.destroy();
  }
}
