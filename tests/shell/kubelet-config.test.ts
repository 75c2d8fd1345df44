// What kubelet-config.sh reads from the kubelet's configuration, with the real jq.
// Not part of `npm test`: jq is a package of the operating system.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = readFileSync(join(__dirname, "..", "..", "userdata", "node", "kubelet-config.sh"), "utf8");

describe("the kubelet's merged configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-kubelet-"));
    mkdirSync(join(folder, "config.json.d"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the script makes of nodeadm's file and of drop-ins in their order. */
  function settingsOf(...files: readonly object[]): string {
    files.forEach((file, index) => {
      const name = index === 0 ? "config.json" : `config.json.d/${String(index)}0-drop-in.conf`;
      writeFileSync(join(folder, name), JSON.stringify(file));
    });
    const script = `${SCRIPT.replace("/etc/kubernetes/kubelet", folder)}\nkubelet_settings\n`;
    const { status, stdout, stderr } = spawnSync("bash", ["-uo", "pipefail"], { input: script, encoding: "utf8" });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    return stdout.trimEnd();
  }

  it("says failSwapOn and the memory that nodeadm and a pool reserve together", () => {
    const nodeadm = { kubeReserved: { cpu: "70m", memory: "893Mi" } };
    const pool = { failSwapOn: false, systemReserved: { memory: "1Gi", "ephemeral-storage": "30Gi" } };
    assert.equal(settingsOf(nodeadm, pool), `false ${String((893 + 1024) * 2 ** 20)}`);
  });

  it("takes true where nothing is said, and nothing as reserved", () => {
    assert.equal(settingsOf({}), "true 0");
  });

  it("merges drop-ins in their order and deeply; null takes a setting back to its default", () => {
    assert.equal(settingsOf({ failSwapOn: true }, { failSwapOn: false }), "false 0");
    assert.equal(settingsOf({ failSwapOn: false }, { failSwapOn: null }), "true 0");
    const reserved = settingsOf({ kubeReserved: { memory: "1Gi", cpu: "1" } }, { kubeReserved: { memory: "2Gi" } });
    assert.equal(reserved, `true ${String(2 ** 31)}`);
    assert.equal(settingsOf({ kubeReserved: { memory: "1Gi" } }, { kubeReserved: null }), "true 0");
  });

  for (const [quantity, bytes] of [
    ["1.5Gi", 1_610_612_736],
    ["500M", 500_000_000],
    ["12k", 12_000],
    ["64Ki", 65_536],
    ["1e9", 1_000_000_000],
    [1000, 1000],
    ["many", 0],
    ["12Xi", 0],
    [{ value: 1 }, 0],
  ] as const) {
    it(`reads ${JSON.stringify(quantity)} as ${String(bytes)} bytes`, () => {
      assert.equal(settingsOf({ kubeReserved: { memory: quantity } }), `true ${String(bytes)}`);
    });
  }
});
