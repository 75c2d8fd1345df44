// EC2NodeClass: what the API server refuses by the kind's schema.
import { leaveProfile } from "../aws/leftovers";
import { customKind, KUBERNETES_TYPES } from "./objects";
import { READY_RULES } from "./node-class-ready";
import type { ResourceKind, Rule } from "../provider/kind";
import { between, inputRule, matches, oneOf } from "../provider/rules";
import {
  isProperties,
  listAt,
  textAt,
  textsAt,
  propertyAt,
  valuesAt,
  type Properties,
  type Value,
} from "../provider/values";

/** The schema, generated from the types of karpenter-provider-aws v1.15.0. */
const SCHEMA =
  "https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/crds/karpenter.k8s.aws_ec2nodeclasses.yaml";

/** Selector terms and the fields of which each term needs one. */
const SELECTORS: readonly { readonly path: string; readonly idPrefix: string; readonly fields: readonly string[] }[] = [
  { path: "spec.subnetSelectorTerms", idPrefix: "subnet", fields: ["tags", "id"] },
  { path: "spec.securityGroupSelectorTerms", idPrefix: "sg", fields: ["tags", "id", "name"] },
  { path: "spec.amiSelectorTerms", idPrefix: "ami", fields: ["tags", "id", "name", "alias", "ssmParameter"] },
];

const FIELDS = [
  "amiFamily",
  "amiSelectorTerms",
  "associatePublicIPAddress",
  "blockDeviceMappings",
  "capacityReservationSelectorTerms",
  "connectionTracking",
  "context",
  "cpuOptions",
  "detailedMonitoring",
  "enclaveOptions",
  "instanceProfile",
  "instanceStorePolicy",
  "ipPrefixCount",
  "kubelet",
  "metadataOptions",
  "networkInterfaces",
  "placementGroupSelector",
  "role",
  "securityGroupSelectorTerms",
  "subnetSelectorTerms",
  "tags",
  "userData",
];

/** Types of scalar fields: the API server converts nothing. */
const SCALAR_TYPES: Readonly<Record<string, "boolean" | "number" | "string">> = {
  "spec.role": "string",
  "spec.userData": "string",
  "spec.instanceStorePolicy": "string",
  "spec.detailedMonitoring": "boolean",
  "spec.blockDeviceMappings.deviceName": "string",
  "spec.blockDeviceMappings.rootVolume": "boolean",
  "spec.blockDeviceMappings.ebs.volumeSize": "string",
  "spec.blockDeviceMappings.ebs.volumeType": "string",
  "spec.blockDeviceMappings.ebs.iops": "number",
  "spec.blockDeviceMappings.ebs.throughput": "number",
  "spec.blockDeviceMappings.ebs.encrypted": "boolean",
  "spec.blockDeviceMappings.ebs.deleteOnTermination": "boolean",
  "spec.metadataOptions.httpPutResponseHopLimit": "number",
};

function specRule(id: string, problem: (spec: Properties) => string | undefined): Rule {
  return inputRule(`nodeclass-${id}`, SCHEMA, ["spec"], ({ inputs }) => {
    const spec = propertyAt(inputs, "spec");
    return isProperties(spec) ? problem(spec) : undefined;
  });
}

function termsOf(spec: Properties, path: string): readonly Properties[] {
  return listAt({ spec }, path).filter(isProperties);
}

/** The first selector, and in it the first term, of which something is wrong. */
function findTermProblem(
  spec: Properties,
  problem: (term: Properties, selector: (typeof SELECTORS)[number]) => string | undefined,
): string | undefined {
  return SELECTORS.flatMap((selector) => termsOf(spec, selector.path).map((term) => problem(term, selector))).find(
    (found) => found !== undefined,
  );
}

