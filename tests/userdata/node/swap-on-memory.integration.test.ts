// swap-on.sh and the node's RAM: sysctls, sizes in percent, zswap.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { memoryThresholdBytes } from "../../../swap/eviction";
import { GIB, KIB, MIB } from "../../../swap/quantity";
import { swapBytes } from "../../../swap/size";
import { automaticWatermarks, podsMemoryHighBytes } from "../../../swap/watermarks";
import { Stage, ZSWAP, type StageOptions } from "./stage";

describe("swap-on.sh", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage => (stage = new Stage(options));
  afterEach(() => {
    stage?.remove();
  });

  describe("sysctls", () => {
    const cases: readonly (readonly [memTotalKiB: number, evictionThreshold: string])[] = [
      [1_539_000, "100Mi"],
      [7_900_000, "100Mi"],
      [32_475_668, "1Gi"],
      [32_475_668, "5%"],
      [32_475_668, "7.5%"],
      [16_000_001, "2.125%"],
      [792_000_000, "100Mi"],
    ];
    for (const [memTotalKiB, evictionThreshold] of cases) {
      it(`are what the plan computes: ${memTotalKiB} KiB of RAM, threshold ${evictionThreshold}`, async () => {
        const node = start({ memTotalKiB, evictionThreshold });
        await node.run("swap-on.sh");
        const memTotal = memTotalKiB * KIB;
        const threshold = memoryThresholdBytes({ "memory.available": evictionThreshold }, memTotal);
        const expected = automaticWatermarks(memTotal, threshold);
        assert.deepEqual(node.sysctls(), {
          min_free_kbytes: String(expected.minFreeKbytes),
          "page-cluster": "5",
          swappiness: "60",
          watermark_scale_factor: String(expected.watermarkScaleFactor),
        });
      });
    }

    const GIB_IN_KIB = GIB / KIB;
    const held = (high: string) => `systemctl set-property --runtime kubepods.slice MemoryHigh=${high}`;
    for (const { what, options, reservedBytes } of [
      { what: "what is reserved is known", options: { reservedBytes: GIB }, reservedBytes: GIB },
      {
        what: "nothing is known of the kubelet's configuration but a flag",
        options: { failSwapOn: undefined, kubeletArguments: "NODEADM_KUBELET_ARGS=--fail-swap-on=false" },
        reservedBytes: 0,
      },
    ] satisfies readonly { what: string; options: StageOptions; reservedBytes: number }[]) {
      it(`come with a memory.high of all pods below the kubelet's second signal, until the unit stops: ${what}`, async () => {
        const node = start({ memTotalKiB: 16 * GIB_IN_KIB, ...options });
        assert.equal((await node.run("swap-on.sh")).exitCode, 0);
        assert.ok(node.calls().includes(held(String(podsMemoryHighBytes(16 * GIB, 100 * MIB, reservedBytes)))));
        node.forgetCalls();
        assert.equal((await node.run("swap-off.sh")).exitCode, 0);
        assert.ok(node.calls().includes(held("infinity")));
      });
    }

    it("set no memory.high where the kubelet watches no memory, or the distance of the watermarks is given", async () => {
      for (const options of [{ evictionThreshold: "0" }, { watermarkScaleFactor: 100 }] satisfies StageOptions[]) {
        const node = start(options);
        assert.equal((await node.run("swap-on.sh")).exitCode, 0);
        assert.deepEqual(
          node.calls().filter((call) => call.includes("MemoryHigh")),
          [],
        );
        node.remove();
      }
    });

    it("that are given are taken as they are", async () => {
      const node = start({ minFreeKbytes: 123_456 });
      await node.run("swap-on.sh");
      assert.equal(node.sysctls()["min_free_kbytes"], "123456");
    });
  });

  describe("a share of RAM", () => {
    for (const [memTotalKiB, bytes, what] of [
      [7_900_000, 3857 * MIB, "in whole MiB"],
      [32_475_668, 8 * GIB, "at most maxSize"],
      [1_539_000, 751 * MIB, "less than the usual minimum"],
    ] as const) {
      it(`of ${memTotalKiB} KiB is the size asked for, ${what}`, async () => {
        const node = start({ memTotalKiB, memoryPercent: 50, sizeBytes: 8 * GIB });
        const { exitCode, output } = await node.run("swap-on.sh");
        assert.equal(exitCode, 0, output);
        assert.equal(swapBytes({ memoryPercent: 50, maxSizeBytes: 8 * GIB }, memTotalKiB * KIB), bytes);
        assert.deepEqual([node.status().bytes, node.status().askedBytes], [bytes - 4096, bytes]);
        assert.match(output, new RegExp(`asked for ${bytes}$`, "m"));
      });
    }

    it("no room for a small one is a failure that names its size", async () => {
      const node = start({ memTotalKiB: 1_539_000, memoryPercent: 50, freeBytes: 10 * GIB + 751 * MIB - 1 });
      assert.match((await node.run("swap-on.sh")).output, /root-volume: no room for 787480576 bytes/);
    });
  });

  describe("zswap", () => {
    it("is on after swap, and as it was after a stop", async () => {
      const node = start({ zswapMaxPoolPercent: 30 });
      await node.run("swap-on.sh");
      const found = () => ["enabled", "max_pool_percent"].map((name) => node.read(`${ZSWAP}/${name}`));
      assert.deepEqual(found(), ["Y\n", "30\n"]);
      await node.run("swap-off.sh");
      assert.deepEqual(found(), ["N\n", "21\n"]);
    });

    it("stays as it is in a pool that does not ask for it", async () => {
      const node = start();
      await node.run("swap-on.sh");
      assert.equal(node.read(`${ZSWAP}/enabled`), "N\n");
    });

    it("stays off where there is no swap", async () => {
      const node = start({ zswapMaxPoolPercent: 30, freeBytes: 0 });
      await node.run("swap-on.sh");
      assert.equal(node.read(`${ZSWAP}/enabled`), "N\n");
    });

    it("a kernel without it is reported, and swaps", async () => {
      const node = start({ zswapMaxPoolPercent: 30 });
      rmSync(node.real(ZSWAP), { recursive: true });
      const { exitCode, output } = await node.run("swap-on.sh");
      assert.equal(exitCode, 0, output);
      assert.match(output, /^eks-swap: this kernel has no zswap$/m);
      assert.equal((await node.run("swap-off.sh")).exitCode, 0);
    });

    it("a kernel that refuses is reported, and swaps", async () => {
      const node = start({ zswapMaxPoolPercent: 30 });
      rmSync(node.real(`${ZSWAP}/enabled`));
      mkdirSync(node.real(`${ZSWAP}/enabled`));
      const { exitCode, output } = await node.run("swap-on.sh");
      assert.equal(exitCode, 0, output);
      assert.match(output, /^eks-swap: .*zswap\/parameters\/enabled could not be set to Y$/m);
    });
  });
});
