// User data: what EC2 and Karpenter's own merge of a MIME archive refuse.
import type { Rule } from "../provider/kind";
import { textAt } from "../provider/values";

/** Most bytes of user data, before base64 (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
const LIMIT = 16384;

/** The package that takes the archive apart and writes it again, with `//` between the parts. */
const MERGE = "https://github.com/aws/karpenter-provider-aws/tree/v1.15.0/pkg/providers/amifamily/bootstrap/mime";

function userDataRule(id: string, source: string, problem: (userData: string) => string | undefined): Rule {
  return {
    id: `nodeclass-user-data-${id}`,
    source,
    path: "spec.userData",
    moments: ["ready"],
    problem: ({ inputs }) => {
      const userData = textAt(inputs, "spec.userData");
      return userData === undefined ? undefined : problem(userData);
    },
  };
}

function boundaryOf(userData: string): string | undefined {
  const [header = ""] = userData.split(/\r?\n\r?\n/, 1);
  return /boundary="?([^"\s;]+)"?/i.exec(header)?.[1];
}

function isArchive(userData: string): boolean {
  return /^(?:MIME-Version|Content-Type):/.test(userData.trim());
}

/** Rules for `spec.userData`; what they refuse shows when the launch template is made. */
export const USER_DATA_RULES: readonly Rule[] = [
  userDataRule("size", "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html", (userData) => {
    const bytes = Buffer.byteLength(userData);
    return bytes <= LIMIT
      ? undefined
      : `ValidationSucceeded=False, UserDataSizeLimitExceeded: InvalidUserData.Malformed: User data is limited to ` +
          `${LIMIT} bytes, not ${bytes}, of which Karpenter needs some for its own part`;
  }),
  userDataRule("archive", MERGE, (userData) => {
    if (!isArchive(userData)) return undefined;
    const boundary = boundaryOf(userData);
    if (boundary === undefined) return "parsing custom UserData: multipart: boundary is empty";
    const lines = userData.split(/\r?\n/);
    return lines.includes(`--${boundary}`) && lines.includes(`--${boundary}--`)
      ? undefined
      : "parsing custom UserData: multipart: NextPart: unexpected EOF: the archive is not opened or not closed";
  }),
  userDataRule("boundary", MERGE, (userData) => {
    const boundary = boundaryOf(userData) ?? "";
    const own = [`--${boundary}`, `--${boundary}--`];
    const line = userData.split(/\r?\n/).find((text) => text.startsWith("--//") && !own.includes(text));
    return (
      line && `parsing custom UserData: malformed MIME header: "${line}" reads as the boundary that Karpenter writes`
    );
  }),
  userDataRule("encoding", MERGE, (userData) =>
    isArchive(userData) && /^Content-Transfer-Encoding:\s*base64/im.test(userData)
      ? "Karpenter keeps no header of a part but Content-Type, so a part in base64 arrives without being decoded"
      : undefined,
  ),
];
