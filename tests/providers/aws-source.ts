// Terraform's AWS provider with fewer services: all of them would take hours to compile. Both registries that are shortened
// are generated lists with one entry for each service.
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** What a copy of the source needs for the package `xpprovider`. */
const FOLDERS = ["internal", "names", "version", "xpprovider"] as const;

/** Folders of internal/service whose resources and functions are served. */
const SERVICES = new Set(["ec2", "eks", "events", "iam", "meta", "resourcegroupstaggingapi", "sqs", "sts"]);

/** AWS SDK clients that these and the provider's own start use. */
const CLIENTS = new Set([
  "account",
  "ec2",
  "eks",
  "eventbridge",
  "iam",
  "organizations",
  "resourcegroupstaggingapi",
  "s3",
  "sqs",
  "sts",
]);

/** Copies the module in `source` to `target`, with the services of this file only. */
export function trimSource(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  const isUsed = (path: string) => !path.endsWith("_test.go") && basename(path) !== "testdata";
  for (const name of FOLDERS) cpSync(join(source, name), join(target, name), { recursive: true, filter: isUsed });
  writeFileSync(join(target, "go.mod"), readFileSync(join(source, "go.mod")));
  rewrite(join(target, "internal", "provider", "sdkv2", "service_packages_gen.go"), (text) =>
    text
      .replace(/^\t"\S*\/internal\/service\/(\w+)"\n/gm, kept(SERVICES))
      .replace(/^\t\t(\w+)\.ServicePackage\(ctx\),\n/gm, kept(SERVICES)),
  );
  rewrite(join(target, "internal", "conns", "awsclient_gen.go"), (text) =>
    text
      .replace(/^func \(c \*AWSClient\) \w+\(ctx context\.Context\) \*(\w+)\.Client \{\n.*?\n\}\n/gms, kept(CLIENTS))
      .replace(/^\t(?:\w+ )?"github\.com\/aws\/aws-sdk-go-v2\/service\/(\w+)"\n/gm, kept(CLIENTS)),
  );
}

/** Leaves a match whose first group is in `names`, and takes every other away. */
function kept(names: ReadonlySet<string>): (match: string, name: string) => string {
  return (match, name) => (names.has(name) ? match : "");
}

/** Files of the module cache are read only, and so are their copies. */
function rewrite(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  if (changed === text) throw new Error(`${file} has no list of services that can be shortened`);
  chmodSync(file, 0o644);
  writeFileSync(file, changed);
}
