// try, up and destroy interrupted on a terminal of their own, at moments and with signals that a seed draws, and run again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../sandbox/provider/store";
import { copyProject } from "./project-copy";
import { differencesOf } from "./differences";
import { randomNumbers } from "./random";
import { slowRequests } from "./slow-requests";

/** How many moments each command is interrupted at; `run.ts --moments N` sets it. */
const moments = Number(process.env["EKS_SWAP_MOMENTS"] ?? "2");
const seed = Number(process.env["EKS_SWAP_SEED"] ?? "1");
const table = process.env["EKS_SWAP_MOMENTS_TABLE"];

const SIGNALS = ["^C", "^C^C", "SIGHUP", "SIGTERM", "kill -9"] as const;

const helper = join(__dirname, "interrupt.py");
const inSandbox = ["--sandbox", "--stack", "dev"];
const entry = "automation/eks-swap.mjs";

/** A command, and from which sandbox it starts. */
const COMMANDS = [
  { name: "try", line: ["npm", "run", "--silent", "try"], heading: "up of dev", from: "nothing" },
  { name: "up --sandbox", line: [process.execPath, entry, "up", ...inSandbox], heading: "up of dev", from: "nothing" },
  {
    name: "destroy --sandbox",
    line: [process.execPath, entry, "destroy", ...inSandbox],
    heading: "destroy of dev",
    from: "everything",
  },
] as const;

interface Shown {
  readonly code: number | null;
  readonly text: string;
}

describe(`interrupted on a terminal at ${moments} moments each (seed ${seed})`, () => {
  const scratch = mkdtempSync(join(tmpdir(), "eks-swap-interrupts-"));
  const everything = join(scratch, "everything");
  const project = copyProject();
  const place = join(project, ".try");
  after(() => {
    for (const folder of [scratch, project]) rmSync(folder, { recursive: true });
  });

  async function onTerminal(
    line: readonly string[],
    { signal, seconds, heading }: { readonly signal: string; readonly seconds: number; readonly heading: string },
  ): Promise<Shown> {
    const child = spawn("/usr/bin/python3", [helper, signal, String(seconds), heading, ...line], {
      cwd: project,
      // The runs of this suite are kept apart from those of the machine's user.
      env: { ...process.env, NO_COLOR: "1", XDG_STATE_HOME: join(scratch, "state"), npm_command: undefined },
    });
    let text = "";
    child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (text += bytes.toString()));
    return new Promise((done) => child.once("close", (code) => done({ code, text })));
  }

  function prepare(from: "nothing" | "everything"): void {
    rmSync(place, { recursive: true, force: true });
    if (from === "everything") cpSync(everything, place, { recursive: true });
    else mkdirSync(place);
    writeFileSync(join(place, "faults.json"), JSON.stringify(slowRequests(0.2)));
  }

  /** Processes whose command line or folder is that of the copy. */
  function processes(): readonly string[] {
    return readdirSync("/proc").filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readFileSync(`/proc/${name}/environ`, "latin1").includes(`XDG_STATE_HOME=${scratch}`);
      } catch {
        return false; // It has ended meanwhile, or is another user's.
      }
    });
  }

  function locks(): readonly string[] {
    const folder = join(place, "backend", ".pulumi", "locks");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  }

  before(async () => {
    prepare("nothing");
    const { code, text } = await onTerminal(COMMANDS[1].line, { signal: "none", seconds: 0, heading: "" });
    assert.equal(code, 0, text);
    cpSync(place, everything, { recursive: true });
  });

  for (const [index, { name, line, heading, from }] of COMMANDS.entries()) {
    const random = randomNumbers(seed + index);
    for (let moment = 0; moment < moments; moment++) {
      // In turn, so that each comes as often as the others; the seed decides where they begin.
      const signal = SIGNALS[(moment + index * 2 + seed) % SIGNALS.length] ?? "^C";
      const isUnderWay = random() < 0.75;
      const seconds = Number((random() * (isUnderWay ? 12 : 8)).toFixed(1));
      const when = isUnderWay ? `${seconds} s into its update` : `${seconds} s after its start`;
      it(`${name}: moment ${moment + 1}, ${signal}, ${when}`, async () => {
        prepare(from);
        const first = await onTerminal(line, { signal, seconds, heading: isUnderWay ? heading : "" });
        const second = await onTerminal(line, { signal: "none", seconds: 0, heading: "" });
        const shown = `--- first (${first.code}) ---\n${first.text}\n--- second (${second.code}) ---\n${second.text}`;
        assert.equal(second.code, 0, shown);
        assert.deepEqual(locks(), [], shown);
        assert.deepEqual(processes(), [], shown);
        const state = join(place, "backend", ".pulumi", "stacks", "eks-swap", "dev.json");
        const found = differencesOf(state, new Store(place));
        assert.deepEqual(found, { doubled: [], lost: [], pending: 0 }, shown);
        if (table !== undefined)
          writeFileSync(table, `| ${name} | ${moment + 1} | ${signal} | ${when} | ${first.code} | green |\n`, {
            flag: "a",
          });
      });
    }
  }
});
