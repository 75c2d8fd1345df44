// The userData of whole pools: every byte, and what the document does on a node.
import assert from "node:assert/strict";
import { planPool, type PoolDesign } from "../../swap/plan";
import { GIB } from "../../swap/quantity";
import { USER_DATA_BUDGET_BYTES } from "../../userdata/assembler";
import { SHELL_SCRIPT } from "../../userdata/mime";
import { renderUserData } from "../../userdata/swap-fragments";
import { runShellPart, type ShellPartRun } from "../support/bash";
import { assertGolden } from "../support/golden";
import { readMime } from "../support/karpenter-mime";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";

function render(pool: PoolDesign): string {
  const userData = renderUserData(planPool(pool, "amd64"));
  assert.ok(userData !== undefined);
  return userData;
}

/** What the shell part of a pool's userData does, as bash runs it. */
function run(pool: PoolDesign): ShellPartRun {
  const parts = readMime(render(pool));
  assert.deepEqual(
    parts.map(({ contentType }) => contentType),
    [SHELL_SCRIPT],
    "kubelet settings are in the EC2NodeClass, and a key may be set in one place only",
  );
  return runShellPart(parts[0]?.body ?? "", ["systemctl", "rm", "sync"]);
}

function contentOf({ files }: ShellPartRun, path: string): readonly string[] {
  const file = files.find((one) => one.path === path);
  assert.ok(file !== undefined, `${path} is not among ${files.map((one) => one.path).join(", ")}`);
  return file.content.split("\n").slice(0, -1);
}

/** Lines of the environment file that differ between two pools, as `before -> after`. */
function changedVariables(before: PoolDesign, after: PoolDesign): readonly string[] {
  const [old, changed] = [before, after].map((pool) => contentOf(run(pool), "/etc/eks-swap/swap.env"));
  return (old ?? []).flatMap((line, index) =>
    line === changed?.[index] ? [] : [`${line} -> ${String(changed?.[index])}`],
  );
}

const blockPool = ebsPool({
  onFailure: "block",
  sysctls: { swappiness: 10, minFreeKbytes: 204_800, watermarkScaleFactor: 200, pageCluster: 0 },
});

const GOLDEN_POOLS: Readonly<Record<string, PoolDesign>> = {
  ebs: ebsPool(),
  "instance-store": instanceStorePool(),
  block: blockPool,
  everything: everythingPool(),
};

