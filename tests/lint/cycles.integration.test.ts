// oxlint, with the project's own configuration, reports files that import one another, also where only types cross.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const command = join(root, "node_modules", ".bin", "oxlint");

describe("cycles of imports", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-cycles-"));
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { module: "nodenext" } }));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Lints files that each import from the file that is named beside them. */
  function lint(imports: Readonly<Record<string, string>>): string {
    for (const [name, other] of Object.entries(imports)) {
      const code = `import type { Thing as Other } from "./${other}";\nexport type Thing = Other | "${name}";\n`;
      writeFileSync(join(folder, `${name}.ts`), code);
    }
    writeFileSync(join(folder, "end.ts"), 'export type Thing = "end";\n');
    const { stdout, stderr } = spawnSync(command, ["-c", join(root, "oxlint.config.mjs"), folder], {
      cwd: root,
      encoding: "utf8",
    });
    assert.match(stdout, /Finished in/, stderr);
    return stdout;
  }

  it("of three files are reported", () => {
    assert.match(lint({ first: "second", second: "third", third: "first" }), /import\(no-cycle\)/);
  });

  it("are not seen where there are none", () => {
    assert.doesNotMatch(lint({ first: "second", second: "end" }), /no-cycle/);
  });
});
