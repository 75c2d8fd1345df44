// swap-on.sh: the ladder and its verdict.
import assert from "node:assert/strict";
import { GIB, MIB } from "../../../swap/quantity";
import { KERNEL_SYSCTLS, Stage, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";
const ON_ROOT = "/var/lib/eks-swap/swapfile";
const SIZE = 4 * GIB;

describe("swap-on.sh", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage => (stage = new Stage(options));
  afterEach(() => {
    stage?.remove();
  });

  it("turns swap on on the first backing, and says so", async () => {
    const node = start();
    const { exitCode, output } = await node.run("swap-on.sh");
    assert.equal(exitCode, 0, output);
    assert.deepEqual(node.swaps(), [ON_ARRAY]);
    const told = node.status();
    assert.deepEqual(told, {
      backing: "instance-store",
      device: ON_ARRAY,
      bytes: SIZE - 4096,
      askedBytes: SIZE,
      seconds: told.seconds,
      failures: [],
    });
    assert.equal(
      output.replaceAll(node.root, ""),
      `eks-swap: ${SIZE - 4096} bytes of swap on instance-store (${ON_ARRAY}), asked for ${SIZE}\n`,
    );
  });

  it("adds the label to nodeadm's arguments", async () => {
    const node = start();
    await node.run("swap-on.sh");
    assert.equal(
      node.read("/run/eks-swap/kubelet.env"),
      "NODEADM_KUBELET_ARGS=--v=2 --x=y --node-labels=eks-swap/backing=instance-store\n",
    );
  });

  it("keeps systemd's own scope out of swap", async () => {
    const node = start();
    await node.run("swap-on.sh");
    assert.ok(node.calls().includes("systemctl set-property --runtime init.scope MemorySwapMax=0"));
  });

  it("says when there are no arguments that could take the label", async () => {
    const node = start({ kubeletArguments: "A=b" });
    const { exitCode, output } = await node.run("swap-on.sh");
    assert.equal(exitCode, 0);
    assert.match(output, /has no NODEADM_KUBELET_ARGS: the node gets no eks-swap\/backing label/);
    assert.equal(node.exists("/run/eks-swap/kubelet.env"), false);
  });

  describe("a backing that fails", () => {
    const failures: readonly {
      readonly what: string;
      readonly options?: StageOptions;
      readonly standIn?: readonly [string, string];
      readonly reason: RegExp;
    }[] = [
      { what: "no array", options: { arrayMounted: false }, reason: /^no instance store is mounted at \/mnt/ },
      {
        what: "fallocate fails midway",
        standIn: ["fallocate", 'truncate -s 1M "$3"; [[ $3 != */mnt/* ]] || exit 1; truncate -s "$2" "$3"'],
        reason: /^fallocate of 4294967296 bytes failed$/,
      },
      {
        what: "fallocate makes a short file",
        standIn: ["fallocate", 'size=$2; [[ $3 != */mnt/* ]] || size=1M; truncate -s "$size" "$3"'],
        reason: /^mkswap failed$/,
      },
      { what: "mkswap fails", standIn: ["mkswap", "[[ $1 != */mnt/* ]]"], reason: /^mkswap failed$/ },
      {
        what: "swapon fails",
        standIn: ["swapon", '[[ $1 != */mnt/* ]] && echo "$1 file 4194300 0 -2" >>"$root/proc/swaps"'],
        reason: /^swapon failed$/,
      },
      {
        what: "swapon does nothing",
        standIn: ["swapon", '[[ $1 == */mnt/* ]] || echo "$1 file 4194300 0 -2" >>"$root/proc/swaps"'],
        reason: /^swapon did not turn it on$/,
      },
    ];
    for (const { what, options, standIn, reason } of failures) {
      it(`leaves nothing and the next is tried: ${what}`, async () => {
        const node = start(options);
        if (standIn !== undefined) node.standIn(...standIn);
        const { exitCode, output } = await node.run("swap-on.sh");
        assert.equal(exitCode, 0, output);
        assert.deepEqual(node.swaps(), [ON_ROOT]);
        assert.equal(node.exists(ON_ARRAY), false);
        const { backing, failures: told } = node.status();
        assert.equal(backing, "root-volume");
        assert.deepEqual(
          told.map((failure) => failure.backing),
          ["instance-store"],
        );
        assert.match(told.map((failure) => failure.reason).join(), reason);
        assert.match(output, /^eks-swap: instance-store: /m);
      });
    }

    it("a file is cut to what is free less the reserve, in whole MiB", async () => {
      const node = start({ freeBytes: 13 * GIB + MIB / 2 });
      await node.run("swap-on.sh");
      assert.equal(node.status().bytes, 3 * GIB - 4096);
    });

    it("no room for the smallest swap is a failure", async () => {
      const node = start({ freeBytes: 11 * GIB - 1 });
      const { exitCode } = await node.run("swap-on.sh");
      assert.equal(exitCode, 1);
      assert.match(
        JSON.stringify(node.status()),
        /no room for 1073741824 bytes: 118\d+ are free, of which 10737418240 stay/,
      );
      assert.ok(!node.calls().some((call) => call.startsWith("fallocate")));
    });
  });

  describe("when every backing fails", () => {
    it("nothing is left, the sysctls are the kernel's, and the label says none", async () => {
      const node = start();
      node.standIn("swapon", "false");
      const { exitCode, output } = await node.run("swap-on.sh");
      assert.equal(exitCode, 1);
      assert.deepEqual([node.exists(ON_ARRAY), node.exists(ON_ROOT)], [false, false]);
      assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS);
      assert.match(node.read("/run/eks-swap/kubelet.env") ?? "", /--node-labels=eks-swap\/backing=none$/m);
      assert.match(output, /^eks-swap: no backing worked: the node joins without$/m);
    });

    it("memory.high of all pods is taken back, after the process that set it in parallel has ended", async () => {
      const node = start({ backings: ["root-volume"] });
      node.standIn("swapon", "false");
      node.standIn(
        "systemctl",
        '[[ $* != *MemoryHigh=[0-9]* ]] || sleep 0.5; last=${*: -1}; echo "${last##*=}" >>"$root/set"',
      );
      assert.equal((await node.run("swap-on.sh")).exitCode, 1);
      const values = (node.read("/set") ?? "").trimEnd().split("\n");
      assert.match(values.at(-2) ?? "", /^\d{8,}$/);
      assert.equal(values.at(-1), "infinity");
    });

    it("block says that the kubelet is kept from starting", async () => {
      const node = start({ onFailure: "block", freeBytes: 0 });
      assert.match((await node.run("swap-on.sh")).output, /the kubelet is kept from starting$/m);
    });
  });

  describe("the kubelet's configuration", () => {
    const cases: readonly {
      readonly what: string;
      readonly failSwapOn: "true" | "false" | undefined;
      readonly kubeletArguments?: string;
      readonly reason: RegExp | null;
    }[] = [
      { what: "file says false", failSwapOn: "false", reason: null },
      { what: "file says true", failSwapOn: "true", reason: /the kubelet refuses swap: failSwapOn is true/ },
      { what: "file cannot be read", failSwapOn: undefined, reason: /config\.json\) cannot be read: write it as JSON/ },
      {
        what: "the flag wins over the file",
        failSwapOn: "true",
        kubeletArguments: 'NODEADM_KUBELET_ARGS=--v=2 --fail-swap-on="false"',
        reason: null,
      },
      {
        what: "the flag as the first argument",
        failSwapOn: "false",
        kubeletArguments: "NODEADM_KUBELET_ARGS=--fail-swap-on=true --v=2",
        reason: /failSwapOn is true/,
      },
      {
        what: "the flag without a value",
        failSwapOn: "false",
        kubeletArguments: "NODEADM_KUBELET_ARGS=--v=2 --fail-swap-on",
        reason: /failSwapOn is true/,
      },
      {
        what: "the last flag counts",
        failSwapOn: "false",
        kubeletArguments: "NODEADM_KUBELET_ARGS=--fail-swap-on=false --fail-swap-on=true",
        reason: /failSwapOn is true/,
      },
    ];
    for (const { what, reason, ...options } of cases) {
      it(`${reason === null ? "takes" : "refuses"} swap: ${what}`, async () => {
        const node = start(options);
        const { exitCode, output } = await node.run("swap-on.sh");
        assert.equal(exitCode, reason === null ? 0 : 1, output);
        if (reason === null) return;
        assert.match(output, reason);
        assert.equal(node.status().failures.length, 2);
        assert.ok(!node.calls().some((call) => call.startsWith("swapon")));
        assert.deepEqual([node.exists(ON_ARRAY), node.exists(ON_ROOT)], [false, false]);
      });
    }
  });

  describe("a verdict holds for the boot", () => {
    it("swap: nothing is done again", async () => {
      const node = start();
      await node.run("swap-on.sh");
      const status = node.status();
      node.forgetCalls();
      assert.equal((await node.run("swap-on.sh")).exitCode, 0);
      assert.deepEqual([node.calls(), node.status()], [[], status]);
    });

    it("none under continue: no swap, although there is room now", async () => {
      const node = start({ failSwapOn: "true" });
      await node.run("swap-on.sh");
      node.write("/kubelet-settings", "0 false\n");
      node.forgetCalls();
      const { exitCode, output } = await node.run("swap-on.sh");
      assert.equal(exitCode, 1);
      assert.match(output, /this boot goes on without swap/);
      assert.deepEqual([node.calls(), node.swaps()], [[], []]);
    });

    it("none under block: the backings are tried again, since no kubelet has run", async () => {
      const node = start({ failSwapOn: "true", onFailure: "block" });
      await node.run("swap-on.sh");
      node.write("/kubelet-settings", "0 false\n");
      assert.equal((await node.run("swap-on.sh")).exitCode, 0);
      assert.deepEqual(node.swaps(), [ON_ARRAY]);
    });
  });
});
