// swap-off.sh, the unit's ExecStop.
import assert from "node:assert/strict";
import { KERNEL_SYSCTLS, Stage, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";

let stage: Stage | undefined;
const start = (options?: StageOptions): Stage => (stage = new Stage(options));
afterEach(() => {
  stage?.remove();
  stage = undefined;
});

describe("swap-off.sh", () => {
  it("puts the sysctls back, takes swap away and forgets the verdict", async () => {
    const node = start();
    await node.run("swap-on.sh");
    const { exitCode, output } = await node.run("swap-off.sh");
    assert.equal(exitCode, 0, output);
    assert.deepEqual([node.swaps(), node.exists(ON_ARRAY)], [[], false]);
    assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS);
    assert.deepEqual(
      [node.exists("/run/eks-swap/status.json"), node.exists("/run/eks-swap/kubelet.env")],
      [false, false],
    );
  });

  it("leaves everything as it is while the system is shutting down, and keeps systemd from turning swap off", async () => {
    const node = start({ systemState: "stopping" });
    await node.run("swap-on.sh");
    node.forgetCalls();
    assert.equal((await node.run("swap-off.sh")).exitCode, 0);
    assert.deepEqual(node.calls(), [
      "systemctl is-system-running",
      "systemctl list-jobs --plain --no-legend *.swap",
      "systemctl cancel 7",
    ]);
    assert.deepEqual(node.swaps(), [ON_ARRAY]);
  });

  it("fails and keeps the file when swapoff fails: swap is still on it", async () => {
    const node = start();
    await node.run("swap-on.sh");
    node.standIn("swapoff", "false");
    assert.notEqual((await node.run("swap-off.sh")).exitCode, 0);
    assert.deepEqual([node.swaps(), node.exists(ON_ARRAY)], [[ON_ARRAY], true]);
  });

  it("can be run without swap", async () => {
    const node = start();
    assert.equal((await node.run("swap-off.sh")).exitCode, 0);
  });
});