describe("the userData of a pool", () => {
  for (const [name, pool] of Object.entries(GOLDEN_POOLS)) {
    it(`${name}: every byte`, () => {
      const userData = render(pool);
      assertGolden(`userdata/${name}.mime`, userData);
      assert.ok(Buffer.byteLength(userData) <= USER_DATA_BUDGET_BYTES);
    });
  }

  it("has room for everything and the kubelet settings that an older Karpenter does not take", () => {
    const userData = renderUserData(planPool(everythingPool(), "amd64", "node-config")) ?? "";
    assert.ok(readMime(userData).length === 2 && Buffer.byteLength(userData) <= USER_DATA_BUDGET_BYTES);
  });

  it("does not exist for a pool without swap", () => {
    assert.equal(renderUserData(planPool(ebsPool({}, { swap: undefined }), "amd64")), undefined);
  });

  it("depends on nothing but the swap design and the eviction threshold", () => {
    const other = ebsPool(
      {},
      {
        name: "other",
        labels: { "example.com/team": "scan" },
        dedicated: false,
        requirements: [{ key: "karpenter.k8s.aws/instance-cpu", operator: "Gt", values: ["3"] }],
        rootVolume: { type: "io2", iops: 4000, minimumGiB: 500 },
        evictionHard: { "nodefs.available": "20%", "memory.available": "102400Ki" },
      },
    );
    assert.equal(render(other), render(ebsPool()));
  });

  it("writes unit, drop-in and the hook on the kubelet before anything else", () => {
    const { steps } = run(ebsPool());
    assert.deepEqual(steps.slice(0, 2), [
      "write /etc/systemd/system/eks-swap.service",
      "write /etc/systemd/system/kubelet.service.d/50-eks-swap.conf",
    ]);
    const hook = steps.findIndex((step) => /^systemctl .*add-wants kubelet\.service eks-swap\.service$/.test(step));
    const reload = steps.indexOf("systemctl daemon-reload");
    const nextFile = steps.findIndex((step, index) => index > 1 && step.startsWith("write "));
    assert.ok(hook > 1 && reload > hook && nextFile > reload, steps.join("\n"));
  });

  it("ends when all of it is on the disk, since it runs once", () => {
    assert.equal(run(ebsPool()).steps.at(-1), "sync -f /usr/local/lib/eks-swap");
  });

  it("makes the kubelet want or require swap as onFailure says", () => {
    const hooks = (pool: PoolDesign) => run(pool).steps.flatMap((step) => /add-(wants|requires)/.exec(step)?.[1] ?? []);
    assert.deepEqual(hooks(ebsPool()), ["wants"]);
    assert.deepEqual(hooks(blockPool), ["requires"]);
  });

  it("starts swap after the array and before the kubelet, and not for ever", () => {
    const unit = contentOf(run(ebsPool()), "/etc/systemd/system/eks-swap.service");
    for (const setting of [
      String.raw`After=mnt-k8s\x2ddisks-0.mount`,
      "Before=kubelet.service",
      "Type=oneshot",
      "RemainAfterExit=yes",
      "EnvironmentFile=/etc/eks-swap/swap.env",
      "ExecStart=/usr/local/lib/eks-swap/swap-on.sh",
      "ExecStop=/usr/local/lib/eks-swap/swap-off.sh",
    ]) {
      assert.ok(unit.includes(setting), `${setting} is not in\n${unit.join("\n")}`);
    }
    assert.ok(unit.some((line) => line.startsWith("TimeoutStartSec=")));
  });

  it("ships what the unit starts as executables, and every file that they read", () => {
    const { files } = run(ebsPool());
    const shipped = files.filter(({ path }) => path.startsWith("/usr/local/lib/eks-swap/"));
    const sourced = shipped.flatMap(({ content }) =>
      [...content.matchAll(/^\. "\$\{0%\/\*\}\/(.+)"$/gm)].map(([, name]) => name),
    );
    const modes = new Map(shipped.map(({ path, mode }) => [path.slice("/usr/local/lib/eks-swap/".length), mode]));
    assert.equal(modes.get("swap-on.sh"), "0755");
    assert.equal(modes.get("swap-off.sh"), "0755");
    for (const name of new Set(sourced)) assert.equal(modes.get(String(name)), "0644", String(name));
    assert.equal(new Set(sourced).size, shipped.length - 2);
  });

  it("says the design in the environment file, in bytes", () => {
    assert.deepEqual(contentOf(run(instanceStorePool()), "/etc/eks-swap/swap.env"), [
      'ARRAY_PATH="/mnt/k8s-disks/0"',
      'BACKINGS="instance-store root-volume"',
      'EVICTION_THRESHOLD="104857600"',
      'MINIMUM_BYTES="1073741824"',
      'MIN_FREE_KBYTES="auto"',
      'ON_FAILURE="continue"',
      'PAGE_CLUSTER="5"',
      'RESERVE_BYTES="10737418240"',
      'SIZE_BYTES="32212254720"',
      'SWAPPINESS="60"',
      'WATERMARK_SCALE_FACTOR="auto"',
    ]);
  });

  it("differs by one variable for another size", () => {
    assert.deepEqual(changedVariables(ebsPool(), ebsPool({ sizeBytes: 60 * GIB })), [
      'SIZE_BYTES="32212254720" -> SIZE_BYTES="64424509440"',
    ]);
  });

  it("differs by the variables of onFailure and sysctls for those", () => {
    assert.deepEqual(changedVariables(ebsPool(), blockPool), [
      'MIN_FREE_KBYTES="auto" -> MIN_FREE_KBYTES="204800"',
      'ON_FAILURE="continue" -> ON_FAILURE="block"',
      'PAGE_CLUSTER="5" -> PAGE_CLUSTER="0"',
      'SWAPPINESS="60" -> SWAPPINESS="10"',
      'WATERMARK_SCALE_FACTOR="auto" -> WATERMARK_SCALE_FACTOR="200"',
    ]);
  });

  it("ships what a pool uses, and nothing else", () => {
    const parts = { make_swap_volume: "ebs-volume.sh", enable_zswap: "zswap.sh", SIZE_PERCENT: "swap-size.sh" };
    const shipped = (pool: PoolDesign) => {
      const functions = contentOf(run(pool), "/usr/local/lib/eks-swap/functions.sh").join("\n");
      return Object.entries(parts).flatMap(([name, script]) =>
        new RegExp(`^${name}\\(\\) |[*] ${name} /`, "m").test(functions) ? [script] : [],
      );
    };
    assert.deepEqual(shipped(instanceStorePool()), []);
    assert.deepEqual(shipped(ebsPool({ zswap: { maxPoolPercent: 20 } })), ["zswap.sh"]);
    assert.deepEqual(shipped(ebsPool({ backings: ["ebs-volume"] })), ["ebs-volume.sh"]);
    assert.deepEqual(shipped(everythingPool()), ["ebs-volume.sh", "zswap.sh", "swap-size.sh"]);
  });

  it("has variables of their own for percent, volume and zswap", () => {
    const [plain, everything] = [ebsPool(), everythingPool()].map((pool) =>
      contentOf(run(pool), "/etc/eks-swap/swap.env").filter((line) => /^(PAGE|SIZE|VOLUME|ZSWAP)_/.test(line)),
    );
    assert.deepEqual(plain, ['PAGE_CLUSTER="5"', 'SIZE_BYTES="32212254720"']);
    assert.deepEqual(everything, [
      'PAGE_CLUSTER="5"',
      'SIZE_BYTES="68719476736"',
      'SIZE_PERCENT="50"',
      'VOLUME_BYTES="68719476736"',
      'VOLUME_DEVICE="/dev/xvdb"',
      'ZSWAP_MAX_POOL_PERCENT="20"',
    ]);
  });

  it("leaves a durable mark at the kubelet's start, where a volume is looked for before it", () => {
    const dropIn = (pool: PoolDesign) =>
      contentOf(run(pool), "/etc/systemd/system/kubelet.service.d/50-eks-swap.conf").filter((line) =>
        line.startsWith("ExecStartPre="),
      );
    assert.deepEqual(dropIn(ebsPool()), []);
    assert.deepEqual(dropIn(ebsPool({ backings: ["root-volume", "ebs-volume"] })), [
      "ExecStartPre=-/usr/bin/touch /etc/eks-swap/kubelet-ran",
      "ExecStartPre=-/usr/bin/sync /etc/eks-swap/kubelet-ran",
    ]);
  });

  it("leaves a percentage of RAM to the node, and says 0 where the kubelet watches no memory", () => {
    const threshold = (evictionHard: PoolDesign["evictionHard"]) =>
      contentOf(run(ebsPool({}, { evictionHard })), "/etc/eks-swap/swap.env").find((line) => line.includes("EVICTION"));
    assert.equal(threshold({ "memory.available": "2.5%" }), 'EVICTION_THRESHOLD="2500m%"');
    assert.equal(threshold({ "nodefs.available": "10%" }), 'EVICTION_THRESHOLD="0"');
  });
});
