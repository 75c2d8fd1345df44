// Single values of the stack config: each a zod schema that names the problem of the catalogue it reports.
import { Address4 } from "ip-address";
import { z } from "zod";
import { readNanoseconds } from "../../swap/duration";
import { isLabelValue, readLabelKey } from "../../swap/label";
import { formatQuantity, GIB, isQuantity, MIB, parseQuantity } from "../../swap/quantity";
import type { SwapSize } from "../../swap/size";
import { isCronSchedule } from "./cron";
import { whyNotLabelKey } from "./label";
import { compareVersions, VERSIONS } from "./versions";
import type { ProblemId } from "../catalogue/catalogue";
import type { ProblemParameters } from "../catalogue/problems";

/** Largest swap in bytes: the root volume that it makes is one that gp3 and Karpenter take. */
export const MOST_SWAP_BYTES = 16_384 * GIB;

/** Go's `math.SmallestNonzeroFloat32`, below which the kubelet takes a percentage for zero. */
const SMALLEST_FLOAT32 = 2 ** -149;

/**
 * Ranges that no client on the internet has, which Amazon EKS refuses:
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html,
 * https://www.iana.org/assignments/iana-ipv4-special-registry/
 */
const RESERVED_RANGES = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((range) => new Address4(range));

/** 290 years; Go's durations end at 292. */
const MOST_NANOSECONDS = 290n * 365n * 86_400_000_000_000n;

/** A text that `accepts` says yes to; otherwise the problem `id`. */
function text(id: ProblemId, accepts: (value: string) => boolean, parameters: ProblemParameters = {}) {
  return z.string().superRefine((value, context) => {
    if (!accepts(value)) context.addIssue({ code: "custom", params: { id, parameters } });
  });
}

/** A text with a unit or a form of its own. A bare number is no such text either: the same problem names form and unit. */
function measure(id: ProblemId, accepts: (value: string) => boolean, parameters: ProblemParameters = {}) {
  return z.custom<string>((value) => typeof value === "string" && accepts(value), { params: { id, parameters } });
}

function pattern(id: ProblemId, expression: RegExp, parameters: ProblemParameters = {}) {
  return text(id, (value) => expression.test(value), parameters);
}

/** `auto`, or a whole number of this range. */
export function autoOr(least: number, most: number) {
  const range = `auto or a whole number from ${least} to ${most}`;
  return z.custom<number | "auto">(
    (value) => value === "auto" || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most),
    { params: { id: "out-of-range", parameters: { range } } },
  );
}

/** A list without repeated entries. */
export function distinct<T extends z.ZodType>(item: T, least = 0, most = Number.MAX_SAFE_INTEGER) {
  return z
    .array(item)
    .max(most)
    .superRefine((entries, context) => {
      if (entries.length < least)
        context.addIssue({ code: "custom", params: { id: "empty-list", parameters: { least } } });
      const keys = entries.map((entry) => JSON.stringify(entry));
      const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
      if (repeated !== undefined) {
        context.addIssue({ code: "custom", params: { id: "repeated-entry", parameters: { entry: repeated } } });
      }
    });
}

/** The same object whatever the order of its keys in the stack file, so that a plan does not depend on it. */
export function inKeyOrder<T>(object: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** A Kubernetes quantity of bytes or of anything else; a number, as Kubernetes takes it too, becomes its text. */
export const quantity = z
  .custom<string | number>((value) => (typeof value === "string" || isCount(value)) && isQuantity(String(value)), {
    params: { id: "quantity", parameters: {} },
  })
  .transform(String);

/** A size of swap; the number 0 for none. */
export const swapSize = z
  .custom<string | 0>(
    (value) => value === 0 || (typeof value === "string" && (isSwapSize(value) || isPercent(value))),
    {
      params: { id: "swap-size", parameters: { most: formatQuantity(MOST_SWAP_BYTES) } },
    },
  )
  .transform((size): SwapSize | 0 => {
    if (size === 0 || (isQuantity(size) && parseQuantity(size) === 0)) return 0;
    return isPercent(size) ? { memoryPercent: Number(size.slice(0, -1)) } : { sizeBytes: parseQuantity(size) };
  });

/** The most that a percentage may become, in bytes after parsing. */
export const maxSwapSize = measure("max-size", (value) => isSwapSize(value) && parseQuantity(value) > 0, {
  most: formatQuantity(MOST_SWAP_BYTES),
}).transform(parseQuantity);

/** An eviction threshold: a quantity, or a percentage of the capacity. */
export const evictionThreshold = measure("eviction-value", isEvictionThreshold);

/** A size in whole GiB, as volumes have. Less than one is a size without its unit. */
export const volumeSize = measure("volume-size", (value) => isQuantity(value) && parseQuantity(value) >= GIB).transform(
  (value) => Math.ceil(parseQuantity(value) / GIB),
);

/** Amazon SQS allows 80 characters, Amazon EKS 100: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
export const clusterName = pattern("cluster-name", /^[0-9A-Za-z][A-Za-z0-9_-]{0,79}$/);

export const kubernetesVersion = measure(
  "kubernetes-version",
  (value) => /^1\.\d{1,3}$/.test(value) && compareVersions(value, VERSIONS.oldestKubernetes) >= 0,
  { oldest: VERSIONS.oldestKubernetes, newest: VERSIONS.newestKubernetes },
);

export const karpenterVersion = measure(
  "karpenter-version",
  (value) => /^\d+\.\d+\.\d+$/.test(value) && compareVersions(value, VERSIONS.oldestKarpenter) >= 0,
  { oldest: VERSIONS.oldestKarpenter, newest: VERSIONS.karpenter },
);

/** A managed alias of Karpenter's: https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms */
export const amiAlias = pattern("ami-alias", /^al2023@(latest|v20\d{6})$/, { newest: VERSIONS.ami });

/** An id as EC2 gives it, such as `subnet-0123456789abcdef0`. */
export function awsId(prefix: "vpc" | "subnet" | "ami" | "sg") {
  return pattern("aws-id", new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), {
    form: `${prefix}-0123456789abcdef0`,
  });
}

