// The parts of a MIME document as a node reads them, written without the program's own writer.
import assert from "node:assert/strict";

export interface Part {
  readonly contentType: string;
  readonly body: string;
}

/** The parts between lines of the boundary; the line break before a boundary belongs to the boundary (RFC 2046, 5.1.1). */
export function readParts(document: string): readonly Part[] {
  const boundary = /^Content-Type: multipart\/mixed; boundary="([^"]+)"$/m.exec(document)?.[1];
  assert.ok(boundary !== undefined, "the document names no boundary");
  const [, ...sections] = document.split(`--${boundary}\n`);
  assert.ok(sections.at(-1)?.includes(`\n--${boundary}--`), "the document is not closed");
  return sections.map((section) => {
    const end = section.indexOf("\n\n");
    const contentType = /^Content-Type: (.*)$/m.exec(section.slice(0, end))?.[1] ?? "";
    return { contentType, body: section.slice(end + 2).replace(new RegExp(`\n(--${boundary}--\\s*)?$`), "") };
  });
}

/** All parts of `before` come first in `after`, in their order and byte for byte; exactly one of Karpenter's follows. */
export function assertPartsSurvive(before: string, after: string): void {
  const ours = readParts(before);
  const merged = readParts(after);
  assert.deepEqual(merged.slice(0, ours.length), ours, "our parts after Karpenter's merge");
  assert.equal(merged.length, ours.length + 1, "parts after Karpenter's merge");
  assert.equal(merged.at(-1)?.contentType, "application/node.eks.aws");
}