const TERM_RULES: readonly Rule[] = [
  specRule("terms-count", (spec) => {
    const wrong = SELECTORS.find(({ path }) => termsOf(spec, path).length < 1 || termsOf(spec, path).length > 30);
    return wrong && `${wrong.path}: must have at least 1 and at most 30 items`;
  }),
  specRule("terms-empty", (spec) =>
    findTermProblem(spec, (term, selector) =>
      selector.fields.some((field) => term[field] !== undefined)
        ? undefined
        : `${selector.path}: expected at least one, got none, [${selector.fields.join(", ")}]`,
    ),
  ),
  specRule("terms-id-form", (spec) =>
    findTermProblem(spec, (term, { path, idPrefix }) => {
      const id = textAt(term, "id");
      return id === undefined || new RegExp(`${idPrefix}-[0-9a-z]+`).test(id)
        ? undefined
        : `${path}.id: Invalid value: "${id}": should match '${idPrefix}-[0-9a-z]+'`;
    }),
  ),
  specRule("terms-exclusive", (spec) =>
    findTermProblem(spec, (term, { path }) => {
      const alone = ["id", "alias"].find((field) => term[field] !== undefined);
      return alone === undefined || Object.keys(term).length === 1
        ? undefined
        : `${path}: '${alone}' is mutually exclusive, cannot be set with a combination of other fields`;
    }),
  ),
  specRule("terms-tags", (spec) =>
    findTermProblem(spec, (term, { path }) => {
      const tags = term["tags"];
      const entries = isProperties(tags) ? Object.entries(tags) : [];
      return entries.every(([key, value]) => key !== "" && value !== "") && entries.length <= 20
        ? undefined
        : `${path}.tags: at most 20 tags, and empty tag keys or values aren't supported`;
    }),
  ),
];

const ALIAS_FAMILIES: Readonly<Record<string, string>> = {
  al2: "AL2",
  al2023: "AL2023",
  bottlerocket: "Bottlerocket",
  windows2019: "Windows2019",
  windows2022: "Windows2022",
  windows2025: "Windows2025",
};

const IMAGE_RULES: readonly Rule[] = [
  matches(
    "nodeclass-alias-form",
    SCHEMA,
    "spec.amiSelectorTerms.alias",
    /^[a-zA-Z0-9]+@.+$/,
    "'alias' is improperly formatted, must match the format 'family@version'",
  ),
  specRule("alias-family", (spec) => {
    const family = textsAt(spec, "amiSelectorTerms.alias").map((alias) => alias.split("@")[0] ?? "");
    const unknown = family.find((name) => ALIAS_FAMILIES[name] === undefined);
    return (
      unknown && `family is not supported, must be one of: ${Object.keys(ALIAS_FAMILIES).join(", ")}, not "${unknown}"`
    );
  }),
  specRule("alias-alone", (spec) =>
    textsAt(spec, "amiSelectorTerms.alias").length > 0 && listAt(spec, "amiSelectorTerms").length > 1
      ? "'alias' is mutually exclusive, cannot be set with a combination of other amiSelectorTerms"
      : undefined,
  ),
  oneOf("nodeclass-ami-family", SCHEMA, "spec.amiFamily", [...Object.values(ALIAS_FAMILIES), "Custom"]),
  specRule("ami-family-given", (spec) => {
    const family = textAt(spec, "amiFamily");
    const [alias] = textsAt(spec, "amiSelectorTerms.alias");
    if (alias === undefined) {
      return family === undefined ? "must specify amiFamily if amiSelectorTerms does not contain an alias" : undefined;
    }
    const implied = ALIAS_FAMILIES[alias.split("@")[0] ?? ""];
    return family === undefined || family === "Custom" || family === implied
      ? undefined
      : `amiFamily ${family} must match the family of the alias, ${implied}`;
  }),
];

const VOLUME_SIZE =
  /^((?:[1-9][0-9]{0,3}|[1-4][0-9]{4}|[5][0-8][0-9]{3}|59000)Gi|(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|[6][0-3][0-9]{3}|64000)G|([1-9]||[1-5][0-7]|58)Ti|([1-9]||[1-5][0-9]|6[0-3]|64)T)$/;

