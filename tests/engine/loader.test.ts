// `pulumi up` loads index.ts with the ts-node that comes with Pulumi's SDK, not with tsx as the tests do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "..", "..");

/** What @pulumi/pulumi's cmd/run does before it loads the program, types checked; then the program on mocks. */
const script = `
const { typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");
const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
require(tsnodeRequire).register({ compiler: typescriptRequire, project: "tsconfig.json", compilerOptions: {} });
const { record } = require("./tests/support/recorder.ts");
const config = {
  "eks-swap:cluster": JSON.stringify({ name: "dev" }),
  "eks-swap:pools": JSON.stringify({ ebs: { swap: { size: "30Gi", backings: ["root-volume"] } } }),
};
record(() => require("./index.ts"), { config }).then(({ stackOutputs }) => {
  console.log(JSON.stringify(Object.keys(stackOutputs.values).toSorted()));
});
`;

describe("Pulumi's own TypeScript loader", () => {
  it("checks the types of index.ts and loads it", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""), [
      "clusterName",
      "kubeconfig",
      "pools",
      "userData",
    ]);
  });
});
