// The program under a profile and a role: who asks the cluster for a token is who made it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ClusterConnection } from "../../automation/cluster/connection";
import { countNodes } from "../../automation/cluster/nodes";
import { runProgram } from "../../automation/engine/program";
import { record, RecorderError } from "../support/recorder";

const ROLE = "arn:aws:iam::123456789012:role/deployer";

/** Takes the parameters that the command of AWS has, and no other; the token says who it is for. */
const FAKE_AWS = `#!${process.execPath}
const { parseArgs } = require("node:util");
const string = { type: "string" };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "cluster-name": string, region: string, profile: string, "role-arn": string, output: string },
});
if (positionals.join(" ") !== "eks get-token" || values.region !== "eu-central-1") process.exit(252);
const token = [values["cluster-name"], values.profile ?? "ambient", values["role-arn"] ?? "no-role"].join("|");
console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1beta1", kind: "ExecCredential", status: { token } }));
`;

const NEW = { cluster: { name: "dev" } };
const EXISTING = {
  cluster: {
    kubernetesVersion: "1.34",
    existing: { name: "theirs", securityGroupIds: ["sg-0123456789abcdef0"], subnetIds: ["subnet-0123456789abcdef0"] },
  },
};

async function kubeconfigOf(platform: object, identity: Readonly<Record<string, string>>): Promise<string> {
  const own = Object.entries(platform).map(([key, value]): [string, string] => [
    `eks-swap:${key}`,
    JSON.stringify(value),
  ]);
  const config = { ...Object.fromEntries(own), "eks-swap:pools": "{}", "aws:region": "eu-central-1", ...identity };
  const { stackOutputs } = await record(runProgram, { config });
  return String(stackOutputs.values["kubeconfig"]);
}

/** An API server without nodes. */
async function serve(seen: (string | undefined)[]): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify({ kind: "NodeList", apiVersion: "v1", metadata: {}, items: [] }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { server, url: `http://127.0.0.1:${address.port}` };
}

describe("the identity of the aws config", () => {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-aws-"));
  const path = process.env["PATH"] ?? "";

  before(() => {
    writeFileSync(join(folder, "aws"), FAKE_AWS);
    chmodSync(join(folder, "aws"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  });

  after(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  const cases = [
    { name: "none", config: {}, who: "ambient|no-role" },
    { name: "a profile", config: { "aws:profile": "ops" }, who: "ops|no-role" },
    { name: "another profile", config: { "aws:profile": "dev admins" }, who: "dev admins|no-role" },
    {
      name: "a role",
      config: { "aws:assumeRoles": JSON.stringify([{ roleArn: ROLE, sessionName: "ci" }]) },
      who: `ambient|${ROLE}`,
    },
    {
      name: "a role from a profile",
      config: { "aws:profile": "ops", "aws:assumeRoles": JSON.stringify([{ roleArn: ROLE }]) },
      who: `ops|${ROLE}`,
    },
  ];
  for (const { name, config, who } of cases) {
    for (const [platform, cluster] of [
      [NEW, "dev"],
      [EXISTING, "theirs"],
    ] as const) {
      it(`is what the cluster ${cluster} is asked with: ${name}`, async () => {
        const kubeconfig = await kubeconfigOf(platform, config);
        const seen: (string | undefined)[] = [];
        const { server, url } = await serve(seen);
        try {
          const here = kubeconfig.replace(/"server":"[^"]*"/, `"server":"${url}","insecure-skip-tls-verify":true`);
          await countNodes(new ClusterConnection({ kubeconfig: here }));
        } finally {
          server.close();
        }
        assert.deepEqual([...new Set(seen)], [`Bearer ${cluster}|${who}`]);
      });
    }
  }

  it("is refused, all of it at once, where a kubeconfig has no place for it", async () => {
    const config = {
      "aws:accessKey": "AKIAEXAMPLE",
      "aws:sharedConfigFiles": JSON.stringify(["team"]),
      "aws:assumeRoles": JSON.stringify([{ roleArn: ROLE, externalId: "42" }]),
    };
    const refused = await kubeconfigOf(NEW, config).then(
      () => "",
      (error: unknown) => {
        assert.ok(error instanceof RecorderError);
        return error.message;
      },
    );
    assert.match(refused, /aws:assumeRoles\[0\]\.externalId: .* set aws:profile/);
    assert.match(refused, /aws:accessKey: .* set AWS_ACCESS_KEY_ID in the environment/);
    assert.match(refused, /aws:sharedConfigFiles: .* set AWS_CONFIG_FILE/);
    assert.doesNotMatch(refused, /AKIAEXAMPLE/);
  });

  it("is refused where it is a chain of roles", async () => {
    const roles = JSON.stringify([{ roleArn: ROLE }, { roleArn: `${ROLE}-2` }]);
    await assert.rejects(kubeconfigOf(NEW, { "aws:assumeRoles": roles }), /aws:assumeRoles: 2 roles\..*source_profile/);
  });
});
