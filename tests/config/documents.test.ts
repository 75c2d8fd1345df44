// docs/config.md, README.md and Pulumi.yaml say of the stack config what the schema says.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { load } from "js-yaml";
import { format } from "prettier";
import { z } from "zod";
import { valueAt } from "../../config/value-at";
import { ourConfig } from "../../automation/base/stack-file";
import { configSchema } from "../../config/schema/config";
import { readSettings } from "../../config/settings";
import { SECTIONS } from "./config-sections";
import { configKeys, configParts } from "./config-table";

const root = resolve(__dirname, "..", "..");
const page = resolve(root, "docs", "config.md");
const readme = resolve(root, "README.md");

async function withParts(text: string): Promise<string> {
  const filled = Object.entries(configParts()).reduce(
    (done, [name, part]) =>
      done.replace(
        new RegExp(`(<!-- ${name} -->)[^]*(<!-- end of ${name} -->)`),
        (_, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`,
      ),
    text,
  );
  return format(filled, { parser: "markdown", printWidth: 120, trailingComma: "all" });
}

function examplesOf(file: string, pattern: RegExp): readonly unknown[] {
  return [...readFileSync(file, "utf8").matchAll(pattern)].map(([, text = ""]) => load(text));
}

const configFile = z.object({ config: z.record(z.string(), z.unknown()) });

describe("documents of the stack config", () => {
  it("docs/config.md has every key, made from the schema (UPDATE_GOLDEN=1 writes it)", async () => {
    const expected = await withParts(readFileSync(page, "utf8"));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
    for (const { path } of configKeys()) assert.ok(expected.includes(`- \`${path}\` (`), path);
  });

  it("docs/config.md shows examples that together are a stack config without a warning", () => {
    const parts = examplesOf(page, /```yaml\n([^]*?)```/g).flatMap((example) =>
      Object.entries(configFile.parse(example).config),
    );
    assert.deepEqual(
      parts.map(([key]) => key),
      Object.keys(SECTIONS).map((key) => `eks-swap:${key}`),
    );
    assert.deepEqual(readSettings(ourConfig(Object.fromEntries(parts))).warnings, []);
  });

  it("README.md shows stack files without a warning", () => {
    const examples = examplesOf(readme, /```yaml\n(# Pulumi\.[^]*?)```/g);
    assert.ok(examples.length > 0);
    for (const example of examples) {
      assert.deepEqual(readSettings(ourConfig(configFile.parse(example).config)).warnings, []);
    }
  });

  it("every key has a description", () => {
    assert.deepEqual(
      configKeys().filter(({ description }) => description === ""),
      [],
    );
  });

  it("Pulumi.yaml declares the keys, and demands those that have no default", () => {
    const project = load(readFileSync(resolve(root, "Pulumi.yaml"), "utf8"));
    const declared = z.record(z.string(), z.looseObject({})).parse(valueAt(project, ["config"]));
    const expected = Object.entries(configSchema.shape).map(([key, schema]) => [
      `eks-swap:${key}`,
      /^(?:boolean|string)$/.exec(typeof schema.safeParse(undefined).data)?.[0] ?? "object",
      schema.safeParse(undefined).success,
    ]);
    assert.deepEqual(
      Object.entries(declared).map(([key, value]) => [key, value["type"], "default" in value]),
      expected,
    );
  });
});
