// Where a script can be killed: after each of its commands that changes anything on the node, found by tracing a run.
import { Stage, type Outcome } from "./stage";

export type Script = "swap-on.sh" | "swap-off.sh";

/** A point in a run at which the node is in another state than at the one before. */
export interface KillPoint {
  /** Commands of the script's own shell up to here. */
  readonly commands: number;
  /** The last of them. */
  readonly after: string;
}

/**
 * Read by bash before the script. Before each command it notes the state of the node, which is that after the command
 * before: names, sizes and times of all files; or it kills the script and all that it started.
 */
const TRACE = String.raw`
[[ $0 == */eks-swap/swap-o* ]] || return 0
trace_root=$0
trace_root=${"$"}{trace_root%/usr/local/lib/*}
trace_count=0
trace_last=start
trace_command() {
  ((BASH_SUBSHELL == 0)) || return 0
  if [[ $TRACE_KILL_AT == $trace_count ]]; then kill -9 0; fi
  if [[ $TRACE_KILL_AT == never ]]; then
    printf '%s\t%s\t%s\n' "$trace_count" "${"$"}{trace_last//$'\n'/ }" \
      "$(cd "$trace_root" && find etc run proc sys var mnt dev -printf '%p %s %T@ %l\n' 2>/dev/null | sort | cksum)" >>"$trace_root/trace"
  fi
  trace_last=$1
  trace_count=$((trace_count + 1))
}
set -o functrace
trap 'trace_command "$BASH_COMMAND"' DEBUG
`;

/** Runs a script to its end and tells where the state of the node changed. */
export async function traceKillPoints(node: Stage, script: Script): Promise<readonly KillPoint[]> {
  node.write("/trace.sh", TRACE);
  node.write("/trace", "");
  const { exitCode, output } = await node.run(script, {
    environment: { BASH_ENV: node.real("/trace.sh"), TRACE_KILL_AT: "never" },
  });
  if (exitCode !== 0) throw new Error(`${script} cannot be traced: ${output}`);
  const lines = (node.read("/trace") ?? "").split("\n").slice(0, -1);
  const points: KillPoint[] = [];
  let last: string | undefined;
  for (const line of lines) {
    const [commands = "", after = "", state] = line.split("\t");
    if (last !== undefined && state !== last) points.push({ commands: Number(commands), after });
    last = state;
  }
  return points;
}

/** Runs a script and kills it there. */
export async function runUntil(node: Stage, script: Script, { commands }: KillPoint): Promise<Outcome> {
  node.write("/trace.sh", TRACE);
  return node.run(script, { environment: { BASH_ENV: node.real("/trace.sh"), TRACE_KILL_AT: String(commands) } });
}
