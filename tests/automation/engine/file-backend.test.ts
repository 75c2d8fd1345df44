// A backend of files that a killed run has left with empty attributes. With the real CLI: tests/engine/commands.test.ts.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { mendBackend, type Backend } from "../../../automation/engine/file-backend";

const UNREADABLE = new Error("Pulumi's CLI failed: error: failed to load checkpoint: EOF");

describe("a backend of files", () => {
  let folder: string;
  let attributes: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-backend-"));
    const stacks = join(folder, ".pulumi", "stacks", "eks-swap");
    mkdirSync(stacks, { recursive: true });
    attributes = join(stacks, "dev.json.attrs");
    writeFileSync(attributes, "");
    writeFileSync(join(stacks, "dev.json"), "{}");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function backend(url: string): Backend {
    return {
      workDir: "/var",
      whoAmI: async () => ({ user: "ci", url }),
      projectSettings: async () => ({ name: "eks-swap" }),
    };
  }

  for (const [what, urlOf] of [
    ["an absolute path", () => `file://${folder}`],
    ["with settings", () => `file://${folder}?no_tmp_dir=true`],
    ["a path from the folder of the stack files", () => `file://${relative("/var", folder)}`],
    ["a path from home", () => `file://~/${relative(homedir(), folder)}`],
  ] as const) {
    it(`loses empty attributes, and nothing else: ${what}`, async () => {
      assert.equal(await mendBackend(UNREADABLE, backend(urlOf()), "organization/eks-swap/dev"), true);
      assert.equal(existsSync(attributes), false);
      assert.equal(existsSync(attributes.replace(".attrs", "")), true);
    });
  }

  it("is left alone when something else has failed", async () => {
    assert.equal(await mendBackend(new Error("incorrect passphrase"), backend(`file://${folder}`), "dev"), false);
    assert.equal(existsSync(attributes), true);
  });

  it("is left alone when its attributes hold something", async () => {
    writeFileSync(attributes, "{}");
    assert.equal(await mendBackend(UNREADABLE, backend(`file://${folder}`), "dev"), false);
    assert.equal(existsSync(attributes), true);
  });

  it("is not looked for where the backend is another", async () => {
    assert.equal(await mendBackend(UNREADABLE, backend("s3://states"), "dev"), false);
  });
});
