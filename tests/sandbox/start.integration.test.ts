// The sandbox's processes: they come up, and none outlives the one that started them.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { startSandbox } from "../../sandbox/start";

interface Process {
  readonly pid: number;
  readonly packageName: string;
}

/** The providers over a directory, whoever started them. */
function providersOver(directory: string): readonly Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, packageName] = /^\s*(\d+) .*serve\.ts (\w+) (?:.*)$/.exec(line) ?? [];
    return line.includes(directory) && packageName !== undefined ? [{ pid: Number(pid), packageName }] : [];
  });
}

/** Waits for as long as the test may take: a process that does not end fails it by its timeout. */
async function untilNoneIsLeft(directory: string): Promise<void> {
  while (providersOver(directory).length > 0) await setTimeout(50);
}

function portsOf(environment: Readonly<Record<string, string>>): readonly (readonly [string, number])[] {
  return (environment["PULUMI_DEBUG_PROVIDERS"] ?? "").split(",").map((part): [string, number] => {
    const [packageName = "", port] = part.split(":");
    return [packageName, Number(port)];
  });
}

describe("startSandbox", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "eks-swap-start-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("serves three packages, says which one ended on its own, and leaves none behind", async () => {
    const sandbox = await startSandbox(directory);
    const ports = portsOf(sandbox.environment);
    assert.deepEqual(
      ports.map(([packageName]) => packageName),
      ["aws", "eks", "kubernetes"],
    );
    for (const [, port] of ports) {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.destroy();
    }
    const aws = providersOver(directory).find(({ packageName }) => packageName === "aws");
    assert.ok(aws);
    process.kill(aws.pid, "SIGKILL");
    while (providersOver(directory).length > 2) await setTimeout(50);
    for (const stopped of [sandbox.stop(), sandbox.stop()]) {
      await assert.rejects(stopped, /^Error: the sandbox's provider for the package aws has ended by SIGKILL.*\n.*$/);
    }
    assert.deepEqual(providersOver(directory), []);
  });

  it("fails with what a provider wrote when it does not come up", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    await assert.rejects(startSandbox(file), /provider for the package \w+ has ended with exit code 1[^]*EEXIST/);
    assert.deepEqual(providersOver(file), []);
  });

  describe("when something fails that nobody catches", () => {
    afterEach(() => {
      delete process.env["EKS_SWAP_UNCAUGHT_CODE"];
    });
    const startAndStop = async (code: status): Promise<void> => {
      process.env["EKS_SWAP_UNCAUGHT_CODE"] = String(code);
      const sandbox = await startSandbox(directory, join(__dirname, "serve-uncaught.ts"));
      await sandbox.stop();
    };

    it("says so in the end", async () => {
      await assert.rejects(startAndStop(status.INTERNAL), /has ended with exit code 1[^]*nobody catches this/);
    });

    for (const code of [status.CANCELLED, status.UNAVAILABLE]) {
      it(`takes a call to an engine that was killed for no defect: ${status[code]}`, async () => {
        await startAndStop(code);
      });
    }
  });

  it("leaves no process when the one that started it is killed", async () => {
    const script = `require(${JSON.stringify(require.resolve("../../sandbox/start"))})
      .startSandbox(${JSON.stringify(directory)}).then(() => { console.log("up"); setInterval(() => {}, 1000); });`;
    const starter = spawn(process.execPath, ["--import", "tsx", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(starter.stdout, "data");
    assert.equal(providersOver(directory).length, 3);
    starter.kill("SIGKILL");
    await untilNoneIsLeft(directory);
  });
});
