// Helm releases: the two charts of Karpenter, and what Helm itself refuses.
import { installDefinitions, karpenterDefinitions, removeDefinitions } from "./definitions";
import { currentCluster, KUBERNETES_TYPES } from "./objects";
import { CONTROLLER_RULES } from "./controller";
import type { ResourceKind, Rule, Situation } from "../provider/kind";
import { inputRule, matches, oneOf } from "../provider/rules";
import type { StoredResource } from "../provider/store";
import { isProperties, isSet, textAt, propertyAt, type Properties } from "../provider/values";

const KARPENTER_CHARTS = "oci://public.ecr.aws/karpenter";
const GETTING_STARTED = "https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/";
const UPGRADE_GUIDE = "https://karpenter.sh/docs/upgrading/upgrade-guide/#crd-upgrades";

/** Namespaces that every cluster has. */
const NAMESPACES: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

function isChart(inputs: Properties, name: string): boolean {
  return textAt(inputs, "chart") === `${KARPENTER_CHARTS}/${name}`;
}

/** A rule that applies to releases of one chart only. */
function ofChart(chart: string, rule: Rule): Rule {
  return { ...rule, problem: (situation) => (isChart(situation.inputs, chart) ? rule.problem(situation) : undefined) };
}

const OWNERSHIP: Rule = {
  id: "helm-definition-ownership",
  source: UPGRADE_GUIDE,
  path: "chart",
  moments: ["create"],
  problem: ({ inputs, cloud }) => {
    const foreign = karpenterDefinitions(cloud).find(
      (definition) => textAt(definition.memory, "release") !== releaseId(inputs),
    );
    return foreign === undefined
      ? undefined
      : `Unable to continue with install: CustomResourceDefinition "${foreign.id}" in namespace "" exists and cannot be ` +
          "imported into the current release: invalid ownership metadata";
  },
};

function releaseId(inputs: Properties): string {
  return `${textAt(inputs, "namespace") ?? "default"}/${textAt(inputs, "name") ?? ""}`;
}

function keepsDefinitions(release: StoredResource): boolean {
  const annotations = propertyAt(release.inputs, "values.additionalAnnotations");
  return isProperties(annotations) && annotations["helm.sh/resource-policy"] === "keep";
}

function makeRelease(id: string, { inputs, cloud, current }: Situation): { outputs: Properties; memory: Properties } {
  const installsKinds = isChart(inputs, "karpenter-crd");
  // What the main chart carries in crds/ is installed once, and belongs to no release.
  const bringsKinds = isChart(inputs, "karpenter") && !isSet(inputs, "skipCrds");
  const version = textAt(inputs, "version") ?? "";
  if (installsKinds) installDefinitions(cloud, id, version);
  if (bringsKinds && karpenterDefinitions(cloud).length === 0) installDefinitions(cloud, "", version);
  return {
    memory: { clusterName: currentCluster(cloud)?.id ?? "" },
    outputs: {
      status: {
        name: textAt(inputs, "name") ?? "",
        namespace: textAt(inputs, "namespace") ?? "default",
        chart: textAt(inputs, "chart")?.split("/").at(-1) ?? "",
        version,
        appVersion: version,
        revision: Number(propertyAt(current?.outputs, "status.revision") ?? 0) + 1,
        status: "deployed",
      },
    },
  };
}

const RELEASE: ResourceKind = {
  type: KUBERNETES_TYPES.release,
  required: ["chart"],
  forceNew: ["name", "namespace"],
  autoName: "name",
  rules: [
    matches(
      "helm-release-name",
      "https://helm.sh/docs/helm/helm_install/",
      "name",
      /^(?=.{1,53}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
      "invalid release name, must be lower case, with hyphens, and at most 53 characters",
    ),
    oneOf("helm-chart", GETTING_STARTED, "chart", [
      `${KARPENTER_CHARTS}/karpenter`,
      `${KARPENTER_CHARTS}/karpenter-crd`,
    ]),
    matches(
      "helm-chart-version",
      GETTING_STARTED,
      "version",
      /^\d+\.\d+\.\d+$/,
      "public.ecr.aws: not found: Karpenter's charts have versions such as 1.15.1, without a v",
    ),
    inputRule("helm-namespace", "https://helm.sh/docs/helm/helm_install/", ["namespace"], ({ inputs }) => {
      const namespace = textAt(inputs, "namespace") ?? "default";
      return NAMESPACES.includes(namespace) || isSet(inputs, "createNamespace")
        ? undefined
        : `create: failed to create: namespaces "${namespace}" not found`;
    }),
    ofChart("karpenter-crd", OWNERSHIP),
    ...CONTROLLER_RULES.map((rule) => ofChart("karpenter", rule)),
  ],
  identify: releaseId,
  taken: () => "cannot re-use a name that is still in use",
  make: makeRelease,
  gone: (resource, cloud) => {
    if (!keepsDefinitions(resource)) removeDefinitions(cloud, resource.id);
  },
};

/** The tables of this file. */
export const HELM_KINDS: readonly ResourceKind[] = [RELEASE];
