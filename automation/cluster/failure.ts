// A cluster that cannot be read, as the end of a command.
import { ClusterError } from "./connection";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";

/**
 * Does work on the cluster.
 * @throws ExplainedError in place of a ClusterError, with the same exit code for every command
 */
export async function onCluster<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new ExplainedError("cluster", EXIT.verificationFailed, `cannot read the cluster: ${error.message}`, {
      cause: error,
    });
  }
}
