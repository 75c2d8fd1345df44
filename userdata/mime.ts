// The project's one MIME writer: a document that cloud-init, nodeadm and Karpenter all parse to the same parts.
// Karpenter takes the user's parts out and writes them again with only their Content-Type and the boundary `//`:
// https://github.com/aws/karpenter-provider-aws/tree/v1.15.1/pkg/providers/amifamily/bootstrap/mime
import { UserDataError } from "./fragments";

/** The boundary that Karpenter uses too, so that a document has the same lines before and after its merge. */
const BOUNDARY = "//";

export const SHELL_SCRIPT = 'text/x-shellscript; charset="us-ascii"';
export const NODE_CONFIG = "application/node.eks.aws";

export interface MimePart {
  readonly contentType: typeof SHELL_SCRIPT | typeof NODE_CONFIG;
  /** Printable ASCII lines, each ended by LF: no transfer encoding survives Karpenter's merge. */
  readonly body: string;
}

/**
 * The multipart document. Its first byte is `M`, by which Karpenter knows it; the closing boundary is there, without
 * which Karpenter refuses it with "unexpected EOF"; each part keeps its last line feed.
 * @throws UserDataError for a body that is not ASCII lines, or that has a line which would end the part
 */
export function renderMime(parts: readonly MimePart[]): string {
  const documents = parts.map(({ contentType, body }) => {
    checkBody(body);
    return `--${BOUNDARY}\nContent-Type: ${contentType}\n\n${body}\n`;
  });
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${documents.join("")}--${BOUNDARY}--\n`;
}

function checkBody(body: string): void {
  const lines = body.split("\n");
  if (lines.pop() !== "") throw new UserDataError("a part of userData does not end with a line feed");
  lines.forEach((line, index) => {
    const where = `line ${index + 1} of a part of userData`;
    if (!/^[\t\x20-\x7e]*$/.test(line)) {
      throw new UserDataError(`${where} is not printable ASCII: ${JSON.stringify(line)}`);
    }
    if (line.startsWith(`--${BOUNDARY}`)) {
      throw new UserDataError(
        `${where} begins with "--${BOUNDARY}", the boundary that Karpenter uses: ${JSON.stringify(line)}`,
      );
    }
  });
}
