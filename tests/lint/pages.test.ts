// The pages: short enough to be read, every link leads somewhere, and what is generated is current.
import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { readSettings } from "../../config/settings";
import { limitedSwap, NO_SWAP_REASONS } from "../../swap/limited-swap";
import { swapTotalBytes } from "../../swap/prediction";
import { GIB } from "../../swap/quantity";
import { renderUserData } from "../../userdata/swap-fragments";
import { anchorsOf, linksOf, pages, readPage, root, withPart } from "./pages";

const KIB = 1024;

/** Bytes that a page may have. A page answers one question: what does not fit is two. */
const MOST_BYTES: Readonly<Record<string, number>> = { "README.md": 10.5 * KIB };
const MOST_BYTES_OF_A_PAGE = 15 * KIB;

const supportSchema = z.array(
  z
    .strictObject({
      kubernetes: z.string(),
      karpenter: z.string(),
      ami: z.string(),
      architecture: z.string(),
      backing: z.string(),
      status: z.enum(["tested", "expected", "no"]),
      suite: z.string().optional(),
      shows: z.string(),
    })
    .refine(({ status, suite }) => (status === "tested") === (suite !== undefined), "what is tested names its suite"),
);

const combinations = supportSchema.parse(
  z.object({ combinations: z.unknown() }).parse(JSON.parse(readPage("docs/support.json"))).combinations,
);

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readPage("package.json"))).scripts;

const RULE = "| --- | --- | --- | --- | --- | --- |";

function supportTables(): string {
  const titles = { tested: "Tested", expected: "Expected to work", no: "Not supported" };
  return Object.entries(titles)
    .map(([status, title]) => {
      const rows = combinations.filter((one) => one.status === status).map(describeCombination);
      const last = status === "tested" ? "shown by" : "why";
      return [
        `## ${title}`,
        "",
        `| Kubernetes | Karpenter | AMI | architecture | backing | ${last} |`,
        RULE,
        ...rows,
      ].join("\n");
    })
    .join("\n\n");
}

function describeCombination(one: (typeof combinations)[number]): string {
  const { kubernetes, karpenter, ami, architecture, backing, suite, shows } = one;
  const evidence = suite === undefined ? shows : `\`${suite}\`: ${shows}`;
  return `| ${[kubernetes, karpenter, ami, architecture, backing, evidence].join(" | ")} |`;
}

const GENERATED: readonly (readonly [page: string, name: string, make: () => string])[] = [
  ["docs/support.md", "support", supportTables],
  [
    "docs/troubleshooting.md",
    "predict reasons",
    () =>
      Object.entries(NO_SWAP_REASONS)
        .map(([reason, words]) => `- \`${reason}\`: ${words}`)
        .join("\n"),
  ],
];

describe("pages", () => {
  for (const page of pages()) {
    it(`${page}: every link leads to a file, and every anchor to a heading`, () => {
      const text = readPage(page);
      const lost = linksOf(text).filter((target) => !/^[a-z]+:/.test(target) && !leads(page, text, target));
      assert.deepEqual(lost, []);
    });
  }

  for (const page of pages().filter((path) => path === "README.md" || /^docs\/[\w-]+\.md$/.test(path))) {
    it(`${page} is not longer than a page should be`, () => {
      assert.ok(statSync(join(root, page)).size <= (MOST_BYTES[page] ?? MOST_BYTES_OF_A_PAGE));
    });
  }

  for (const [page, name, make] of GENERATED) {
    it(`${page} has the generated part "${name}" (UPDATE_GOLDEN=1 writes it)`, async () => {
      const options = { ...(await resolveConfig(join(root, page))), filepath: page };
      const expected = await format(withPart(readPage(page), name, make()), options);
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(root, page), expected);
      assert.equal(readPage(page), expected);
    });
  }

  it("docs/README.md names every page of docs/", () => {
    const named = linksOf(readPage("docs/README.md"));
    const there = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md") && file !== "README.md");
    assert.deepEqual(
      there.filter((file) => !named.includes(file)),
      [],
    );
  });

  it("README.md has the two commands that anybody can run", () => {
    for (const command of ["npm ci && npm run try", "npm ci && npm test"]) {
      assert.ok(readPage("README.md").includes(`\n${command}\n`), command);
    }
  });

  it("docs/support.md names suites that exist", () => {
    const suites = combinations.flatMap(({ suite }) => (suite === undefined ? [] : [suite]));
    assert.deepEqual(
      suites.filter((suite) => scripts[suite] === undefined),
      [],
    );
  });

  it("docs/troubleshooting.md has every reason that a node's scripts give for a backing that failed", () => {
    const folder = "userdata/node";
    const reasons = readdirSync(join(root, folder)).flatMap((file) =>
      [...readPage(join(folder, file)).matchAll(/\bfail "([^"]+)"/g)].map(([, reason = ""]) =>
        reason.replaceAll(/\$(?:\{[^}]*\}|\w+)/g, "…"),
      ),
    );
    assert.ok(reasons.length > 10);
    const page = readPage("docs/troubleshooting.md");
    assert.deepEqual(
      reasons.filter((reason) => !page.includes(`\`${reason}\``)),
      [],
    );
  });

  it("docs/architecture.md walks with the values that the program has", () => {
    const [pool] = readSettings(ourConfig(readStackFile(root, "dev"))).pools;
    assert.ok(pool?.plan.swap && "sizeBytes" in pool.plan.swap);
    const { swap, rootVolume, memoryRange } = pool.plan;
    const node = {
      memTotalBytes: memoryRange?.smallestBytes ?? 0,
      swapTotalBytes: swapTotalBytes(swap.sizeBytes),
      swapBehavior: "LimitedSwap",
    } as const;
    const pod = { qosClass: "Burstable", isStatic: false, priority: 0 } as const;
    const { swapLimitBytes } = limitedSwap(node, pod, { requestBytes: 2 * GIB, limitBytes: 4 * GIB });
    const values = [
      `SIZE_BYTES="${swap.sizeBytes}"`,
      `root volume ${rootVolume.sizeGiB} GiB`,
      `reserve ${swap.reserveBytes} bytes`,
      `MIME document of ${Buffer.byteLength(renderUserData(pool.plan) ?? "")} bytes`,
      `"bytes":${node.swapTotalBytes}`,
      `MemTotal ${node.memTotalBytes}`,
      `= ${swapLimitBytes} bytes`,
    ];
    const page = readPage("docs/architecture.md");
    assert.deepEqual(
      values.filter((value) => !page.includes(value)),
      [],
    );
  });
});

function leads(page: string, text: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(path === "" ? text : readPage(file)).includes(anchor);
}
