// swap-off.sh, the unit's ExecStop, and the hook on the kubelet.
import assert from "node:assert/strict";
import { KERNEL_SYSCTLS, Stage, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";
const WANTED = "/etc/systemd/system/kubelet.service.wants/eks-swap.service";
const REQUIRED = "/etc/systemd/system/kubelet.service.requires/eks-swap.service";

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

  it("leaves everything as it is while the system is shutting down", async () => {
    const node = start({ systemState: "stopping" });
    await node.run("swap-on.sh");
    node.forgetCalls();
    assert.equal((await node.run("swap-off.sh")).exitCode, 0);
    assert.deepEqual(node.calls(), ["systemctl is-system-running"]);
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

describe("hook-kubelet.sh", () => {
  it("block: the kubelet requires the unit", async () => {
    const node = start({ onFailure: "block" });
    assert.equal((await node.run("hook.sh")).exitCode, 0);
    assert.deepEqual(node.calls().slice(-2), [
      "systemctl --no-reload add-requires kubelet.service eks-swap.service",
      "systemctl daemon-reload",
    ]);
  });

  it("continue: the kubelet wants the unit", async () => {
    const node = start({ onFailure: "continue" });
    assert.equal((await node.run("hook.sh")).exitCode, 0);
    assert.deepEqual(node.calls().slice(-2), [
      "systemctl --no-reload add-wants kubelet.service eks-swap.service",
      "systemctl daemon-reload",
    ]);
  });

  it("removes a hook that came with the AMI", async () => {
    const node = start();
    node.write(WANTED, "");
    node.write(REQUIRED, "");
    await node.run("hook.sh");
    assert.deepEqual([node.exists(WANTED), node.exists(REQUIRED)], [false, false]);
  });

  it("tells on the console what failed", async () => {
    const node = start();
    node.standIn("systemctl", "false");
    const { exitCode, output } = await node.run("hook.sh");
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /^eks-swap: the shell part of the userData failed, so there is no swap: systemctl --no-reload/m,
    );
  });
});
