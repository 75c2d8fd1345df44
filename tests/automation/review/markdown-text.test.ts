// Texts of users in Markdown, as a reader of Markdown sees them: always as they are, and never more than a text.
import assert from "node:assert/strict";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { failureMarkdown, reviewMarkdown } from "../../../automation/review/markdown";
import { code, fence, words } from "../../../automation/review/markdown-text";
import type { Review } from "../../../automation/review/review";
import { printable, printableLine } from "../../../swap/printable";
import { HOSTILE_TEXTS } from "../../config/hostile-configs";

const reader = new MarkdownIt({ html: true });

const text = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "grapheme" }),
  fc.stringMatching(/^[`|\\*_<>&[\]()!#@~$ \na-z]{0,30}$/),
  fc
    .array(fc.constantFrom(...HOSTILE_TEXTS.filter(({ length }) => length < 100)), { maxLength: 3 })
    .map((parts) => parts.join("")),
);

type Token = ReturnType<typeof reader.parse>[number];

/** What is read, all kinds of inline tokens with it. */
function inline(tokens: readonly Token[]) {
  const children = tokens.flatMap((token) => token.children ?? []);
  return {
    kinds: new Set(children.map(({ type, content }) => (content === "<!-- -->" ? "text" : type))),
    content: children.map(({ type, content }) => (type === "html_inline" ? "" : content)).join(""),
  };
}

/** As it is, up to a length that no name has. */
const shown = (given: string): string => printableLine(given.length > 1000 ? `${given.slice(0, 1000)}…` : given);

/** Backticks around code are no content, and Markdown joins spaces at the ends of lines. */
const plain = (content: string): string => content.replaceAll(/[`\s]+/g, "");

describe("texts in Markdown", () => {
  for (const [name, write] of Object.entries({ words, code })) {
    it(`${name}: in a line`, () => {
      fc.assert(
        fc.property(text, (given) => {
          const tokens = reader.parse(`- x ${write(given)} y\n`, {});
          assert.equal(tokens.filter(({ type }) => type === "inline").length, 1);
          const { kinds, content } = inline(tokens);
          assert.deepEqual(
            [...kinds].filter((kind) => !["text", "code_inline", "text_special"].includes(kind)),
            [],
          );
          assert.equal(plain(content), plain(`x${shown(given)}y`));
        }),
        { numRuns: 2000 },
      );
    });

    it(`${name}: in a cell`, () => {
      fc.assert(
        fc.property(text, (given) => {
          const tokens = reader.parse(`| a | b |\n| --- | --- |\n| ${write(given)} | end |\n\nafter\n`, {});
          const cells = tokens.filter(({ type }, index) => type === "inline" && tokens[index - 1]?.type === "td_open");
          assert.equal(cells.length, 2);
          assert.deepEqual(cells[1]?.content, "end");
          assert.equal(plain(inline(cells.slice(0, 1)).content), plain(shown(given)));
        }),
        { numRuns: 2000 },
      );
    });
  }

  it("fence: one block, whatever it holds", () => {
    fc.assert(
      fc.property(text, (given) => {
        const tokens = reader.parse(`${fence(given)}\n\nafter\n`, {});
        assert.deepEqual(
          tokens.map(({ type }) => type),
          ["fence", "paragraph_open", "inline", "paragraph_close"],
        );
        assert.equal(tokens[0]?.content, `${printable(given)}\n`);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A preview in which everything that a user may choose is `given`. */
function reviewOf(given: string, count: number): Review {
  const change = {
    kind: "update",
    name: given,
    type: "aws:ec2/vpc:Vpc",
    urn: "",
    before: {},
    after: {},
    replaceKeys: [],
  } as const;
  return {
    stack: given,
    counts: { update: count },
    changes: Array.from({ length: count }, () => ({ ...change })),
    pools: [],
    refusals: [{ gate: "roll-all-pools", message: `all roll: ${given}`, allowed: false, concerns: [] }],
    beyondPlan: Array.from({ length: count }, () => given),
    unchecked: [given],
    seconds: 1,
    warnings: [{ id: "no-pools", path: given, value: given, message: given, remedy: given, severity: "warning" }],
  };
}

describe("the whole text of a preview", () => {
  it("has the same blocks whatever it holds", () => {
    const kinds = (given: string) => reader.parse(reviewMarkdown(reviewOf(given, 2)), {}).map(({ type }) => type);
    const expected = kinds("dev");
    fc.assert(
      fc.property(text, (given) => {
        assert.deepEqual(kinds(given), expected);
      }),
      { numRuns: 500 },
    );
  });

  it("stays below what GitHub takes, with the gate and with what was left out counted", () => {
    for (const [given, count] of [
      ["a".repeat(60), 5000],
      ["|".repeat(5000), 50],
    ] as const) {
      const written = reviewMarkdown(reviewOf(given, count));
      assert.ok(written.length < 33_000, String(written.length));
      assert.match(written, /Gate \*\*roll-all-pools\*\* is closed/);
      const listed = (written.match(/^- update /gm) ?? []).length;
      const [, left = "0"] =
        /(\d+) more left out here[^]*<\/details>/.exec(written.slice(written.indexOf("<details>"))) ?? [];
      assert.equal(listed + Number(left), count);
    }
    const failure = failureMarkdown("preview", "dev", "`".repeat(100_000));
    assert.ok(failure.length < 65_536, String(failure.length));
    assert.match(failure, /cut: the log has all of it/);
  });
});
