// Unit files, unit names and environment files, read back by the rules of systemd and by bash.
import assert from "node:assert/strict";
import fc from "fast-check";
import { UserDataError } from "../../userdata/fragments";
import { quoteWord } from "../../userdata/shell";
import { renderEnvironment, renderUnit, unitNameOfPath } from "../../userdata/systemd";
import { anyText } from "../support/arbitraries";
import { printedBy } from "../support/bash";

/** As systemd-escape 252 gives them for `--path --suffix=mount`; tests/shell asks the tool that is installed. */
const RECORDED_NAMES: readonly (readonly [path: string, name: string])[] = [
  ["/mnt/k8s-disks/0", String.raw`mnt-k8s\x2ddisks-0.mount`],
  ["/", "-.mount"],
  ["//", "-.mount"],
  ["/home/", "home.mount"],
  ["/dev//sda", "dev-sda.mount"],
  ["/dev/./sda", "dev-sda.mount"],
  ["/.hidden/.x", String.raw`\x2ehidden-.x.mount`],
  ["/a b", String.raw`a\x20b.mount`],
  ["/a:b_c.d", "a:b_c.d.mount"],
  [String.raw`/back\slash`, String.raw`back\x5cslash.mount`],
  ["/grün", String.raw`gr\xc3\xbcn.mount`],
  ["/foo//bar/baz/", "foo-bar-baz.mount"],
];

describe("unitNameOfPath", () => {
  for (const [path, name] of RECORDED_NAMES) {
    it(`${path} is ${name}`, () => assert.equal(unitNameOfPath(path, "mount"), name));
  }

  it("can be turned back into the path", () => {
    const parts = fc.array(
      anyText.filter((part) => !/^\.{0,2}$|\//.test(part)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(parts, (names) => {
        const unit = unitNameOfPath(`/${names.join("/")}`, "swap");
        assert.match(unit, /^[A-Za-z0-9:_.\\-]+\.swap$/);
        const bytes = unit
          .slice(0, -".swap".length)
          .replaceAll("-", "/")
          .split(/(?=\\x)/)
          .map((text) =>
            Buffer.from(
              text.replace(/^\\x(..)/, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
              "latin1",
            ),
          );
        assert.equal(Buffer.concat(bytes).toString("utf8"), names.join("/"));
      }),
    );
  });

  it("refuses what systemd-escape refuses", () => {
    assert.throws(
      () => unitNameOfPath("/a/../b", "mount"),
      new UserDataError('"/a/../b" is not a path that a unit can stand for'),
    );
  });
});

describe("renderUnit", () => {
  it("writes sections and settings in their order, and a line for each value of a list", () => {
    const sections = {
      Unit: { Description: "100% swap", After: ["a.mount", "b.mount"] },
      Service: { Type: "oneshot", ExecStart: "/bin/true" },
    };
    assert.equal(
      renderUnit(sections),
      "[Unit]\nDescription=100%% swap\nAfter=a.mount\nAfter=b.mount\n\n[Service]\nType=oneshot\nExecStart=/bin/true\n",
    );
  });

  for (const value of ["a\nb", "a\n", "a\\", "\n"]) {
    it(`refuses the value ${JSON.stringify(value)}, which systemd would join with the next line or split`, () => {
      assert.throws(
        () => renderUnit({ Unit: { Description: value } }),
        new UserDataError(`a unit's setting is one line: ${JSON.stringify(value)}`),
      );
    });
  }
});

describe("renderEnvironment", () => {
  const variables = fc.dictionary(fc.stringMatching(/^V[A-Z0-9_]{0,8}$/), anyText, {
    minKeys: 1,
    maxKeys: 30,
    noNullPrototype: true,
  });

  it("is read by bash as it was meant", () => {
    fc.assert(
      fc.property(variables, (given) => {
        const names = Object.keys(given);
        const script = [
          `eval ${quoteWord(renderEnvironment(given))}`,
          ...names.map((name) => `printf '%s\\0' "$${name}"`),
        ].join("\n");
        assert.deepEqual(
          printedBy(`${script}\n`),
          names.map((name) => given[name]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it("is read by systemd as it was meant", () => {
    fc.assert(
      fc.property(variables, (given) => {
        assert.deepEqual(readLikeSystemd(renderEnvironment(given)), given);
      }),
    );
  });

  it("does not depend on the order of the variables", () => {
    assert.equal(renderEnvironment({ B: "1", A: "2" }), 'A="2"\nB="1"\n');
    assert.equal(renderEnvironment({ A: "2", B: "1" }), 'A="2"\nB="1"\n');
  });

  it("refuses what is no variable's name", () => {
    assert.throws(() => renderEnvironment({ "A B": "" }), new UserDataError('"A B" is not a shell variable\'s name'));
  });
});

/**
 * The states of a double-quoted value in parse_env_file_internal:
 * https://github.com/systemd/systemd/blob/v252/src/basic/env-file.c
 */
function readLikeSystemd(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [assignment, name, quoted] = /^([A-Z0-9_]+)="((?:[^"\\]|\\[^])*)"\n/.exec(rest) ?? [];
    assert.ok(assignment !== undefined && name !== undefined && quoted !== undefined, `not an assignment: ${rest}`);
    variables[name] = quoted.replaceAll(/\\([^])/g, (pair, next: string) =>
      '"\\`$'.includes(next) ? next : next === "\n" ? "" : pair,
    );
    rest = rest.slice(assignment.length);
  }
  return variables;
}
