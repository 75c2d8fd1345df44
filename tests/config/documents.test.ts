// README.md and Pulumi.yaml say of the stack config what the schema says.
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
import { configKeys, tableRows } from "./config-table";

const root = resolve(__dirname, "..", "..");
const readme = resolve(root, "README.md");
const table = /(?<=<!-- config keys -->)[^]*(?=<!-- end of config keys -->)/;

async function withTable(text: string): Promise<string> {
  const rows = ["| key | default | meaning |", "| --- | --- | --- |", ...tableRows()].join("\n");
  return format(
    text.replace(table, () => `\n\n${rows}\n\n`),
    { parser: "markdown", printWidth: 120, trailingComma: "all" },
  );
}

describe("documents of the stack config", () => {
  it("README.md has the table of all keys (UPDATE_GOLDEN=1 writes it)", async () => {
    const text = readFileSync(readme, "utf8");
    assert.match(text, table);
    const expected = await withTable(text);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(readme, expected);
    assert.equal(readFileSync(readme, "utf8"), expected);
  });

  it("README.md shows stack files that are right", () => {
    const examples = [...readFileSync(readme, "utf8").matchAll(/```yaml\n(# Pulumi\.[^]*?)```/g)];
    assert.ok(examples.length > 0);
    for (const [, text = ""] of examples) {
      const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(load(text));
      assert.deepEqual(readSettings(ourConfig(config)).warnings, []);
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
