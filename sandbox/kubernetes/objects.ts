// The Kubernetes API server of the sandbox's cluster: which cluster it is, and what all of its objects have in common.
import * as crypto from "node:crypto";
import { AWS_TYPES } from "../aws/types";
import type { ResourceKind, Rule, Situation } from "../provider/kind";
import { inputRule, matches, textRule } from "../provider/rules";
import type { Store, StoredResource } from "../provider/store";
import { isList, isProperties, parseJson, textAt, propertyAt, type Properties } from "../provider/values";

/** Type tokens of the fake of the package `kubernetes`. */
export const KUBERNETES_TYPES = {
  release: "kubernetes:helm.sh/v3:Release",
  nodeClass: "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
  nodePool: "kubernetes:karpenter.sh/v1:NodePool",
  policy: "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
  policyBinding: "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
  configMap: "kubernetes:core/v1:ConfigMap",
  prometheusRule: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
  /** Releases of Helm bring them. */
  definition: "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
} as const;

const AWAIT_LOGIC = "https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/#pulumicomwaitfor";
const OBJECT_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";

/** The cluster that objects go to. There is one at most. */
export function currentCluster(cloud: Store): StoredResource | undefined {
  return cloud.list(AWS_TYPES.cluster)[0];
}

/** Why the API server cannot be reached, in the words of the provider. */
export function reachabilityProblem(cloud: Store): string | undefined {
  // The API server answers once the cluster is made: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html.
  const status = textAt(currentCluster(cloud)?.outputs, "status");
  return status !== "ACTIVE"
    ? "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: no such host"
    : undefined;
}

function annotation(inputs: Properties, name: string): string | undefined {
  const annotations = propertyAt(inputs, "metadata.annotations");
  const text = isProperties(annotations) ? annotations[name] : undefined;
  return typeof text === "string" ? text : undefined;
}

/** Whether the provider waits for the object: only if an annotation asks for it, as with every kind that it does not know. */
function isAwaited(inputs: Properties): boolean {
  return (
    annotation(inputs, "pulumi.com/waitFor") !== undefined && annotation(inputs, "pulumi.com/skipAwait") !== "true"
  );
}

function waitForProblem(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const list = parseJson(text);
  const conditions = isList(list) ? list : [text];
  const wrong = conditions.find(
    (condition) => typeof condition !== "string" || !/^(?:condition=[A-Za-z]+(?:=\w+)?|jsonpath=\{.+)$/.test(condition),
  );
  return wrong === undefined
    ? undefined
    : `expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(wrong)}`;
}

function definitionMissing(prefix: string, group: string, version: string, kind: string): Rule {
  return {
    id: `${prefix}-definition`,
    source: "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/",
    moments: ["create", "update"],
    problem: ({ cloud }) =>
      cloud
        .list(KUBERNETES_TYPES.definition)
        .some(({ outputs }) => textAt(outputs, "spec.group") === group && textAt(outputs, "spec.names.kind") === kind)
        ? undefined
        : "the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any " +
          `required CRDs have been created: no matches for kind "${kind}" in version "${group}/${version}"`,
  };
}

/** What names of objects must be; `prefix` is the first part of the rule's id. */
export function nameRule(prefix: string): Rule {
  return matches(
    `${prefix}-name`,
    OBJECT_NAMES,
    "metadata.name",
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "metadata.name: a lowercase RFC 1123 subdomain is required",
  );
}

/** A kind of custom resource. */
export interface CustomKind {
  /** First part of the ids of its rules. */
  readonly prefix: string;
  readonly type: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly required: readonly string[];
  readonly rules: readonly Rule[];
  readonly leave?: NonNullable<ResourceKind["leave"]>;
}

/** Name of an object in its namespace, as it is unique among those of its kind; objects of no namespace have none. */
export function fullName(inputs: Properties): string {
  const namespace = textAt(inputs, "metadata.namespace");
  return [...(namespace === undefined ? [] : [namespace]), textAt(inputs, "metadata.name") ?? ""].join("/");
}

/** Completes the table of a custom resource with what is true for every object. */
export function customKind(described: CustomKind): ResourceKind {
  const { prefix, group, version, kind, leave } = described;
  return {
    type: described.type,
    required: ["apiVersion", "kind", ...described.required],
    forceNew: ["apiVersion", "kind", "metadata.name", "metadata.namespace"],
    autoName: "metadata.name",
    awaited: isAwaited,
    rules: [
      nameRule(prefix),
      textRule(`${prefix}-api-version`, described.rules[0]?.source ?? OBJECT_NAMES, "apiVersion", (text) =>
        text === `${group}/${version}` ? undefined : `no matches for kind "${kind}" in version "${text}"`,
      ),
      inputRule(`${prefix}-wait-for`, AWAIT_LOGIC, ["metadata"], ({ inputs }) =>
        waitForProblem(annotation(inputs, "pulumi.com/waitFor")),
      ),
      ...described.rules,
      definitionMissing(prefix, group, version, kind),
    ],
    identify: fullName,
    taken: (inputs) => `${kind.toLowerCase()}s.${group} "${textAt(inputs, "metadata.name") ?? ""}" already exists`,
    make: makeObject,
    ...(leave === undefined ? {} : { leave }),
  };
}

/** What the API server adds to an object. */
export function makeObject(
  _: string,
  { inputs, cloud, current }: Situation,
): { outputs: Properties; memory: Properties } {
  const metadata = propertyAt(inputs, "metadata");
  const generation = Number(propertyAt(current?.outputs, "metadata.generation") ?? 0) + 1;
  return {
    memory: { clusterName: currentCluster(cloud)?.id ?? "" },
    outputs: {
      metadata: {
        ...(isProperties(metadata) ? metadata : {}),
        uid: propertyAt(current?.outputs, "metadata.uid") ?? crypto.randomUUID(),
        creationTimestamp: propertyAt(current?.outputs, "metadata.creationTimestamp") ?? new Date().toISOString(),
        generation,
      },
    },
  };
}
