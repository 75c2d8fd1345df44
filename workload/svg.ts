// The few pieces of SVG that pictures are written with; equal pictures give equal bytes.

/** A length, to a tenth. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text as it stands in a document. */
export function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A line of text; `look` is its class. */
export function text(x: number, y: number, content: string, look = "label"): string {
  return `<text class="${look}" x="${n(x)}" y="${n(y)}">${escape(content)}</text>`;
}

/** A document. */
export function svgDocument(
  { width, height, title, style }: Readonly<Record<"width" | "height", number> & Record<"title" | "style", string>>,
  drawn: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(width)} ${n(height)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${style}</style>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

/** A white ground, for pictures whose colours are made for it. */
export const WHITE_GROUND = `<rect width="100%" height="100%" fill="#ffffff"/>`;
