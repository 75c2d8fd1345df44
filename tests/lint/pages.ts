// What a test needs to know of Markdown pages: their links, their anchors, and the parts that are generated.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "..", "..");

/** Paths from the root of every page that people read. */
export function pages(): readonly string[] {
  const below = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md") && !path.includes("node_modules"))
      .map((path) => join(folder, path));
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...["docs", "examples", "sandbox", "tests"].flatMap(below)];
}

/** The text of a page. */
export function readPage(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Targets of links and pictures, without those in code. */
export function linksOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/(?<!\\)\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The anchors of headings as GitHub makes them: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
export function anchorsOf(text: string): readonly string[] {
  const headings = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = ""]) => heading,
  );
  return headings.map((heading) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The page with another text between two marks. */
export function withPart(text: string, name: string, part: string): string {
  const marks = new RegExp(`(<!-- ${name} -->)[^]*(<!-- end of ${name} -->)`);
  if (!marks.test(text)) throw new Error(`no marks for ${name}`);
  return text.replace(marks, (_, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`);
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}
