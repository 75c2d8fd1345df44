// hook-kubelet.sh and system-slices.sh, which run where the shell part of the userData does.
import assert from "node:assert/strict";
import { Stage, type StageOptions } from "./stage";

const WANTED = "/etc/systemd/system/kubelet.service.wants/eks-swap.service";
const REQUIRED = "/etc/systemd/system/kubelet.service.requires/eks-swap.service";

let stage: Stage | undefined;
const start = (options?: StageOptions): Stage => (stage = new Stage(options));
afterEach(() => {
  stage?.remove();
  stage = undefined;
});

describe("the shell part", () => {
  it("block: the kubelet requires the unit", async () => {
    const node = start({ onFailure: "block" });
    assert.equal((await node.run("shell-part.sh")).exitCode, 0);
    assert.deepEqual(node.calls().slice(1, 3), [
      "systemctl --no-reload add-requires kubelet.service eks-swap.service",
      "systemctl daemon-reload",
    ]);
  });

  it("continue: the kubelet wants the unit", async () => {
    const node = start({ onFailure: "continue" });
    assert.equal((await node.run("shell-part.sh")).exitCode, 0);
    assert.deepEqual(node.calls().slice(1, 3), [
      "systemctl --no-reload add-wants kubelet.service eks-swap.service",
      "systemctl daemon-reload",
    ]);
  });

  it("removes a hook that came with the AMI", async () => {
    const node = start();
    node.write(WANTED, "");
    node.write(REQUIRED, "");
    await node.run("shell-part.sh");
    assert.deepEqual([node.exists(WANTED), node.exists(REQUIRED)], [false, false]);
  });

  it("tells on the console what failed", async () => {
    const node = start();
    node.standIn("systemctl", "false");
    const { exitCode, output } = await node.run("shell-part.sh");
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /^eks-swap: the shell part of the userData failed, so there is no swap: systemctl --no-reload/m,
    );
  });

  it("keeps the system's slices out of swap, now and at later boots", async () => {
    const node = start();
    await node.run("shell-part.sh");
    assert.deepEqual(
      node.calls().slice(3, -1).toSorted(),
      ["runtime.slice", "system.slice", "user.slice"].map(
        (unit) => `systemctl set-property ${unit} MemorySwapMax=0 IODeviceLatencyTargetSec=/ 50ms`,
      ),
    );
  });

  it("goes on, and says so, when a slice cannot be kept out of swap", async () => {
    const node = start();
    node.standIn("systemctl", "[[ $1 != set-property || $2 != user.slice ]]");
    const { exitCode, output } = await node.run("shell-part.sh");
    assert.equal(exitCode, 0);
    assert.equal(output, "eks-swap: user.slice is not kept out of swap\n");
  });
});
