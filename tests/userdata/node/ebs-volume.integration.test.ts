// swap-on.sh with a dedicated EBS volume: which disk it takes, and that it never takes another.
import assert from "node:assert/strict";
import { GIB } from "../../../swap/quantity";
import { attach, detach, diskOf, formatDisk, readDisk, writeAt } from "./disks";
import { Stage, SWAP_UUID, type StageOptions } from "./stage";

const SIZE = 4 * GIB;
const ID = "vol0123456789abcdef0";
const OTHER_ID = "vol0fedcba9876543210";
const OTHER_UUID = "aaaaaaaa-2222-3333-4444-555555555555";
const RECORD = "/etc/eks-swap/ebs-volume";
const KUBELET_RAN = "/etc/eks-swap/kubelet-ran";

describe("the backing ebs-volume", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage =>
    (stage = new Stage({ backings: ["ebs-volume"], sizeBytes: SIZE, ...options }));
  afterEach(() => {
    stage?.remove();
  });

  /** No swap, and a reason; no disk has been written to. */
  async function assertNone(node: Stage, reason: RegExp, ...blankDisks: readonly string[]): Promise<void> {
    const { exitCode, output } = await node.run("swap-on.sh");
    assert.equal(exitCode, 1, output);
    assert.deepEqual(node.swaps(), []);
    assert.match(
      node
        .status()
        .failures.map((failure) => failure.reason)
        .join(),
      reason,
    );
    for (const disk of blankDisks) assert.deepEqual(readDisk(node, disk), { uuid: "", written: false });
    assert.ok(!node.calls().some((call) => /^(mkswap|swapon)/.test(call)), node.calls().join("\n"));
  }

  async function assertSwapOn(node: Stage, disk: string): Promise<void> {
    const { exitCode, output } = await node.run("swap-on.sh");
    assert.equal(exitCode, 0, output);
    assert.deepEqual(node.swaps(), [disk]);
    const { backing, device, bytes } = node.status();
    assert.deepEqual({ backing, device, bytes }, { backing: "ebs-volume", device: disk, bytes: SIZE - 4096 });
    assert.equal(readDisk(node, disk).uuid, SWAP_UUID);
    assert.equal(node.read(RECORD), `${ID} ${SWAP_UUID}\n`);
  }

  function reboot(node: Stage): void {
    node.cutPower();
    node.forgetCalls();
  }

  describe("at the first boot", () => {
    it("takes the one blank volume of the planned size", async () => {
      const node = start();
      await assertSwapOn(node, attach(node, ID, SIZE));
      const steps = node.calls().map((call) => call.split(" ").slice(0, 2).join(" "));
      const written = [`mv ${RECORD}.new`, `sync ${RECORD}`, `mkswap --uuid`];
      assert.deepEqual(
        steps.filter((step) => written.includes(step)),
        written,
        "remembered on the disk before mkswap",
      );
    });

    it("takes the volume of the planned device name when there are two", async () => {
      const node = start();
      const other = attach(node, OTHER_ID, SIZE);
      await assertSwapOn(node, attach(node, ID, SIZE, true));
      assert.equal(readDisk(node, other).written, false);
    });

    it("takes no other than that of the planned device name", async () => {
      const node = start();
      const disk = attach(node, ID, SIZE);
      const planned = attach(node, OTHER_ID, SIZE + GIB, true);
      await assertNone(node, /^0 blank EBS volumes of 4294967296 bytes are attached, not 1$/, disk, planned);
    });

    it("fails without a volume", async () => {
      await assertNone(start(), /^0 blank EBS volumes of 4294967296 bytes are attached, not 1$/);
    });

    it("fails with two", async () => {
      const node = start();
      const disks = [ID, OTHER_ID].map((id) => attach(node, id, SIZE));
      await assertNone(node, /^2 blank EBS volumes of 4294967296 bytes are attached, not 1$/, ...disks);
      assert.equal(node.exists(RECORD), false);
    });

    for (const size of [SIZE - GIB, SIZE + 512]) {
      it(`fails with one of ${size} bytes`, async () => {
        const node = start();
        await assertNone(node, /^0 blank EBS volumes/, attach(node, ID, size));
      });
    }

    it("leaves one that has a signature as it is", async () => {
      const node = start();
      const disk = attach(node, ID, SIZE);
      formatDisk(node, disk, OTHER_UUID);
      await assertNone(node, /^0 blank EBS volumes/);
      assert.equal(readDisk(node, disk).uuid, OTHER_UUID);
    });

    it("leaves one with data that blkid does not know as it is", async () => {
      const node = start();
      const disk = attach(node, ID, SIZE);
      writeAt(node, disk, 500_000, "data");
      await assertNone(node, /^0 blank EBS volumes/);
    });

    it("leaves one that blkid is not sure of as it is", async () => {
      const node = start();
      node.standIn("blkid", "exit 8");
      await assertNone(node, /^0 blank EBS volumes/, attach(node, ID, SIZE));
    });

    it("leaves one that cannot be read as it is, although blkid finds nothing on it", async () => {
      const node = start();
      node.standIn("head", "echo I/O error >&2; exit 1");
      await assertNone(node, /^0 blank EBS volumes/, attach(node, ID, SIZE));
    });

    it("fails when the volume cannot be remembered, before anything is written to it", async () => {
      const node = start();
      node.standIn("mv", '[[ $2 != */ebs-volume ]] && exec /usr/bin/mv "$@"');
      await assertNone(node, /^\/etc\/eks-swap\/ebs-volume cannot be written$/, attach(node, ID, SIZE));
      node.repair("mv");
      reboot(node);
      await assertSwapOn(node, diskOf(ID));
    });

    for (const command of ["mkswap", "swapon"]) {
      it(`${command} fails: the reason is told, and the next boot goes on with the same volume`, async () => {
        const node = start();
        const disk = attach(node, ID, SIZE);
        node.standIn(command, "false");
        assert.equal((await node.run("swap-on.sh")).exitCode, 1);
        assert.deepEqual(node.status().failures, [{ backing: "ebs-volume", reason: `${command} failed` }]);
        assert.deepEqual(node.swaps(), []);
        node.repair(command);
        node.write(KUBELET_RAN, "");
        attach(node, OTHER_ID, SIZE);
        reboot(node);
        await assertSwapOn(node, disk);
      });
    }
  });

  describe("once a volume is remembered", () => {
    async function remembered(): Promise<Stage> {
      const node = start();
      await assertSwapOn(node, attach(node, ID, SIZE));
      node.write(KUBELET_RAN, "");
      reboot(node);
      return node;
    }

    it("takes it again as it is", async () => {
      const node = await remembered();
      await assertSwapOn(node, diskOf(ID));
      assert.ok(!node.calls().some((call) => call.startsWith("mkswap")));
    });

    it("never takes another, not even one under the planned name", async () => {
      const node = await remembered();
      detach(node, ID);
      const other = attach(node, OTHER_ID, SIZE, true);
      await assertNone(node, new RegExp(`^the swap volume ${ID} is not attached$`), other);
    });

    it("never overwrites what somebody else wrote to it", async () => {
      const node = await remembered();
      formatDisk(node, diskOf(ID), OTHER_UUID);
      await assertNone(node, new RegExp(`^the swap volume ${ID} holds something else now$`));
      assert.equal(readDisk(node, diskOf(ID)).uuid, OTHER_UUID);
    });

    it("formats it when that was not done: power was cut after it had been remembered", async () => {
      const node = start();
      const disk = attach(node, ID, SIZE);
      node.write(RECORD, `${ID} ${SWAP_UUID}\n`);
      node.write(KUBELET_RAN, "");
      await assertSwapOn(node, disk);
    });

    it("an empty record, as a power cut can leave it, is none", async () => {
      const node = start();
      node.write(RECORD, "");
      await assertSwapOn(node, attach(node, ID, SIZE));
    });

    it("stopping takes swap away, and leaves the volume and its record", async () => {
      const node = await remembered();
      await assertSwapOn(node, diskOf(ID));
      assert.equal((await node.run("swap-off.sh")).exitCode, 0);
      assert.deepEqual(node.swaps(), []);
      await assertSwapOn(node, diskOf(ID));
    });
  });

  it("once a kubelet ran without one, a blank volume is never taken", async () => {
    const node = start();
    node.write(KUBELET_RAN, "");
    await assertNone(node, /^a kubelet ran before: a blank volume may be a pod's$/, attach(node, ID, SIZE, true));
  });

  it("the shell part forgets what an AMI brought along from the node that it was made of", async () => {
    const node = start();
    node.write(RECORD, `${OTHER_ID} ${OTHER_UUID}\n`);
    node.write(KUBELET_RAN, "");
    await node.run("shell-part.sh");
    assert.deepEqual([node.exists(RECORD), node.exists(KUBELET_RAN)], [false, false]);
  });

  it("on a ladder, the file takes over where there is no volume, and the volume is left where the file is first", async () => {
    const node = start({ backings: ["ebs-volume", "root-volume"] });
    assert.equal((await node.run("swap-on.sh")).exitCode, 0);
    assert.deepEqual(node.swaps(), ["/var/lib/eks-swap/swapfile"]);
    node.remove();
    const other = start({ backings: ["root-volume", "ebs-volume"] });
    const disk = attach(other, ID, SIZE);
    assert.equal((await other.run("swap-on.sh")).exitCode, 0);
    assert.deepEqual(other.swaps(), ["/var/lib/eks-swap/swapfile"]);
    assert.equal(readDisk(other, disk).written, false);
  });
});