export const roleArn = pattern("role-arn", /^arn:aws[a-z-]*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]+$/);
export const keyArn = pattern("key-arn", /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/);
export const instanceType = pattern("instance-type", /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/);

/** Ranges of a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html; /24 has no room for the subnets. */
export const networkCidr = text("network-cidr", (value) => isRange(value, 16, 23));
export const publicCidr = text("public-cidr", (value) => isRange(value, 0, 32) && !isReserved(value));

/** Karpenter's durations: https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecexpireafter */
export const duration = measure("duration", isDuration, { never: "" });
export const durationOrNever = measure("duration", (value) => value === "Never" || isDuration(value), {
  never: ", or Never",
});

/** Fields of a budget, narrower than elsewhere: https://karpenter.sh/docs/concepts/disruption/#schedule */
export const budgetDuration = measure(
  "budget-duration",
  (value) => /^(\d+h|\d+m|\d+h\d+m)(0s)?$/.test(value) && isDuration(value),
);
export const budgetSchedule = measure("budget-cron", isCronSchedule);
export const budgetNodes = measure("budget-nodes", (value) => /^((100|[0-9]{1,2})%|[0-9]+)$/.test(value));

export const labelValue = text("label-value", isLabelValue);

/** Unlike a label's, it is left out rather than empty. */
export const taintValue = text("taint-value", (value) => value !== "" && isLabelValue(value));

/** Resources without a domain that a node may have: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
const RESOURCE = /^(cpu|memory|ephemeral-storage|pods|nodes|hugepages-\d+[KMG]i)$/;

/** A resource that Karpenter can add up; of any other it would never find one, and the limit would mean nothing. */
export const limitName = text("limit-name", (key) => {
  const parts = readLabelKey(key);
  return parts !== undefined && (parts.domain !== undefined || RESOURCE.test(key));
});

/** A key that a NodePool may set or require; `id` names what it is. */
export function labelKey(id: "label-key" | "taint-key" | "requirement-key") {
  return z.string().superRefine((value, context) => {
    const why = whyNotLabelKey(value, id === "requirement-key");
    if (why !== undefined) context.addIssue({ code: "custom", params: { id, parameters: { why } } });
  });
}

/** Karpenter could not read an object with more nanoseconds than 64 bits hold, nor any other of its kind. */
function isDuration(value: string): boolean {
  const nanoseconds = readNanoseconds(value);
  return /^(\d+(s|m|h))+$/.test(value) && nanoseconds !== undefined && nanoseconds <= MOST_NANOSECONDS;
}

/**
 * The kubelet does not start with a threshold of nothing, but takes the text `0%` for none.
 * Source: `parseThresholdStatement` in https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/eviction/helpers.go
 */
function isEvictionThreshold(value: string): boolean {
  if (value === "0%") return true;
  if (/^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/.test(value)) return Number(value.slice(0, -1)) / 100 >= SMALLEST_FLOAT32;
  return isQuantity(value) && parseQuantity(value) > 0;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

/** 1 to 400 percent: beyond four times its RAM a node only waits for its disk. */
function isPercent(value: string): boolean {
  return /^[1-9]\d{0,2}%$/.test(value) && Number(value.slice(0, -1)) <= 400;
}

function isSwapSize(value: string): boolean {
  if (!isQuantity(value)) return false;
  const bytes = parseQuantity(value);
  return bytes === 0 || (bytes >= GIB && bytes <= MOST_SWAP_BYTES && bytes % MIB === 0);
}

function isRange(value: string, shortest: number, longest: number): boolean {
  if (!Address4.isValid(value) || !value.includes("/")) return false;
  const address = new Address4(value);
  const starts = address.startAddress().correctForm() === address.correctForm();
  return starts && address.subnetMask >= shortest && address.subnetMask <= longest;
}

function isReserved(value: string): boolean {
  const range = new Address4(value);
  return RESERVED_RANGES.some((reserved) => range.subnetMask >= reserved.subnetMask && range.isInSubnet(reserved));
}
