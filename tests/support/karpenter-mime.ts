// What Karpenter makes of a MIME document, as strict as the Go packages that it uses (net/mail, mime/multipart).
// Rules: https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/providers/amifamily/bootstrap/mime/mime.go
// Karpenter's own code reads the same documents in tests/boot; this is for tests that need no Go.
import assert from "node:assert/strict";

export interface ReadPart {
  readonly contentType: string;
  readonly body: string;
}

/** The parts of a document, the way Karpenter reads them. Fails on all that it refuses or would change. */
export function readMime(document: string): readonly ReadPart[] {
  assert.equal(document[0], "M", "the first byte decides that it is a MIME document");
  const end = document.indexOf("\n\n");
  assert.ok(end > 0, "malformed header: no empty line ends it");
  const headers = readHeaders(document.slice(0, end));
  assert.deepEqual([...headers.keys()], ["MIME-Version", "Content-Type"]);
  const boundary = /^multipart\/mixed; boundary="([^"]+)"$/.exec(headers.get("Content-Type") ?? "")?.[1];
  assert.ok(boundary !== undefined, "multipart: boundary is empty");
  return splitParts(document.slice(end + 2), boundary).map(readPart);
}

/** The document that reaches the instance: the user's parts in their order, then Karpenter's own. */
export function mergeLikeKarpenter(document: string, own: ReadPart): string {
  const parts = [...readMime(document), own].map(({ contentType, body }) => {
    return `--//\nContent-Type: ${contentType}\n\n${body.replaceAll("\r", "")}\n`;
  });
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n${parts.join("")}--//--`;
}

/** The texts between the delimiter lines. A line feed before a delimiter belongs to it. */
function splitParts(text: string, boundary: string): readonly string[] {
  const delimiter = `--${boundary}`;
  const parts: string[][] = [];
  for (const line of text.split("\n")) {
    if (line === `${delimiter}--`) return parts.map((lines) => lines.join("\n"));
    if (line === delimiter) parts.push([]);
    else {
      assert.ok(!line.startsWith(delimiter), `multipart: expecting a new part, got line ${JSON.stringify(line)}`);
      const current = parts.at(-1);
      assert.ok(current !== undefined, `text before the first part: ${JSON.stringify(line)}`);
      current.push(line);
    }
  }
  assert.fail("unexpected EOF: the closing boundary is missing");
}

function readPart(text: string): ReadPart {
  const end = text.indexOf("\n\n");
  assert.ok(end > 0, "malformed MIME header: no empty line ends it");
  const headers = readHeaders(text.slice(0, end));
  assert.deepEqual([...headers.keys()], ["Content-Type"], "Karpenter drops every other header");
  return { contentType: headers.get("Content-Type") ?? "", body: text.slice(end + 2) };
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line): [string, string] => {
    const [, name, value] = /^([A-Za-z-]+): (\S.*)$/.exec(line) ?? [];
    assert.ok(name !== undefined && value !== undefined, `malformed MIME header line: ${JSON.stringify(line)}`);
    return [name, value];
  });
  return new Map(lines);
}
