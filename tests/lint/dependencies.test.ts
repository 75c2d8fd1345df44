// docs/dependencies.md has an entry for every package of package.json, and for no other.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const root = join(__dirname, "..", "..");

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

describe("dependencies", () => {
  const { dependencies, peerDependencies, devDependencies } = manifest.parse(
    JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
  );
  const sections = readFileSync(join(root, "docs", "dependencies.md"), "utf8").split(/^## /m);

  function entriesOf(title: string): readonly string[] {
    const section = sections.find((text) => text.startsWith(title));
    assert.ok(section !== undefined, `docs/dependencies.md has no section "${title}"`);
    const heads = [...section.matchAll(/^- (`[^:]+`):/gm)].map(([, head = ""]) => head);
    return heads.flatMap((head) => [...head.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)).toSorted();
  }

  it("at run time are all explained", () => {
    assert.deepEqual(entriesOf("At run time"), Object.keys({ ...dependencies, ...peerDependencies }).toSorted());
  });

  it("for development are all explained", () => {
    const ours = Object.keys(devDependencies).filter((name) => !(name in peerDependencies));
    assert.deepEqual(entriesOf("For development"), ours.toSorted());
  });

  it("that a user of the package brings are those that it is tested with, or newer ones that are compatible", () => {
    for (const [name, range] of Object.entries(peerDependencies)) {
      assert.equal(range, `^${devDependencies[name] ?? ""}`, name);
    }
  });

  it("have exact versions", () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
    }
  });
});
