// A cluster that cannot be read, as the end of a command.
import { ClusterError } from "./connection";
import { ExplainedError } from "../base/errors";
import type { ExitCode } from "../base/exit-codes";

/**
 * Does work on the cluster.
 * @throws ExplainedError with this exit code in place of a ClusterError
 */
export async function onCluster<T>(exitCode: ExitCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new ExplainedError("cluster", exitCode, `cannot read the cluster: ${error.message}`, { cause: error });
  }
}
