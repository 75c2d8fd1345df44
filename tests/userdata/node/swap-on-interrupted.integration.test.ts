// swap-on.sh ended at any step: by a crash, after which it is started again, or by the unit's timeout.
import assert from "node:assert/strict";
import { GIB } from "../../../swap/quantity";
import { attach, diskOf } from "./disks";
import { runUntil, traceKillPoints } from "./kill-points";
import { KERNEL_SYSCTLS, Stage, ZSWAP, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";
const ON_ROOT = "/var/lib/eks-swap/swapfile";
const RECORD = "/etc/eks-swap/ebs-volume";
const VOLUME = "vol0123456789abcdef0";
const SIZE = 4 * GIB;

/** Some of the commands that a trace must find: without them it has not seen the run. */
const KNOWN_COMMANDS = {
  "root-volume": [/^mkdir -m 0700/m, /^mkswap/m, /^swapon/m, /^mv/m, /^rm -rf/m, /^echo "\$2" > "\$1"/m],
  "ebs-volume": [/^mv "\$1\.new"/m, /^mkswap/m, /^swapon/m, /^rm -rf/m, /^echo "\$2" > "\$1"/m],
} as const;

describe("swap-on.sh, interrupted", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage => (stage = new Stage(options));
  afterEach(() => {
    stage?.remove();
  });

  /** A node as it must be after a whole run, and after a stop. */
  async function assertWhole(node: Stage, device: string, when: string): Promise<void> {
    const { exitCode, output } = await node.run("swap-on.sh");
    assert.equal(exitCode, 0, `${when}: ${output}`);
    assert.deepEqual(node.swaps(), [device], when);
    assert.deepEqual({ ...node.status(), seconds: 0 }, { ...node.status(), device, failures: [], seconds: 0 }, when);
    assert.equal(node.status().bytes, SIZE - 4096, when);
    assert.equal(node.sysctls()["swappiness"], "60", when);
    assert.equal(node.read(`${ZSWAP}/enabled`), "Y\n", when);
    await assertStopped(node, when);
  }

  async function assertStopped(node: Stage, when: string): Promise<void> {
    const { exitCode, output } = await node.run("swap-off.sh");
    assert.equal(exitCode, 0, `${when}: ${output}`);
    assert.deepEqual(node.swaps(), [], when);
    assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS, `${when}: the values found at first are put back`);
    assert.equal(node.read(`${ZSWAP}/enabled`), "N\n", when);
    const left = [ON_ARRAY, ON_ROOT, "/run/eks-swap/status.json.new", "/run/eks-swap/parameters", `${RECORD}.new`];
    assert.deepEqual(
      left.filter((path) => node.exists(path)),
      [],
      `${when}: left behind`,
    );
  }

  describe("killed after every command that changes anything, and started again", () => {
    for (const [backing, device] of [
      ["root-volume", ON_ROOT],
      ["ebs-volume", diskOf(VOLUME)],
    ] as const) {
      /** A node with what a boot of another design left, so that there is something to take away too. */
      const fresh = (): Stage => {
        const node = start({ backings: [backing, "instance-store"], sizeBytes: SIZE, zswapMaxPoolPercent: 30 });
        node.write(ON_ARRAY, "of another design");
        attach(node, VOLUME, SIZE);
        return node;
      };

      for (const end of ["killed", "cut off from power"] as const) {
        it(`swap-on.sh on ${backing}, ${end}`, async () => {
          const traced = fresh();
          const points = await traceKillPoints(traced, "swap-on.sh");
          traced.remove();
          const commands = points.map(({ after }) => after).join("\n");
          for (const known of KNOWN_COMMANDS[backing]) assert.match(commands, known);
          for (const point of points) {
            const when = `${end} after ${point.after}`;
            const node = fresh();
            assert.equal((await runUntil(node, "swap-on.sh", point)).exitCode, null, when);
            if (end !== "killed") node.cutPower();
            await assertWhole(node, device, when);
            node.remove();
          }
        });
      }

      it(`swap-off.sh on ${backing}`, async () => {
        const traced = fresh();
        await traced.run("swap-on.sh");
        const points = await traceKillPoints(traced, "swap-off.sh");
        traced.remove();
        assert.ok(points.length >= 8, points.map(({ after }) => after).join("\n"));
        for (const point of points) {
          const when = `killed after ${point.after}`;
          const node = fresh();
          await node.run("swap-on.sh");
          assert.equal((await runUntil(node, "swap-off.sh", point)).exitCode, null, when);
          await assertStopped(node, when);
          node.remove();
        }
      });
    }
  });

  describe("a crash", () => {
    it("of an earlier boot left a file: it is made again", async () => {
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
        const { exitCode, output } = await node.run("swap-on.sh", { kill: { at: command, signal: "SIGTERM" } });
        assert.equal(exitCode, 1, output);
        assert.match(output, /^eks-swap: root-volume: not done in time$/m);
        assert.equal(node.status().backing, "none");
        assert.match(node.read("/run/eks-swap/kubelet.env") ?? "", /eks-swap\/backing=none/);
        assert.equal(node.exists(ON_ROOT), false);
      });
    }

    it("after swapon takes swap and sysctls back", async () => {
      const node = start({ backings: ["root-volume"] });
      // What the script waits for when everything else is done.
      node.standIn(
        "systemctl",
        '[[ $* != *MemoryHigh=[0-9]* ]] || { sleep 1; echo late >>"$root/calls"; exec sleep 60; }',
      );
      const { exitCode } = await node.run("swap-on.sh", { kill: { at: "late", signal: "SIGTERM" } });
      assert.equal(exitCode, 1);
      assert.deepEqual([node.swaps(), node.exists(ON_ROOT)], [[], false]);
      assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS);
      assert.equal(node.status().backing, "none");
    });
  });
});
