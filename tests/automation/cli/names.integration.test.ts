// Every option that takes a value: a name is one of those that there are, or the command ends with 2 and names them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeProgram } from "../../../automation/cli/main";

const root = resolve(__dirname, "..", "..", "..");

const POD = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "app", resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }] },
});

/** Values that are no names of anything: sizes, texts, durations, and places of what is written. */
const FREE = [
  "--chart",
  "--comment",
  "--confirm",
  "--deadline",
  "--iops",
  "--memory",
  "--message",
  "--namespace",
  "--need",
  "--out",
  "--parallel",
  "--price",
  "--save-plan",
  "--swap",
  "--throughput",
  "--volume-price",
  "--wait",
  "--wait-for-lock",
  // The name of any image.
  "--canary-image",
];

/** Names that only a stack that is up knows: tests/engine/commands.test.ts. */
const OF_STACK = ["--pool"];

/** What a command needs besides the option. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  render: ["--stack", "dev", "--out", "out"],
  predict: ["-f", "pod.json", "--stack", "dev", "--instance-types", "file", "--need", "1Gi"],
};

/** An unknown name for each option, and what the message says. */
const UNKNOWN: Readonly<Record<string, readonly [value: string, message: RegExp]>> = {
  "--stack": ["nosuch", /there is no \S*Pulumi\.nosuch\.yaml; stacks here: dev/],
  "--cwd": ["nosuch", /there is no \S*nosuch\/Pulumi\.dev\.yaml; stacks here: none/],
  "--config": ["nosuch=1", /eks-swap:nosuch is 1, .*known here are cluster, network, /],
  "--allow": ["nosuch", /The gates are replace-cluster, /],
  "--policy-pack": ["nosuch", /there is no policy pack, or configuration of one, at nosuch/],
  "--policy-pack-config": ["nosuch", /there is no policy pack, or configuration of one, at nosuch/],
  "--plan": ["nosuch", /there is no plan \S*nosuch/],
  "--kubeconfig": ["nosuch", /there is no kubeconfig nosuch/],
  "--file": ["nosuch", /nosuch does not exist/],
  "--instance-types": ["nosuch", /Allowed choices are auto, ec2, file/],
  "--container": ["nosuch", /no container is called nosuch: the containers are app/],
};

/** These need an engine before they are looked at. */
const BY_ENGINE = ["--policy-pack", "--policy-pack-config"];

function never(): never {
  throw new Error("no command is run");
}

const program = makeProgram({ load: never, loadEc2: never, loadSandbox: never, version: "0.0.0", end: never });

describe("an unknown name", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-names-"));
    cpSync(join(root, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    writeFileSync(join(folder, "pod.json"), POD);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is looked for in every option of every command", () => {
    const options = program.commands.flatMap((command) => command.options.filter((option) => option.required));
    const names = new Set(options.map(({ long }) => long ?? ""));
    assert.deepEqual([...names].toSorted(), [...FREE, ...OF_STACK, ...Object.keys(UNKNOWN)].toSorted());
  });

  for (const command of program.commands) {
    for (const { long } of command.options) {
      const unknown = UNKNOWN[long ?? ""];
      if (unknown === undefined || BY_ENGINE.includes(long ?? "")) continue;
      it(`of ${command.name()} ${long ?? ""} ends it with 2, in text and JSON`, () => {
        const [value, message] = unknown;
        const given = [...(NEEDED[command.name()] ?? ["--stack", "dev"]), `${long ?? ""}=${value}`, "--json"];
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          [join(root, "automation", "eks-swap.mjs"), command.name(), ...given],
          { cwd: folder, encoding: "utf8" },
        );
        assert.equal(status, 2, stderr);
        assert.match(stderr, message);
        assert.match(stdout, /"error": |"problems": /);
      });
    }
  }
});
