// Files and folders with manifests, found as kubectl finds them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { dump } from "js-yaml";
import { readManifestFiles } from "../../workload/files";
import { readManifests } from "../../workload/manifests";
import { ManifestError } from "../../workload/problem";
import { container, pod } from "./manifests";

describe("readManifestFiles", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-manifests-"));
    mkdirSync(join(folder, "nested"));
    for (const name of ["b.yaml", "a.json", "nested/c.yml", "notes.md"]) writeFileSync(join(folder, name), "");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("takes the manifests of a folder and of those below it, in the order of their names", () => {
    const { texts, problems } = readManifestFiles([folder, join(folder, "notes.md")]);
    assert.deepEqual(
      texts.map(({ file }) => file),
      ["a.json", "b.yaml", "nested/c.yml", "notes.md"].map((name) => join(folder, name)),
    );
    assert.deepEqual(problems, []);
  });

  it("follows no link to another folder, and reports a link that leads nowhere", () => {
    const linked = mkdtempSync(join(tmpdir(), "eks-swap-links-"));
    try {
      mkdirSync(join(linked, "a"));
      writeFileSync(join(linked, "a", "pod.yaml"), "");
      symlinkSync(linked, join(linked, "a", "loop"));
      symlinkSync("..", join(linked, "a", "up.yaml"));
      symlinkSync("pod.yaml", join(linked, "a", "same.yaml"));
      symlinkSync("nowhere", join(linked, "a", "dangling.yaml"));
      symlinkSync("me@host.1:2", join(linked, "a", ".#pod.yaml"));
      const { texts, problems } = readManifestFiles([linked, join(linked, "a", "dangling.yaml")]);
      const paths = texts.map(({ file }) => relative(linked, file));
      assert.deepEqual(paths, ["a/pod.yaml", "a/same.yaml"]);
      assert.deepEqual(
        problems.map(({ file, message }) => [relative(linked, file), message]),
        Array.from({ length: 2 }, () => ["a/dangling.yaml", "is a link to what does not exist"]),
      );
    } finally {
      rmSync(linked, { recursive: true });
    }
  });

  it("marks what lies in a folder with a kustomization, where a base and its patch are one object", () => {
    const folderOf = mkdtempSync(join(tmpdir(), "eks-swap-kustomization-"));
    try {
      const base = dump(pod([container("app", "1Gi")]));
      for (const name of ["base", "patches"]) mkdirSync(join(folderOf, name));
      writeFileSync(join(folderOf, "base", "pod.yaml"), base);
      writeFileSync(join(folderOf, "patches", "pod.yaml"), base);
      writeFileSync(join(folderOf, "values.yaml"), "replicas: 2\n");
      const { workloads, ignored } = readManifests(readManifestFiles([folderOf]).texts);
      assert.equal(workloads.length, 2);
      assert.deepEqual(
        ignored.map(({ file }) => relative(folderOf, file)),
        ["values.yaml"],
      );
      writeFileSync(join(folderOf, "kustomization.yaml"), "resources: [base/pod.yaml]\n");
      assert.throws(
        () => readManifests(readManifestFiles([folderOf]).texts),
        (error) => error instanceof ManifestError && error.problems.map(({ id }) => id).join() === "not-rendered",
      );
    } finally {
      rmSync(folderOf, { recursive: true });
    }
  });

  it("reports what does not exist", () => {
    const { problems } = readManifestFiles([join(folder, "missing.yaml"), folder]);
    assert.deepEqual(
      problems.map(({ id, file }) => [id, file]),
      [["no-such-file", join(folder, "missing.yaml")]],
    );
  });
});
