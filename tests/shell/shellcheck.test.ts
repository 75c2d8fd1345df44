// shellcheck over the node's scripts, as they are written and as the golden userData ships them.
// Not part of `npm test`: shellcheck is a package of the operating system (apt install shellcheck, brew install shellcheck).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { SHELL_SCRIPT } from "../../userdata/mime";
import { runShellPart } from "../support/bash";
import { readGolden } from "../support/golden";
import { readMime } from "../support/karpenter-mime";

const ROOT = join(__dirname, "..", "..");
const NODE_SCRIPTS = join(ROOT, "userdata", "node");
const GOLDEN = join(__dirname, "..", "golden", "userdata");

/** What is sourced is followed; without comments a shipped script does not say that it is bash. */
const OPTIONS = ["-x", "--source-path=SCRIPTDIR", "--shell=bash", "--severity=style"];

/** Findings of every severity are failures. */
function assertClean(folder: string, scripts: readonly string[]): void {
  assert.notEqual(scripts.length, 0, `no scripts in ${folder}`);
  const { error, status, stdout, stderr } = spawnSync("shellcheck", [...OPTIONS, ...scripts], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.ok(
    error === undefined,
    `shellcheck cannot be run (${String(error?.message)}): install the package shellcheck`,
  );
  assert.equal(status, 0, `${stdout}${stderr}`);
}

function scriptsIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".sh"));
}

describe("shellcheck", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-shellcheck-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has nothing to say about the node's scripts as they are written", () => {
    assertClean(NODE_SCRIPTS, scriptsIn(NODE_SCRIPTS));
  });

  it("has nothing to say about the scripts of the suites, of the benchmarks and of CI", () => {
    const scripts = ["tests", "bench"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".sh"))
        .map((name) => join(folder, name)),
    );
    assertClean(ROOT, [...scripts, join(".ci", "run")]);
  });

  for (const name of readdirSync(GOLDEN)) {
    it(`has nothing to say about the shell part of ${name}, and the scripts that it writes`, () => {
      const script = readMime(readGolden(`userdata/${name}`)).find(({ contentType }) => contentType === SHELL_SCRIPT);
      assert.ok(script !== undefined);
      writeFileSync(join(folder, "user-data.sh"), script.body);
      const { files } = runShellPart(script.body, ["systemctl", "rm", "sync"]);
      for (const { path, content } of files) {
        if (path.endsWith(".sh")) writeFileSync(join(folder, basename(path)), content);
      }
      assert.ok(scriptsIn(folder).length > 1);
      assertClean(folder, scriptsIn(folder));
    });
  }

  it("finds a fault that is put into a script", () => {
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken", "unquoted.sh"), "#!/bin/bash\nrm $1\n");
    assert.throws(() => assertClean(join(folder, "broken"), ["unquoted.sh"]), /SC2086/);
  });
});
