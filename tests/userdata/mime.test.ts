// The MIME document as its readers take it: a mail parser, and Karpenter, which writes it anew.
import assert from "node:assert/strict";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { UserDataError } from "../../userdata/fragments";
import { NODE_CONFIG, renderMime, SHELL_SCRIPT } from "../../userdata/mime";
import { asciiLines } from "../support/arbitraries";
import { mergeLikeKarpenter, readMime } from "../support/karpenter-mime";

const part = fc.record(
  {
    contentType: fc.constantFrom<typeof NODE_CONFIG | typeof SHELL_SCRIPT>(NODE_CONFIG, SHELL_SCRIPT),
    body: asciiLines,
  },
  { noNullPrototype: true },
);
const parts = fc.array(part, { minLength: 1, maxLength: 5 });

describe("renderMime", () => {
  it("writes the whole document", () => {
    const document = renderMime([
      { contentType: NODE_CONFIG, body: "kind: NodeConfig\n" },
      { contentType: SHELL_SCRIPT, body: "#!/bin/bash\ntrue\n" },
    ]);
    assert.equal(
      document,
      [
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="//"',
        "",
        "--//",
        "Content-Type: application/node.eks.aws",
        "",
        "kind: NodeConfig",
        "",
        "--//",
        'Content-Type: text/x-shellscript; charset="us-ascii"',
        "",
        "#!/bin/bash",
        "true",
        "",
        "--//--",
        "",
      ].join("\n"),
    );
  });

  it("is read by Karpenter's rules as the same parts", () => {
    fc.assert(fc.property(parts, (given) => assert.deepEqual(readMime(renderMime(given)), given)));
  });

  it("is read by a mail parser as the same parts", async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (given) => {
        const { attachments } = await PostalMime.parse(renderMime(given), { attachmentEncoding: "utf8" });
        // This parser leaves the line feed that belongs to the boundary with the part.
        const read = attachments.map(({ mimeType, content }) => [mimeType, content]);
        assert.deepEqual(
          read,
          given.map(({ contentType, body }) => [contentType.split(";")[0], `${body}\n`]),
        );
      }),
    );
  });

  it("survives Karpenter, which puts its own part last", () => {
    const own = { contentType: NODE_CONFIG, body: "kind: NodeConfig\nspec: {}" };
    fc.assert(
      fc.property(parts, (given) => {
        assert.deepEqual(readMime(mergeLikeKarpenter(renderMime(given), own)), [...given, own]);
      }),
    );
  });

  const refused: readonly (readonly [fault: string, body: string, message: string])[] = [
    [
      "a line that ends the part",
      "a\n--//\n",
      'line 2 of a part of userData begins with "--//", the boundary that Karpenter uses: "--//"',
    ],
    [
      "a line that begins like a boundary",
      "--//x\n",
      'line 1 of a part of userData begins with "--//", the boundary that Karpenter uses: "--//x"',
    ],
    [
      "a carriage return, which Karpenter drops",
      "a\r\n",
      'line 1 of a part of userData is not printable ASCII: "a\\r"',
    ],
    ["a letter that is not ASCII", "ok\nü\n", 'line 2 of a part of userData is not printable ASCII: "ü"'],
    ["a control character", "\u0007\n", 'line 1 of a part of userData is not printable ASCII: "\\u0007"'],
    ["a last line without its end", "a", "a part of userData does not end with a line feed"],
  ];
  for (const [fault, body, message] of refused) {
    it(`refuses ${fault}`, () => {
      assert.throws(() => renderMime([{ contentType: SHELL_SCRIPT, body }]), new UserDataError(message));
    });
  }
});

describe("readMime, the reader of these tests", () => {
  const document = renderMime([{ contentType: SHELL_SCRIPT, body: "true\n" }]);
  const refused: readonly (readonly [fault: string, document: string, message: RegExp])[] = [
    ["a line feed before the header", `\n${document}`, /first byte/],
    ["no closing boundary, as in the published recipes", document.replace("--//--", ""), /unexpected EOF/],
    ["a boundary with a space behind it", document.replace("--//\n", "--// \n"), /expecting a new part/],
    [
      "another header in a part",
      document.replace("Content-Type: text", "Content-Transfer-Encoding: base64\nContent-Type: text"),
      /drops every other header/,
    ],
    ["no empty line behind a part's header", document.replace("\n\ntrue", "\ntrue"), /malformed MIME header/],
  ];
  for (const [fault, broken, message] of refused) {
    it(`refuses ${fault}`, () => {
      assert.notEqual(broken, document);
      assert.throws(() => readMime(broken), message);
    });
  }
});
