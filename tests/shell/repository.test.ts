// shellcheck over every other shell script of the repository: CI, and what the boot rig is built from.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

describe("shellcheck of the repository", () => {
  const scripts = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && /^#!.*\b(ba)?sh\b/.test(readFileSync(join(root, path), "latin1")));

  it("finds the scripts", () => {
    assert.ok(scripts.includes(".ci/run"), scripts.join());
  });

  for (const script of scripts) {
    it(`has nothing to say about ${script}`, () => {
      const { error, status, stdout } = spawnSync("shellcheck", ["-x", "--severity=style", script], {
        cwd: root,
        encoding: "utf8",
      });
      assert.ok(error === undefined, `shellcheck cannot be run (${String(error?.message)}): install the package`);
      assert.equal(status, 0, stdout);
    });
  }
});
