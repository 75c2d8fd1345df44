// swap-on.sh ended at any step: by a crash, after which it is started again, or by the unit's timeout.
import assert from "node:assert/strict";
import { KERNEL_SYSCTLS, Stage, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";
const ON_ROOT = "/var/lib/eks-swap/swapfile";

describe("swap-on.sh, interrupted", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage => (stage = new Stage(options));
  afterEach(() => {
    stage?.remove();
  });

  describe("a crash", () => {
    const commands = ["install", "fallocate", "mkswap", "swapon", "mv"];
    for (const command of commands) {
      for (const [when, body] of [
        ["before", (repaired: string) => `kill -9 0; ${repaired}`],
        ["after", (repaired: string) => `(${repaired}); kill -9 0`],
      ] as const) {
        it(`${when} ${command} is made good by the next start`, async () => {
          const node = start();
          node.repair(command);
          const repaired = (node.read(`/bin/${command}`) ?? "").split("\n")[3] ?? "";
          node.standIn(command, body(repaired));
          assert.equal((await node.run("swap-on.sh")).exitCode, null);
          node.repair(command);
          const { exitCode, output } = await node.run("swap-on.sh");
          assert.equal(exitCode, 0, output);
          assert.deepEqual(node.swaps(), [ON_ARRAY]);
          assert.equal(node.status().backing, "instance-store");
          assert.equal(node.sysctls()["swappiness"], "60");
          assert.equal((await node.run("swap-off.sh")).exitCode, 0);
          assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS, "the values found at first are put back");
        });
      }
    }

    it("of an earlier boot left a file: it is made anew", async () => {
      const node = start();
      node.write(ON_ARRAY, "half a file");
      node.write(ON_ROOT, "of another design");
      await node.run("swap-on.sh");
      assert.deepEqual(node.swaps(), [ON_ARRAY]);
      assert.equal(node.exists(ON_ROOT), false);
    });
  });

  describe("SIGTERM, as the unit's timeout sends it", () => {
    for (const command of ["fallocate", "mkswap", "swapon"]) {
      it(`while ${command} hangs ends in the verdict none, and nothing is left`, async () => {
        const node = start({ backings: ["root-volume"] });
        node.standIn(command, "exec sleep 60");
        const { exitCode, output } = await node.run("swap-on.sh", { at: command, signal: "SIGTERM" });
        assert.equal(exitCode, 1, output);
        assert.match(output, /^eks-swap: root-volume: not done in time$/m);
        assert.equal(node.status().backing, "none");
        assert.match(node.read("/run/eks-swap/kubelet.env") ?? "", /eks-swap\/backing=none/);
        assert.equal(node.exists(ON_ROOT), false);
      });
    }

    it("after swapon takes swap and sysctls back", async () => {
      const node = start({ backings: ["root-volume"] });
      // What ends the saving of the sysctls; the verdict needs mv too.
      node.standIn("mv", '[[ $2 != */sysctls ]] || exec sleep 60; /usr/bin/mv "$@"');
      const { exitCode } = await node.run("swap-on.sh", { at: "sysctls", signal: "SIGTERM" });
      assert.equal(exitCode, 1);
      assert.deepEqual([node.swaps(), node.exists(ON_ROOT)], [[], false]);
      assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS);
      assert.equal(node.status().backing, "none");
    });
  });
});
