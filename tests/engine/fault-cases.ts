// What can go wrong with a pipeline, each really provoked on the real engine: in this order on one stack, from nothing to nothing.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ExitCode } from "../../automation/base/exit-codes";
import { AWS_TYPES } from "../../sandbox/aws/types";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import { killRun } from "./kill-run";
import type { Ended, Pipeline } from "./pipeline";

/** One thing that goes wrong, and how the command ends. */
export interface FaultCase {
  readonly fault: string;
  /** What is done to provoke it, for the reader. */
  readonly provoked: string;
  readonly code: ExitCode;
  /** `kind` in the document of `--json`; null where there is no error, and of a wrong config. */
  readonly kind: string | null;
  readonly run: (pipeline: Pipeline) => Promise<Ended>;
}

const CREATE = { operation: "create", fault: "fail" };

const UP = ["up", "--no-cluster", "--json"];
/** One resource at a time: what is seen is then the same in every run. */
const IN_ORDER = ["--parallel", "1"];
const DESTROY = ["destroy", "--no-drain", "--json", ...IN_ORDER];

const ebs = (size: string): readonly string[] => ["--config", `pools.ebs.swap.size=${size}`];
const both = (size: string): readonly string[] => [...ebs(size), "--config", `pools.instance-store.swap.size=${size}`];

/** Runs a command until a request meets a fault on order, then ends it. */
async function endAtFault(
  pipeline: Pipeline,
  parameters: readonly string[],
  signals: readonly NodeJS.Signals[],
): Promise<Ended> {
  const { child, ended } = pipeline.start(parameters);
  await pipeline.met();
  for (const signal of signals) {
    // Engine and all, as the end of a container does.
    if (signal === "SIGKILL" && child.pid !== undefined) killRun(child.pid);
    else child.kill(signal);
    await setTimeout(500);
  }
  return ended;
}

const ON_THE_WAY_UP: readonly FaultCase[] = [
  {
    fault: "the config is wrong",
    provoked: "`up` with a size without a unit, and nine zones",
    code: 2,
    kind: null,
    run: async (pipeline) => pipeline.run([...UP, ...ebs("30"), "--config", "network.zones=9"]),
  },
  {
    fault: "the stack is missing",
    provoked: "`refresh` before the first `up`",
    code: 2,
    kind: "stack-missing",
    run: async (pipeline) => pipeline.run(["refresh", "--json"]),
  },
  {
    fault: "no Pulumi CLI is available",
    provoked: "`up` with an empty `PATH` and an empty cache",
    code: 1,
    kind: "cli-missing",
    run: async (pipeline) => {
      const empty = join(pipeline.folder, "empty");
      mkdirSync(empty);
      return pipeline.run(UP, { PATH: empty, HOME: empty, XDG_CACHE_HOME: empty });
    },
  },
  {
    fault: "AWS refuses one request",
    provoked: "the second subnet is refused",
    code: 4,
    kind: "update-failed",
    run: async (pipeline) => {
      const message = "InvalidSubnet.Conflict: The CIDR '10.42.16.0/20' conflicts with another subnet";
      pipeline.order([{ ...CREATE, type: AWS_TYPES.subnet, from: 2, message }]);
      return pipeline.run([...UP, ...IN_ORDER]);
    },
  },
  {
    fault: "credentials have expired",
    provoked: "every request to AWS is refused from here on",
    code: 4,
    kind: "credentials",
    run: async (pipeline) => {
      const message = "operation error: ExpiredToken: The security token included in the request is expired";
      pipeline.order([{ ...CREATE, type: "aws:*", message, times: 1000 }]);
      return pipeline.run([...UP, ...IN_ORDER]);
    },
  },
  {
    fault: "the connection breaks before the answer",
    provoked: "a subnet is created and the answer lost; then an address is refused",
    code: 4,
    kind: "update-failed",
    run: async (pipeline) => {
      const message = "AddressLimitExceeded: The maximum number of addresses has been reached.";
      pipeline.order([
        { ...CREATE, type: AWS_TYPES.subnet, fault: "lose-answer" },
        { ...CREATE, type: AWS_TYPES.address, message, times: 9 },
      ]);
      const ended = await pipeline.run([...UP, ...IN_ORDER]);
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
      return ended;
    },
  },
  {
    fault: "AWS throttles, and does not stop",
    provoked: "an address is throttled three times",
    code: 4,
    kind: "update-failed",
    run: async (pipeline) => {
      pipeline.order([{ ...CREATE, type: AWS_TYPES.address, fault: "throttle", times: 3 }]);
      return pipeline.run([...UP, ...IN_ORDER]);
    },
  },
  {
    fault: "a request is never answered, and the run is interrupted twice",
    provoked: "a queue hangs; SIGTERM, and SIGTERM again",
    code: 4,
    kind: "interrupted",
    run: async (pipeline) => {
      pipeline.order([{ ...CREATE, type: AWS_TYPES.queue, fault: "hang" }]);
      return endAtFault(pipeline, [...UP, ...IN_ORDER], ["SIGTERM", "SIGTERM"]);
    },
  },
  {
    fault: "the run before was killed",
    provoked: "SIGKILL while the queue is made, then `up`",
    code: 4,
    kind: "stack-locked",
    run: async (pipeline) => {
      pipeline.order([{ ...CREATE, type: AWS_TYPES.queue, fault: "slow", seconds: 2 }]);
      await endAtFault(pipeline, [...UP, ...IN_ORDER], ["SIGKILL"]);
      // What was asked of AWS is carried out, whoever asked.
      await setTimeout(3000);
      return pipeline.run([...UP, ...IN_ORDER]);
    },
  },
  {
    fault: "the same, and its lock may go; AWS throttles once",
    provoked: "`up --cancel-stale-lock`; an add-on is throttled",
    code: 0,
    kind: null,
    run: async (pipeline) => {
      pipeline.order([{ ...CREATE, type: AWS_TYPES.addOn, fault: "throttle" }]);
      return pipeline.run([...UP, ...IN_ORDER, "--cancel-stale-lock"]);
    },
  },
];

