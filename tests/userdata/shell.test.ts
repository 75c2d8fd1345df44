// Bash reads back what the program writes for it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserDataError } from "../../userdata/fragments";
import { assignVariable, joinLines, quoteWord, shrinkScript, toLines, writeFileLines } from "../../userdata/shell";
import { anyText, asciiLines } from "../support/arbitraries";
import { printedBy, runShellPart } from "../support/bash";

describe("quoteWord", () => {
  it("gives words that bash takes as they are, a hundred at a time", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 100, maxLength: 100 }), (words) => {
        assert.deepEqual(printedBy(`printf '%s\\0' ${words.map(quoteWord).join(" ")}\n`), words);
      }),
      { numRuns: 10 },
    );
  });
});

describe("assignVariable", () => {
  it("gives assignments that bash takes as they are", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 50, maxLength: 50 }), (values) => {
        const lines = values.flatMap((value) => [assignVariable("value", value), `printf '%s\\0' "$value"`]);
        assert.deepEqual(printedBy(joinLines(lines)), values);
      }),
      { numRuns: 10 },
    );
  });

  for (const name of ["", "1A", "A-B", "A B", "A=B", "Ä", "A\n"]) {
    it(`refuses the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => assignVariable(name, ""), new UserDataError(`"${name}" is not a shell variable's name`));
    });
  }
});

describe("writeFileLines", () => {
  it("writes files byte for byte, with path and mode", () => {
    const file = fc.record(
      { path: anyText, mode: fc.constantFrom("0644", "0755"), content: asciiLines },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(file, { minLength: 40, maxLength: 40 }), (files) => {
        const lines = files.flatMap(({ path, mode, content }) => writeFileLines(path, mode, content));
        assert.deepEqual(runShellPart(joinLines(lines), []).files, files);
      }),
      { numRuns: 10 },
    );
  });

  it("refuses a line that would end the file early", () => {
    assert.throws(
      () => writeFileLines("/etc/x", "0644", "a\nEOF\nb\n"),
      new UserDataError('/etc/x has a line "EOF", which ends it on the node'),
    );
  });

  it("keeps a line that only contains the end", () => {
    const content = " EOF\nEOF2\n";
    const [file] = runShellPart(joinLines(writeFileLines("/x", "0644", content)), []).files;
    assert.equal(file?.content, content);
  });
});

describe("shrinkScript", () => {
  it("drops indentation, full-line comments and empty lines, and nothing else", () => {
    const script =
      "#!/bin/bash\n# why\n\n  # indented\n# shellcheck disable=SC1\na # b\n  echo '#'\n\t\n#!/not/first\n";
    assert.equal(shrinkScript(script), "#!/bin/bash\na # b\necho '#'\n");
  });
});

describe("toLines", () => {
  it("is the inverse of joinLines", () => {
    fc.assert(fc.property(asciiLines, (text) => joinLines(toLines(text)) === text));
  });

  it("refuses a text whose last line is not ended", () => {
    assert.throws(() => toLines("a\nb"), new UserDataError('text does not end with a line feed: "a\\nb"'));
  });
});
