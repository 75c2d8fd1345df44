// Texts of users in SVG, as a reader of XML sees them.
import assert from "node:assert/strict";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { z } from "zod";
import { printableLine } from "../../swap/printable";
import { svgText } from "../../workload/svg-text";
import { HOSTILE_TEXTS } from "../config/hostile-configs";

/** What is looked at of a page; linkedom has no types of its own. */
interface Page {
  querySelectorAll(selector: string): { readonly length: number };
  querySelector(selector: string): { readonly textContent: string; getAttribute(name: string): string | null };
}

const pageSchema = z.custom<Page>((page) => typeof page === "object" && page !== null);

describe("texts in SVG", () => {
  it("are contents of elements and values of attributes as they are", () => {
    const texts = fc.oneof(
      fc.constantFrom(...HOSTILE_TEXTS),
      fc.string({ unit: "grapheme" }),
      fc.stringMatching(/^[<>&"'a-z/!-]*$/),
    );
    fc.assert(
      fc.property(texts, (given) => {
        const markup = `<svg><text id="x${svgText(given)}y">x${svgText(given)}y</text><g/></svg>`;
        const text = `<html><body>${markup}</body></html>`;
        const page = pageSchema.parse(new DOMParser().parseFromString(text, "text/html"));
        assert.equal(page.querySelectorAll("body *").length, 3);
        const element = page.querySelector("text");
        assert.equal(element.textContent, `x${printableLine(given)}y`);
        assert.equal(element.getAttribute("id"), `x${printableLine(given)}y`);
      }),
      { numRuns: 1000 },
    );
  });
});
