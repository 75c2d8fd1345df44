// Which packages there are, apart from what they are made of, which takes seconds to load.
/** The Pulumi packages that the sandbox stands in for. */
export const PACKAGE_NAMES = ["aws", "eks", "kubernetes"] as const;
