// What the command line loads before it knows which command is meant.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";

const root = join(__dirname, "..", "..", "..");

describe("the command line", () => {
  it("loads no SDK of a cloud, an engine, a cluster or a dashboard, nor a live tree, until a command needs it", () => {
    const listing = `require("./automation/cli/main.ts"); console.log(JSON.stringify(Object.keys(require.cache)))`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", listing], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const files = z.array(z.string()).parse(JSON.parse(stdout));
    assert.ok(files.some((file) => file.endsWith("/automation/render/render.ts")));
    assert.deepEqual(
      files.filter((file) => /node_modules\/(?:@pulumi|@kubernetes|@aws-sdk|@grafana|log-update|p-retry)\//.test(file)),
      [],
    );
  });
});