const VOLUME_RULES: readonly Rule[] = [
  matches(
    "nodeclass-volume-size",
    SCHEMA,
    "spec.blockDeviceMappings.ebs.volumeSize",
    VOLUME_SIZE,
    "spec.blockDeviceMappings.ebs.volumeSize: whole Gi, G, Ti or T are allowed",
  ),
  oneOf("nodeclass-volume-type", SCHEMA, "spec.blockDeviceMappings.ebs.volumeType", [
    "standard",
    "io1",
    "io2",
    "gp2",
    "sc1",
    "st1",
    "gp3",
  ]),
  specRule("volume-size-given", (spec) =>
    valuesAt(spec, "blockDeviceMappings")
      .filter(isProperties)
      .every(({ ebs }) => textAt(ebs, "volumeSize") !== undefined || textAt(ebs, "snapshotID") !== undefined)
      ? undefined
      : "spec.blockDeviceMappings.ebs: snapshotID or volumeSize must be defined",
  ),
  specRule("volume-root-single", (spec) =>
    valuesAt(spec, "blockDeviceMappings.rootVolume").filter((root) => root === true).length <= 1
      ? undefined
      : "must have only one blockDeviceMappings with rootVolume",
  ),
  specRule("volume-count", (spec) =>
    listAt(spec, "blockDeviceMappings").length <= 50
      ? undefined
      : "spec.blockDeviceMappings: Too many: must have at most 50 items",
  ),
  oneOf("nodeclass-instance-store", SCHEMA, "spec.instanceStorePolicy", ["RAID0"]),
];

const RESERVED_TAGS = [
  "eks:eks-cluster-name",
  "karpenter.sh/nodepool",
  "karpenter.sh/nodeclaim",
  "karpenter.k8s.aws/ec2nodeclass",
];

function isReservedTag(key: string): boolean {
  return key === "" || RESERVED_TAGS.includes(key) || key.startsWith("kubernetes.io/cluster");
}

const OTHER_RULES: readonly Rule[] = [
  specRule("fields", (spec) => {
    const unknown = Object.keys(spec).find((name) => !FIELDS.includes(name));
    return unknown && `strict decoding error: unknown field "spec.${unknown}"`;
  }),
  specRule("types", (spec) => {
    const wrong = Object.entries(SCALAR_TYPES).find(([path, type]) =>
      valuesAt({ spec }, path).some((value: Value) => typeof value !== type),
    );
    return wrong && `${wrong[0]}: must be of type ${wrong[1]}`;
  }),
  specRule("role", (spec) => {
    const given = ["role", "instanceProfile"].filter((name) => spec[name] !== undefined && spec[name] !== "");
    return given.length === 1 ? undefined : "must specify exactly one of ['role', 'instanceProfile']";
  }),
  specRule("tags", (spec) => {
    const tags = spec["tags"];
    const reserved = isProperties(tags) ? Object.keys(tags).find(isReservedTag) : undefined;
    return reserved === undefined ? undefined : `tag contains a restricted tag matching ${reserved}`;
  }),
  between("nodeclass-hop-limit", SCHEMA, "spec.metadataOptions.httpPutResponseHopLimit", 1, 64),
  oneOf("nodeclass-http-tokens", SCHEMA, "spec.metadataOptions.httpTokens", ["required", "optional"]),
];

/** The tables of this file. */
export const NODE_CLASS_KINDS: readonly ResourceKind[] = [
  customKind({
    prefix: "nodeclass",
    type: KUBERNETES_TYPES.nodeClass,
    group: "karpenter.k8s.aws",
    version: "v1",
    kind: "EC2NodeClass",
    required: ["spec", ...SELECTORS.map((selector) => selector.path)],
    rules: [...OTHER_RULES, ...TERM_RULES, ...IMAGE_RULES, ...VOLUME_RULES, ...READY_RULES],
    leave: leaveProfile,
  }),
];