const WHILE_IT_IS_UP: readonly FaultCase[] = [
  {
    fault: "the passphrase is wrong",
    provoked: "`up` with another `PULUMI_CONFIG_PASSPHRASE`",
    code: 2,
    kind: "wrong-passphrase",
    run: async (pipeline) => pipeline.run(UP, { PULUMI_CONFIG_PASSPHRASE: "wrong" }),
  },
  {
    fault: "the stack is locked",
    provoked: "a lock of another machine",
    code: 4,
    kind: "stack-locked",
    run: async (pipeline) => {
      pipeline.lock("another-host", 4711);
      return pipeline.run(["refresh", "--json"]);
    },
  },
  {
    fault: "a gate is closed",
    provoked: "`up` with other sizes for all pools",
    code: 3,
    kind: "refused",
    run: async (pipeline) => {
      pipeline.unlock();
      return pipeline.run([...UP, ...both("40Gi")]);
    },
  },
  {
    fault: "the update is not the one that was reviewed",
    provoked: "a plan for 60Gi, then `up --plan` with 90Gi",
    code: 3,
    kind: "refused",
    run: async (pipeline) => {
      const plan = join(pipeline.folder, "reviewed.json");
      await pipeline.run(["preview", "--no-cluster", "--save-plan", plan, ...ebs("60Gi")]);
      return pipeline.run([...UP, "--plan", plan, ...ebs("90Gi")]);
    },
  },
  {
    fault: "the stack is protected",
    provoked: "`destroy` without `--confirm dev`",
    code: 3,
    kind: "refused",
    run: async (pipeline) => pipeline.run([...DESTROY, "--config", "protect=true"]),
  },
  {
    fault: "the cluster cannot be read",
    provoked: "`verify` without AWS credentials",
    code: 5,
    kind: "cluster",
    run: async (pipeline) => {
      pipeline.program("aws", 'echo "Unable to locate credentials" >&2; exit 253');
      return pipeline.run(["verify", "--json"]);
    },
  },
  {
    fault: "the same, before anything is destroyed",
    provoked: "`destroy` without AWS credentials",
    code: 5,
    kind: "cluster",
    run: async (pipeline) => pipeline.run(["destroy", "--json"]),
  },
];

const ON_THE_WAY_DOWN: readonly FaultCase[] = [
  {
    fault: "AWS refuses a deletion because something depends on it",
    provoked: "`destroy --no-drain` while Karpenter leaves an instance with its network interface",
    code: 4,
    kind: "update-failed",
    run: async (pipeline) => {
      pipeline.order([{ type: KUBERNETES_TYPES.nodePool, operation: "delete", fault: "leave" }]);
      return pipeline.run(DESTROY);
    },
  },
  {
    fault: "the run is interrupted",
    provoked: "the interface is removed, `destroy` again; SIGTERM while the VPC goes",
    code: 4,
    kind: "interrupted",
    run: async (pipeline) => {
      for (const type of [AWS_TYPES.instance, AWS_TYPES.networkInterface]) {
        for (const { id } of pipeline.store.list(type)) pipeline.store.remove(type, id);
      }
      pipeline.order([{ type: AWS_TYPES.vpc, operation: "delete", fault: "slow", seconds: 2 }]);
      return endAtFault(pipeline, DESTROY, ["SIGTERM"]);
    },
  },
  {
    fault: "the same, run again",
    provoked: "`destroy`; a volume and a launch template of the instance are still there",
    code: 0,
    kind: null,
    run: async (pipeline) => {
      pipeline.order([]);
      return pipeline.run(DESTROY);
    },
  },
];

/** All of them, in the order in which they can be provoked. */
export const FAULT_CASES: readonly FaultCase[] = [...ON_THE_WAY_UP, ...WHILE_IT_IS_UP, ...ON_THE_WAY_DOWN];
