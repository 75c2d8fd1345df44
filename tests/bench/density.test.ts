// How the memory that pods hold is read, and the figures of density.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { densityFigures, densityName } from "../../bench/density";
import { judge } from "../../bench/figure";
import { type Held, heldMiB } from "../../bench/peaks/ramp";

describe("figures of density", () => {
  it("compare what eks-swap held with each of the others", () => {
    const held = (jobs: number, mebibytes: number): Held => ({ jobs, mebibytes, lost: jobs < 6 });
    const figures = densityFigures({
      "no swap": [held(3, 3000), held(3, 3100), held(3, 2900)],
      "published recipe": [held(3, 3300), held(4, 3900), held(4, 3800)],
      "eks-swap": [held(6, 5400), held(6, 5376), held(5, 4800)],
      "eks-swap with zswap": [],
    }).map(judge);
    const ratioOf = (name: string) => figures.find((figure) => figure.name === name)?.ratio;
    assert.equal(ratioOf(densityName("jobs at their peak then", "no swap")), 2);
    assert.equal(ratioOf(densityName("jobs at their peak then", "published recipe")), 1.5);
    assert.equal(ratioOf(densityName("memory of jobs when the first was lost", "no swap")), 1.792);
    assert.equal(figures.length, 4);
  });
});

describe("what pods hold", () => {
  const answering = (output: string) => ({ run: () => Promise.resolve({ status: 0, output }) });

  it("is reported in MiB", async () => {
    assert.equal(await heldMiB(answering("3670016\n")), 3584);
  });

  it("leaves out the complaints of the shell, as about pods that are gone", async () => {
    const run = (script: string) => {
      const { status, stdout } = spawnSync("bash", ["-c", `exec 2>&1\n${script}`], { encoding: "utf8" });
      return Promise.resolve({ status: status ?? -1, output: stdout });
    };
    assert.ok((await heldMiB({ run })) >= 0);
  });

  it("is no answer that a complaint stands in", async () => {
    const complaint = "cat: /sys/fs/cgroup/kubepods.slice/cgroup.procs: No such device\n3670016\n";
    await assert.rejects(heldMiB(answering(complaint)), /is no number: cat: .*No such device/);
  });
});
