// Every fault of fault-cases.ts on the real engine: exit code, kind, and that docs/faults.md shows what happens.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { FAULT_CASES } from "./fault-cases";
import { Pipeline } from "./pipeline";
import { complaint, headOfFault, kindOf, oneSpace } from "./recording";

describe("faults on the real engine", () => {
  const sections = readFileSync(resolve(__dirname, "..", "..", "docs", "faults.md"), "utf8").split(/^(?=### )/m);
  const pipeline = new Pipeline();
  before(async () => pipeline.open());
  after(async () => pipeline.close());

  for (const faultCase of FAULT_CASES) {
    it(`${faultCase.fault}, exit code ${faultCase.code}`, async () => {
      const ended = await faultCase.run(pipeline);
      assert.deepEqual([ended.code, kindOf(ended)], [faultCase.code, faultCase.kind], ended.stderr);
      const section = sections.find((text) => text.startsWith(`${headOfFault(faultCase)}\n`));
      assert.ok(section, `docs/faults.md has no such section: npm run record-pipelines`);
      // Other lines are those of the engine and of tools, whose words differ by version.
      const [ours = ""] = complaint(ended)
        .filter((line) => line.startsWith("error: "))
        .slice(-1);
      assert.ok(section.includes(oneSpace(ours)), `docs/faults.md does not show "${ours}": npm run record-pipelines`);
    });
  }

  it("leave nothing but what nobody has removed", () => {
    const { doubled, lost, pending } = pipeline.differences();
    assert.deepEqual(doubled.map((name) => name.split(" ")[0]).toSorted(), [
      "aws:ebs/volume:Volume",
      "aws:ec2/launchTemplate:LaunchTemplate",
    ]);
    assert.deepEqual([lost, pending], [[], 0]);
  });

  it("show no secret", () => {
    assert.ok(pipeline.written.length > FAULT_CASES.length);
    assert.deepEqual(pipeline.leaks(), []);
  });
});
