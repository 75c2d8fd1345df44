// swap-on.sh where something else lies in its way: links, mounts, and a /run that takes nothing.
import assert from "node:assert/strict";
import { lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { KERNEL_SYSCTLS, Stage, type StageOptions } from "./stage";

const ON_ARRAY = "/mnt/k8s-disks/0/eks-swap/swapfile";
const ON_ROOT = "/var/lib/eks-swap/swapfile";
const STATUS = "/run/eks-swap/status.json";
const LABEL = "/run/eks-swap/kubelet.env";
const PARAMETERS = "/run/eks-swap/parameters";

describe("swap-on.sh, with something in its way", () => {
  let stage: Stage | undefined;
  const start = (options?: StageOptions): Stage => (stage = new Stage(options));
  afterEach(() => {
    stage?.remove();
  });

  for (const [backing, file] of [
    ["root-volume", ON_ROOT],
    ["instance-store", ON_ARRAY],
  ] as const) {
    for (const [what, target] of [
      ["a dangling link", "nowhere"],
      ["a link to a folder", "somebody-elses"],
    ] as const) {
      it(`${backing}: replaces ${what} in the place of its folder, and leaves alone what that names`, async () => {
        const node = start({ backings: [backing] });
        node.write("/somebody-elses/data", "kept");
        symlinkSync(node.real(`/${target}`), node.real(file.replace("/swapfile", "")));
        const { exitCode, output } = await node.run("swap-on.sh");
        assert.equal(exitCode, 0, output);
        assert.deepEqual(node.swaps(), [file]);
        assert.equal(node.exists("/nowhere"), false);
        assert.equal(node.read("/somebody-elses/data"), "kept");
      });
    }

    it(`${backing}: a dangling link goes when another backing is in use, and when swap is turned off`, async () => {
      const other = backing === "root-volume" ? "instance-store" : "root-volume";
      const node = start({ backings: [other, backing] });
      const folder = node.real(file.replace("/swapfile", ""));
      for (const script of ["swap-on.sh", "swap-off.sh"] as const) {
        symlinkSync("nowhere", folder);
        assert.equal((await node.run(script)).exitCode, 0);
        assert.equal(lstatSync(folder, { throwIfNoEntry: false }), undefined, script);
      }
    });
  }

  it("replaces a file in the place of its folder", async () => {
    const node = start({ backings: ["root-volume"] });
    node.write("/var/lib/eks-swap", "a file");
    assert.equal((await node.run("swap-on.sh")).exitCode, 0);
    assert.deepEqual(node.swaps(), [ON_ROOT]);
  });

  it("asks rm to stay on the file system of the folder, and to leave a folder that is a mount of its own", async () => {
    const node = start({ backings: ["root-volume"] });
    node.write(ON_ROOT, "of an earlier boot");
    await node.run("swap-on.sh");
    assert.ok(node.calls().includes("rm -rf --one-file-system --preserve-root=all /var/lib/eks-swap"));
  });

  it("fails the backing whose folder cannot be removed, and tries the next", async () => {
    const node = start();
    node.write(ON_ARRAY, "somebody else's");
    node.standIn("rm", '[[ $* != */mnt/* ]] && exec /usr/bin/rm "$@"');
    assert.equal((await node.run("swap-on.sh")).exitCode, 0);
    assert.deepEqual(node.swaps(), [ON_ROOT]);
    const told = node.status().failures;
    assert.deepEqual(
      told.map(({ reason }) => reason),
      ["/mnt/k8s-disks/0/eks-swap cannot be made"],
    );
    assert.equal(node.read(ON_ARRAY), "somebody else's");
  });

  describe("a /run that takes nothing: no swap, and the kernel's sysctls", () => {
    for (const [what, file] of [
      ["the parameters found", PARAMETERS],
      ["the label", LABEL],
      ["the verdict", STATUS],
    ] as const) {
      for (const [how, block] of [
        // Writing to it ends as on a full file system.
        ["full", (path: string) => symlinkSync("/dev/full", path)],
        ["not writable", (path: string) => mkdirSync(path)],
      ] as const) {
        it(`${what}: ${how}`, async () => {
          const node = start();
          mkdirSync(node.real("/run/eks-swap"), { recursive: true });
          block(node.real(`${file}.new`));
          const { exitCode, output } = await node.run("swap-on.sh");
          assert.equal(exitCode, 1, output);
          assert.match(
            output.replaceAll(node.root, ""),
            new RegExp(`^eks-swap: instance-store: ${file} cannot be written$`, "m"),
          );
          assert.match(output, /^eks-swap: no backing worked: the node joins without$/m);
          assert.deepEqual([node.swaps(), node.exists(ON_ARRAY), node.exists(ON_ROOT)], [[], false, false]);
          assert.deepEqual(node.sysctls(), KERNEL_SYSCTLS);
          assert.equal(node.exists(file), false, "half a file");
        });
      }
    }

    it("says so in the verdict where only the label or the parameters failed", async () => {
      const node = start({ backings: ["root-volume"] });
      mkdirSync(node.real(`${PARAMETERS}.new`), { recursive: true });
      await node.run("swap-on.sh");
      const { backing, failures } = node.status();
      assert.equal(backing, "none");
      assert.match(failures[0]?.reason ?? "", /parameters cannot be written$/);
      assert.ok(!node.calls().some((call) => /^(fallocate|mkswap|swapon)/.test(call)));
    });
  });

  it("renames the label's file too: a kubelet that starts finds a whole one", async () => {
    const node = start();
    await node.run("swap-on.sh");
    assert.ok(node.calls().includes(`mv ${LABEL}.new ${LABEL}`));
  });
});
