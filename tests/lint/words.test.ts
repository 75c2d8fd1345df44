// The words of messages, comments and pages: the standard term of the field, and always the same one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** What a reader would have to translate, what to write, and a text that has it. A space also matches a line break. */
const PAIRS: readonly (readonly [found: RegExp, write: string, example: string])[] = [
  [/\bbeside\b/, "compared with, next to, or besides", "ours beside the recipe"],
  [/\bours\b/, "eks-swap", "a resource of ours"],
  [/\bthe recipe\b/, "the published recipe", "slower than the recipe"],
  [/\banew\b/, "again, or from scratch", "The file is read anew."],
  [/\btold\b/, "reports, is reported", "The engine is told to end."],
  [/\b(?:came|comes|becomes?|became) of\b/, "the result", "The next run looks what came of it."],
  [/\broll(?:s|ed|ing)?\b/, "replace the nodes", "An upgrade rolls the pool."],
  [/\brungs?\b/, "a fallback, or the backing", "the first rung"],
  [/\bthe ladder\b/, "the fallback order", "the backings of the ladder"],
  [/\bg(?:i|a)ves? (?:no )?swap\b/, "turn swap on, or leave the node without swap", "No backing gives swap."],
  [/\bwhere its config wants it\b/, "update the stack", "bring the stack where its config wants it"],
  [/\blooks? (?:what|whether)\b/, "check that", "look whether the nodes have it"],
  [/\bwhat was promised\b/, "the swap that the pools promise", "The nodes have what was promised."],
  [/\blets? the nodes\b|\bnodes (?:of pools |that do not )?go\b/, "drain and remove", "let the nodes of pools go"],
  [/\b(?:could|can|cannot|to) be had\b/, "could not find, or is the maximum", "No CLI could be had."],
  [/\band the pool none\b/, "but its pool should have none", "has 30Gi of swap, and the pool none"],
  [/\bnothing is predicted\b|\bnor checked\b/, "limits are not predicted", "nothing is predicted, nor checked"],
  [/\bvalue of another kind\b/, "the value, its type, and the key that it lacks", "holds a value of another kind"],
  [/\bwithout a word\b|\bin silence\b/, "silently", "drops the field without a word"],
  [/\bscattered\b/, "random", "Scattered reads are slow."],
  [/\bby hand\b/, "manually, or the command", "delete it by hand"],
  [/\bhas its words\b/, "has its message", "Each rule has its words."],
  [/\bbad day\b/, "fault injection", "a cloud on a bad day"],
  [/\bstand-?ins?\b/, "fake (the cloud), stub (a function)", "the stand-in for the kubelet"],
  [/\basks? EC2\b|\b(?:is|are|was|were|be|been) (?:not )?asked\b/, "call the API, read", "The cluster is asked."],
  [/\blets? in\b/, "admits, is admitted", "a pod that was let in"],
  [/\bwhat people have\b/, "existing manifests", "predicts what people have"],
  [/\bseen, not measured\b/, "observed, not measured", "This was seen, not measured."],
];

/** The texts that users and the next engineer read. Of tests and benchmarks that is only their pages. */
const FILES = [
  "*.md",
  "Pulumi*.yaml",
  "index.ts",
  ...["automation", "components", "config", "examples", "monitoring"],
  ...["policy", "sandbox", "swap", "userdata", "workload"],
];

/** What may keep a word, each with its reason. */
const EXCEPTIONS: readonly (readonly [kept: RegExp, reason: string])[] = [
  [/\b(?:roll-all-pools|program-roll)\b/g, "names of gates, which scripts and pipelines use"],
  [/"roll"/g, "a value of the JSON documents, which scripts read"],
  [/\broll\.ts\b/g, "the file name of an example that users may have copied"],
];

function filesToRead(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "--", ...FILES], { cwd: ROOT, encoding: "utf8" });
  return listed.split("\n").filter((file) => /\.(?:md|ts|mjs|sh|yaml)$/.test(file));
}

function blank(text: string): string {
  return " ".repeat(text.length);
}

/** The places of a text with a word of the left column, by line. */
function findWords(text: string): readonly string[] {
  const withoutMarks = text.replace(/^[ \t]*(?:\*|\/\/|#+)(?= )/gm, blank);
  const checked = EXCEPTIONS.reduce((rest, [kept]) => rest.replace(kept, blank), withoutMarks);
  return PAIRS.flatMap(([found, write]) =>
    [...checked.matchAll(new RegExp(found.source.replaceAll(" ", "\\s+"), "gi"))].map(
      (match) => `${checked.slice(0, match.index).split("\n").length}: "${match[0]}": write ${write}`,
    ),
  );
}

describe("words", () => {
  it("are the standard terms of the field", () => {
    const files = filesToRead();
    assert.ok(files.length > 200, "the files were found");
    const found = files.flatMap((file) =>
      findWords(readFileSync(join(ROOT, file), "utf8")).map((place) => `${file}:${place}`),
    );
    assert.ok(found.length === 0, `\n${found.join("\n")}`);
  });

  it("of another kind are found, in a comment of two lines too", () => {
    for (const [, write, example] of PAIRS) {
      const commented = `/**\n * ${example.replaceAll(" ", "\n * ")}\n */`;
      for (const text of [example, commented]) {
        assert.ok(
          findWords(text).some((place) => place.endsWith(`write ${write}`)),
          text,
        );
      }
    }
  });

  it("keep an exception only where a file needs it", () => {
    const texts = filesToRead().map((file) => readFileSync(join(ROOT, file), "utf8"));
    const unused = EXCEPTIONS.filter(([kept]) => texts.every((text) => text.search(kept) === -1));
    assert.deepEqual(unused, []);
  });
});
