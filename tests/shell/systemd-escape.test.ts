// Unit names of paths against the tool of the systemd that is installed; `npm test` has recorded ones.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { unitNameOfPath } from "../../userdata/systemd";
import { anyText } from "../support/arbitraries";

function escapeBySystemd(paths: readonly string[]): readonly string[] {
  const { error, status, stdout, stderr } = spawnSync("systemd-escape", ["--path", "--suffix=mount", "--", ...paths], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  assert.ok(
    error === undefined,
    `systemd-escape cannot be run (${String(error?.message)}): run this on a Linux with systemd`,
  );
  assert.equal(status, 0, stderr);
  return stdout.trim().split(" ");
}

describe("systemd-escape", () => {
  // A file's name is at most 255 bytes, and so is a unit's.
  const part = anyText.filter((text) => !/^\.\.$|\//.test(text)).map((text) => text.slice(0, 12));
  const path = fc.array(part, { maxLength: 3 }).map((parts) => `/${parts.filter((text) => text !== "..").join("/")}`);

  it("names units of paths as the program does", () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 50, maxLength: 50 }), (paths) => {
        assert.deepEqual(
          escapeBySystemd(paths),
          paths.map((one) => unitNameOfPath(one, "mount")),
        );
      }),
      { numRuns: 20 },
    );
  });
});
