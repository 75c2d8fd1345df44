// The linter reports look-ups by a key that is known only at run time, which may be `constructor`.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";

const root = join(__dirname, "..", "..");

const linter = new ESLint({ cwd: root, ruleFilter: ({ ruleId }) => ruleId === "keys/own" });

/** How often the rule reports this in the place of a file that exists, since it needs types. */
async function count(code: string): Promise<number> {
  const text = `${code}\nexport {};\n`;
  const results = await linter.lintText(text, { filePath: join(root, "swap", "own.ts") });
  const messages = results.flatMap((result) => result.messages);
  assert.deepEqual(
    messages.filter(({ fatal }) => fatal),
    [],
    code,
  );
  return messages.length;
}

const TABLE = "declare const table: Readonly<Record<string, string>>; declare const key: string;";

describe("look-ups by a user's key", () => {
  for (const code of [
    "table[key];",
    "key in table;",
    "table[`x-${key}`];",
    "({ a: 1 } as Record<string, number>)[key] = 2;",
    "Object.hasOwn(table, `${key}x`) ? table[key] : undefined;",
  ]) {
    it(`are reported: ${code}`, async () => {
      assert.equal(await count(`${TABLE} ${code}`), 1);
    });
  }

  for (const code of [
    "Object.hasOwn(table, key) ? table[key] : undefined;",
    'table["name"];',
    "declare const list: readonly string[]; list[list.length - 1];",
    'declare const side: "left" | "right"; ({ left: 1, right: 2 })[side];',
    "new Map(Object.entries(table)).get(key);",
  ]) {
    it(`are not seen in: ${code}`, async () => {
      assert.equal(await count(`${TABLE} ${code}`), 0);
    });
  }
});
