// `eks-swap predict --instance-types`: what is taken from EC2, and what happens when EC2 cannot be called. The SDK is
// real and talks to a server of this test, which answers in EC2's protocol; tests/engine asks moto instead.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";

const root = resolve(__dirname, "..", "..", "..");
const command = join(root, "automation", "eks-swap.mjs");
const example = join(root, "examples", "predict", "gitlab-runner.yaml");

const predictionSchema = z.object({
  nodes: z.array(z.object({ node: z.string(), pool: z.string(), memTotalBytes: z.number() })),
  notes: z.array(z.string()),
});

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" };

/** One type of an answer. */
function described(name: string, gibibytes: number): string {
  return `<item><instanceType>${name}</instanceType><hypervisor>nitro</hypervisor>
    <memoryInfo><sizeInMiB>${gibibytes * 1024}</sizeInMiB></memoryInfo>
    <processorInfo><manufacturer>Intel</manufacturer>
      <supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
    <vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo></item>`;
}

function page(types: readonly string[], next?: string): string {
  const token = next === undefined ? "" : `<nextToken>${next}</nextToken>`;
  return `<DescribeInstanceTypesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <instanceTypeSet>${types.join("")}</instanceTypeSet>${token}</DescribeInstanceTypesResponse>`;
}

const REFUSAL = `<Response><Errors><Error><Code>UnauthorizedOperation</Code>
  <Message>You are not authorized to perform this operation.</Message></Error></Errors></Response>`;

async function run(environment: Readonly<Record<string, string>>, ...parameters: readonly string[]) {
  const mine = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const child = spawn(
    process.execPath,
    [command, "predict", "-f", example, "--stack", "dev", "--json", ...parameters],
    {
      cwd: root,
      // No file of AWS of whoever runs this, and no instance role.
      env: {
        ...Object.fromEntries(mine),
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...environment,
      },
    },
  );
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { status: child.exitCode, stdout, stderr };
}

describe("instance types of a prediction", () => {
  let server: Server;
  let endpoint = "";
  let refuses = false;
  const asked: URLSearchParams[] = [];

  before(async () => {
    server = createServer((request, response) => {
      text(request).then(
        (body) => {
          const query = new URLSearchParams(body);
          asked.push(query);
          const first = page([described("m9i.xlarge", 20)], "more");
          const second = page([described("m9i.2xlarge", 40), described("t3.nano", 0.5)]);
          response.statusCode = refuses ? 403 : 200;
          response.end(refuses ? REFUSAL : query.get("NextToken") === "more" ? second : first);
        },
        () => response.destroy(),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    endpoint = `http://127.0.0.1:${address.port}`;
  });
  beforeEach(() => {
    refuses = false;
    asked.length = 0;
  });
  after(() => {
    server.close();
  });

  it("are all pages of EC2's answer where there are credentials, so that a type of tomorrow counts", async () => {
    const { status, stdout, stderr } = await run({ ...CREDENTIALS, AWS_ENDPOINT_URL: endpoint });
    assert.equal(status, 0, stderr);
    const { nodes, notes } = predictionSchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      nodes.filter(({ pool }) => pool === "ebs").map(({ node, memTotalBytes }) => [node, memTotalBytes / 2 ** 30]),
      [
        ["pool ebs, 20Gi", 20],
        ["pool ebs, 40Gi", 40],
      ],
    );
    assert.ok(notes.includes("instance types are those that EC2 offers in eu-central-1: 3"), notes.join("\n"));
    assert.deepEqual(
      asked.map((query) => [query.get("Action"), query.get("NextToken")]),
      [
        ["DescribeInstanceTypes", null],
        ["DescribeInstanceTypes", "more"],
      ],
    );
  });

  it("are those of the data file without credentials, and EC2 is not called", async () => {
    const { status, stdout, stderr } = await run({ AWS_ENDPOINT_URL: endpoint });
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /instance types are those of the data file of .*with AWS credentials they come from the EC2 API/,
    );
    assert.doesNotMatch(stderr, /EC2|AWS SDK/);
    assert.equal(asked.length, 0);
  });

  it("are those of the data file where that is wanted, and EC2 is not called", async () => {
    const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: endpoint };
    const { stdout } = await run(environment, "--instance-types", "file");
    assert.match(stdout, /instance types are those of the data file of/);
    assert.equal(asked.length, 0);
  });

  it("are those of the data file when EC2 refuses, with a warning that names the cause", async () => {
    refuses = true;
    const { status, stdout, stderr } = await run({ ...CREDENTIALS, AWS_ENDPOINT_URL: endpoint });
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      /^warning: the EC2 API returned no instance types: .*UnauthorizedOperation: You are not authorized.*--instance-types file/m,
    );
    assert.match(stdout, /the data file of .*, since the EC2 API returned no instance types: .*UnauthorizedOperation/);
  });

  it("are those of the data file when a profile that is named is missing, with a warning", async () => {
    const { status, stderr } = await run({ AWS_PROFILE: "missing", AWS_ENDPOINT_URL: endpoint });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^warning: the EC2 API returned no instance types/m);
  });

  const demands: readonly (readonly [name: string, environment: Readonly<Record<string, string>>, cause: RegExp])[] = [
    ["there are no credentials", {}, /there are no AWS credentials/],
    ["EC2 refuses", CREDENTIALS, /UnauthorizedOperation/],
  ];
  for (const [name, environment, cause] of demands) {
    it(`end the command with 1 where EC2's are demanded and ${name}`, async () => {
      refuses = true;
      const all = { ...environment, AWS_ENDPOINT_URL: endpoint };
      const { status, stdout, stderr } = await run(all, "--instance-types", "ec2");
      assert.equal(status, 1, stderr);
      assert.match(stderr, cause);
      assert.equal(z.object({ kind: z.string() }).parse(JSON.parse(stdout)).kind, "ec2");
    });
  }
});
