// From fragments to one document, and back by the readers of each kind of fragment.
import assert from "node:assert/strict";
import fc from "fast-check";
import { load } from "js-yaml";
import { assembleUserData, USER_DATA_BUDGET_BYTES } from "../../userdata/assembler";
import { UserDataError, type FileFragment, type Fragment } from "../../userdata/fragments";
import { NODE_CONFIG, SHELL_SCRIPT } from "../../userdata/mime";
import { renderEnvironment, renderUnit } from "../../userdata/systemd";
import { fragment } from "../support/arbitraries";
import { runShellPart, type WrittenFile } from "../support/bash";
import { readMime } from "../support/karpenter-mime";

const fragments = fc.array(fragment, { minLength: 1, maxLength: 8 });

/** What a fragment writes on the node. */
function writes(given: Fragment): readonly WrittenFile[] {
  switch (given.kind) {
    case "file":
      return [{ path: given.path, mode: given.mode, content: given.content }];
    case "systemd-unit":
      return [{ path: `/etc/systemd/system/${given.name}`, mode: "0644", content: renderUnit(given.sections) }];
    case "environment":
      return [{ path: given.path, mode: "0644", content: renderEnvironment(given.variables) }];
    case "shell":
    case "node-config":
      return [];
  }
}

/** The same value with the keys of every object the other way round. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reverseKeys(inner)]),
  );
}

describe("assembleUserData", () => {
  it("gives each NodeConfig a part and puts all else into one shell part", () => {
    fc.assert(
      fc.property(fragments, (given) => {
        const configs = given.filter(({ kind }) => kind === "node-config");
        const types = readMime(assembleUserData(given)).map(({ contentType }) => contentType);
        const shell = configs.length < given.length ? [SHELL_SCRIPT] : [];
        assert.deepEqual(types, [...configs.map(() => NODE_CONFIG), ...shell]);
      }),
    );
  });

  it("writes a NodeConfig that YAML reads back", () => {
    fc.assert(
      fc.property(fragments, (given) => {
        const read = readMime(assembleUserData(given))
          .filter(({ contentType }) => contentType === NODE_CONFIG)
          .map(({ body }) => load(body));
        const specs = given.flatMap((one) => (one.kind === "node-config" ? [one.spec] : []));
        const expected = specs.map((spec) => ({
          apiVersion: "node.eks.aws/v1alpha1",
          kind: "NodeConfig",
          spec,
        }));
        assert.deepEqual(read, expected);
      }),
    );
  });

  it("writes a shell part in which bash finds every file, in order", () => {
    fc.assert(
      fc.property(fragments, (given) => {
        const script = readMime(assembleUserData(given)).find(({ contentType }) => contentType === SHELL_SCRIPT);
        const { files, steps } = runShellPart(script?.body ?? "", ["remark"]);
        assert.deepEqual(files, given.flatMap(writes));
        const expected = given.flatMap((one) => {
          if (one.kind === "shell") return one.script.startsWith("remark") ? ["remark a  b"] : [];
          return writes(one).map(({ path }) => `write ${path}`);
        });
        assert.deepEqual(steps, expected);
      }),
      { numRuns: 30 },
    );
  });

  it("stops at the first command that fails, an unset variable and a failing pipe included", () => {
    for (const script of ["false\n", "false | true\n", 'echo "$nothing"\n']) {
      const document = assembleUserData([
        { kind: "shell", variables: {}, script },
        { kind: "shell", variables: {}, script: "remark\n" },
      ]);
      assert.throws(() => runShellPart(readMime(document)[0]?.body ?? "", ["remark"]));
    }
  });

  it("gives the same bytes for the same fragments, whatever the order of their keys", () => {
    fc.assert(
      fc.property(fragments, (given) => {
        // The order of a unit's sections and settings is part of it.
        const ordered = given.filter(({ kind }) => kind !== "systemd-unit");
        const reversed: Fragment[] = ordered.map((one) => Object.assign({}, one, reverseKeys(one)));
        assert.equal(assembleUserData(reversed), assembleUserData(ordered));
      }),
    );
  });

  it("keeps to the budget of bytes", () => {
    const file = (bytes: number): FileFragment => ({
      kind: "file",
      path: "/x",
      mode: "0644",
      content: `${"x".repeat(bytes)}\n`,
    });
    const room = USER_DATA_BUDGET_BYTES - assembleUserData([file(0)]).length;
    assert.equal(USER_DATA_BUDGET_BYTES, 12_288);
    assert.equal(assembleUserData([file(room)]).length, USER_DATA_BUDGET_BYTES);
    assert.throws(
      () => assembleUserData([file(room + 1)]),
      new UserDataError("userData has 12289 bytes, above the budget of 12288"),
    );
  });

  it("refuses fragments that would not arrive as written", () => {
    const file = (content: string): Fragment => ({ kind: "file", path: "/x", mode: "0644", content });
    assert.throws(() => assembleUserData([file("--//\n")]), UserDataError);
    assert.throws(() => assembleUserData([file("é\n")]), UserDataError);
    assert.throws(() => assembleUserData([file("a")]), UserDataError);
    assert.throws(() => assembleUserData([{ kind: "node-config", spec: { key: "é" } }]), UserDataError);
    assert.throws(
      () => assembleUserData([{ kind: "shell", variables: { "a b": "" }, script: "true\n" }]),
      UserDataError,
    );
  });
});
