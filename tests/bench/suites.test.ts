// What is read of npm's own timings.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf, readSeconds, SUITES } from "../../bench/suites";

describe("times of the suites", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-suites-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A file like those that npm 11 writes for `npm run --silent SCRIPT`, with more in it than is read. */
  function timed(script: string, milliseconds: number): void {
    const command = ["run", "--loglevel", "silent", script];
    const content = { metadata: { command, version: "11.19.1" }, timers: { npm: milliseconds, "npm:load": 9 } };
    writeFileSync(join(folder, `${script.replace(":", "-")}-timing.json`), JSON.stringify(content));
  }

  it("are npm's seconds of each script, and of no other", () => {
    for (const [index, script] of [...SUITES, "test:shell"].entries()) timed(script, 1000 * (index + 1));
    writeFileSync(join(folder, "debug-0.log"), "not JSON");
    assert.deepEqual(readSeconds(folder), Object.fromEntries(SUITES.map((script, index) => [script, index + 1])));
  });

  it("are told by the minute, and those of a part by all of the same run", () => {
    const round = (first: number) => Object.fromEntries(SUITES.map((script, index) => [script, first - index]));
    const [whole, ...parts] = figuresOf([round(90), round(30)]);
    assert.deepEqual([whole?.ours, whole?.limit, whole?.goal], [[90, 30], 60, 1]);
    assert.deepEqual(parts[0]?.ours, [89, 29]);
    for (const part of parts) assert.deepEqual(part.reference, [90, 30]);
  });

  for (const missing of SUITES) {
    it(`are not there without those of ${missing}`, () => {
      for (const script of SUITES.filter((name) => name !== missing)) timed(script, 1000);
      assert.equal(readSeconds(folder), undefined);
    });
  }
});
