// What kubelet-config.sh reads from the kubelet's configuration, with the real jq, Python and PyYAML.
// Not part of `npm test`: jq and python3-yaml are packages of the operating system.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { shrinkScript } from "../../userdata/shell";

const SCRIPT = readFileSync(join(__dirname, "..", "..", "userdata", "node", "kubelet-config.sh"), "utf8");

describe("the kubelet's merged configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-kubelet-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the script says, as it is shipped; `path` takes the place of cloud-init's Python. */
  function settings(python = "/usr/bin/python3"): { readonly said: string; readonly stderr: string } {
    const moved = shrinkScript(SCRIPT)
      .replace("/etc/kubernetes/kubelet", folder)
      .replace("/usr/bin/python3", () => python);
    const { status, stdout, stderr } = spawnSync("bash", ["-uo", "pipefail"], {
      input: `${moved}\nkubelet_settings\n`,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    assert.equal(status, 0, stderr);
    return { said: stdout.trimEnd().replaceAll(folder, ""), stderr };
  }

  function write(path: string, text: string): void {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** What the script makes of nodeadm's file and of drop-ins in their order. */
  function settingsOf(...files: readonly object[]): string {
    files.forEach((file, index) => {
      write(index === 0 ? "config.json" : `config.json.d/${index}0-drop-in.conf`, JSON.stringify(file));
    });
    const { said, stderr } = settings("/nowhere/python3");
    assert.equal(stderr, "");
    return said;
  }

  it("says failSwapOn and the memory that nodeadm and a pool reserve together", () => {
    const nodeadm = { kubeReserved: { cpu: "70m", memory: "893Mi" } };
    const pool = { failSwapOn: false, systemReserved: { memory: "1Gi", "ephemeral-storage": "30Gi" } };
    assert.equal(settingsOf(nodeadm, pool), `${(893 + 1024) * 2 ** 20} false`);
  });

  it("takes true where nothing is said, and nothing as reserved", () => {
    assert.equal(settingsOf({}), "0 true");
  });

  it("merges drop-ins in their order and deeply; null takes a setting back to its default", () => {
    assert.equal(settingsOf({ failSwapOn: true }, { failSwapOn: false }), "0 false");
    assert.equal(settingsOf({ failSwapOn: false }, { failSwapOn: null }), "0 true");
    const reserved = settingsOf({ kubeReserved: { memory: "1Gi", cpu: "1" } }, { kubeReserved: { memory: "2Gi" } });
    assert.equal(reserved, `${2 ** 31} true`);
    assert.equal(settingsOf({ kubeReserved: { memory: "1Gi" } }, { kubeReserved: null }), "0 true");
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
    it(`reads ${JSON.stringify(quantity)} as ${bytes} bytes`, () => {
      assert.equal(settingsOf({ kubeReserved: { memory: quantity } }), `${bytes} true`);
    });
  }

  describe("of a folder as the kubelet walks it", () => {
    const says = (failSwapOn: boolean) => JSON.stringify({ failSwapOn });
    beforeEach(() => {
      write("config.json", says(true));
    });

    it("has subfolders, hidden files and only what ends with .conf", () => {
      write("config.json.d/deep/er/x.conf", says(false));
      assert.equal(settings().said, "0 false");
      write("config.json.d/deep/er/y.conf.bak", says(true));
      write("config.json.d/deep/z.json", says(true));
      assert.equal(settings().said, "0 false");
      write("config.json.d/deep/er/x.conf/../.conf", says(true));
      assert.equal(settings().said, "0 false", ".conf comes before x.conf");
      write("config.json.d/deep/f/.conf", says(true));
      assert.equal(settings().said, "0 true");
    });

    for (const [first, last] of [
      // A folder stands where its name sorts, and not where its files' paths would.
      ["a/z.conf", "a.conf"],
      ["a/z.conf", "a-b.conf"],
      ["10.conf", "9/1.conf"],
      ["B.conf", "a.conf"],
    ] as const) {
      it(`${last} wins over ${first}`, () => {
        write(`config.json.d/${first}`, says(true));
        write(`config.json.d/${last}`, says(false));
        assert.equal(settings().said, "0 false");
        write(`config.json.d/${first}`, says(false));
        write(`config.json.d/${last}`, says(true));
        assert.equal(settings().said, "0 true");
      });
    }

    it("follows a link to a file, but none to a folder, nor one in the folder's own place", () => {
      write("elsewhere/x.conf", says(false));
      mkdirSync(join(folder, "config.json.d"));
      symlinkSync("../elsewhere", join(folder, "config.json.d/folder"));
      assert.equal(settings().said, "0 true");
      symlinkSync("../elsewhere/x.conf", join(folder, "config.json.d/file.conf"));
      assert.equal(settings().said, "0 false");
      rmSync(join(folder, "config.json.d"), { recursive: true });
      symlinkSync("elsewhere", join(folder, "config.json.d"));
      assert.equal(settings().said, "0 true");
    });

    it("names a link that leads nowhere, with which the kubelet does not start", () => {
      mkdirSync(join(folder, "config.json.d"));
      symlinkSync("nowhere", join(folder, "config.json.d/10.conf"));
      assert.equal(settings().said, "0 /config.json.d/10.conf");
    });
  });

  describe("in YAML", () => {
    beforeEach(() => {
      write("config.json", JSON.stringify({ failSwapOn: true, kubeReserved: { memory: "1Gi", cpu: "1" } }));
    });

    it("is read by the Python of cloud-init, and merged with what is JSON", () => {
      write(
        "config.json.d/20 a b.conf",
        "kind: KubeletConfiguration\nfailSwapOn: false\nkubeReserved:\n  memory: 2Gi\n",
      );
      write("config.json.d/30.conf", JSON.stringify({ systemReserved: { memory: "1Gi" } }));
      assert.equal(settings().said, `${3 * 2 ** 30} false`);
    });

    for (const [what, text] of [
      ["a comment first", "# comment\nfailSwapOn: false\n"],
      ["a document's mark, and a second document", "---\nfailSwapOn: false\n---\nfailSwapOn: true\n"],
      ["YAML 1.1's words", "failSwapOn: off\n"],
      ["braces", "{failSwapOn: no}\n"],
      ["what begins as JSON", '"failSwapOn": false\n'],
      ["CRLF", "kind: KubeletConfiguration\r\nfailSwapOn: false\r\n"],
      ["a byte order mark", "\ufefffailSwapOn: false\n"],
      ["a date, and text that is not ASCII", "a: 2026-01-01\nb: ü\nfailSwapOn: false\n"],
      ["an anchor", "x: &x\n  failSwapOn: false\n<<: *x\n"],
    ] as const) {
      it(`may have ${what}`, () => {
        write("config.json.d/20.conf", text);
        assert.equal(settings().said, `${2 ** 30} false`);
      });
    }

    it("may be the file of nodeadm itself", () => {
      write("config.json", "failSwapOn: false\n");
      assert.equal(settings().said, "0 false");
    });

    for (const [what, text] of [
      ["is neither", "failSwapOn: [\n"],
      ["is no mapping", "- failSwapOn\n"],
      ["is a JSON array", "[]"],
      ["holds control characters", "failSwapOn: \u0001\n"],
      ["has a tag that makes an object", "!!python/object/apply:os.system [false]\n"],
    ] as const) {
      it(`is named where it ${what}, and no other file`, () => {
        write("config.json.d/10.conf", "failSwapOn: false\n");
        write("config.json.d/sub/20 b.conf", text);
        write("config.json.d/sub/30.conf", JSON.stringify({ failSwapOn: false }));
        assert.equal(settings().said, "0 /config.json.d/sub/20 b.conf");
      });
    }

    it("is named where there is no Python, or one without PyYAML", () => {
      write("config.json.d/10.conf", "failSwapOn: false\n");
      for (const python of ["/nowhere/python3", "/usr/bin/python3 -S -I"]) {
        const { said, stderr } = settings(python);
        assert.equal(said, "0 /config.json.d/10.conf");
        assert.match(stderr, /No such file|No module named 'yaml'/);
      }
    });
  });
});
