// Broken variants of Karpenter's releases and of node pools.
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { KUBERNETES_TYPES } from "../../../sandbox/kubernetes/objects";
import type { Store } from "../../../sandbox/provider/store";
import { all, alter, inJson, remove, set, valueOf, variantsOf, without, type Change, type Variant } from "./variants";

const { release, definition } = KUBERNETES_TYPES;

function putDefinition(owner: string): (cloud: Store) => void {
  return (cloud) => {
    for (const existing of cloud.list(definition)) cloud.put({ ...existing, memory: { release: owner } });
  };
}

/** Takes an action out of the documents of the controller's role. */
function forbid(action: string): (cloud: Store) => void {
  return alter(
    AWS_TYPES.policy,
    set("policy", '{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'),
    action,
  );
}

const RELEASE_VARIANTS: readonly Variant[] = [
  ...variantsOf("karpenter-controller", "check", {
    "helm-release-name": set("name", "Karpenter"),
    "helm-chart": set("chart", "oci://public.ecr.aws/karpenter/karpenter-crds"),
    "helm-chart-version": set("version", "v1.15.1"),
    "helm-namespace": set("namespace", "karpenter"),
  }),
  ...variantsOf("karpenter-crd", "create", { "helm-definition-ownership": { around: putDefinition("") } }),
  ...variantsOf("karpenter-controller", "create", {
    "karpenter-cluster-name": set("values.settings.clusterName", "nobody"),
    "karpenter-kinds": { around: remove(definition) },
    "karpenter-kubernetes-version": set("version", "1.12.0"),
    "karpenter-nodes": set("values.replicas", 3),
    "karpenter-dns": { change: set("values.dnsPolicy", "ClusterFirst"), around: remove(AWS_TYPES.addOn, "coredns") },
    "karpenter-identity": { around: remove(AWS_TYPES.podIdentity) },
    "karpenter-permissions": { around: forbid("iam:ListInstanceProfiles") },
    "karpenter-queue": { around: remove(AWS_TYPES.queuePolicy) },
  }),
];

const FIRST_MAPPING = "spec.blockDeviceMappings.0";

const nodeClassSchema: readonly Variant[] = variantsOf("ebs-node-class", "check", {
  "nodeclass-name": set("metadata.name", "EBS"),
  "nodeclass-api-version": set("apiVersion", "karpenter.k8s.aws/v1beta1"),
  "nodeclass-wait-for": set(["metadata", "annotations", "pulumi.com/waitFor"], "Ready"),
  "nodeclass-fields": set("spec.blockDevices", []),
  "nodeclass-types": set(`${FIRST_MAPPING}.ebs.iops`, "3000"),
  "nodeclass-role": set("spec.instanceProfile", "node"),
  "nodeclass-tags": set(["spec", "tags", "kubernetes.io/cluster/dev"], "owned"),
  "nodeclass-hop-limit": set("spec.metadataOptions.httpPutResponseHopLimit", 65),
  "nodeclass-http-tokens": set("spec.metadataOptions.httpTokens", "yes"),
  "nodeclass-terms-count": set("spec.subnetSelectorTerms", []),
  "nodeclass-terms-empty": set("spec.subnetSelectorTerms.0", {}),
  "nodeclass-terms-id-form": set("spec.securityGroupSelectorTerms.0.id", "eks-cluster-sg"),
  "nodeclass-terms-exclusive": set("spec.subnetSelectorTerms.0.tags", { Name: "private" }),
  "nodeclass-terms-tags": set("spec.subnetSelectorTerms.0", { tags: { Name: "" } }),
  "nodeclass-alias-form": set("spec.amiSelectorTerms.0.alias", "al2023"),
  "nodeclass-alias-family": set("spec.amiSelectorTerms.0.alias", "al2024@latest"),
  "nodeclass-alias-alone": set("spec.amiSelectorTerms.1", { id: "ami-0123456789abcdef0" }),
  "nodeclass-ami-family": set("spec.amiFamily", "AL2024"),
  "nodeclass-ami-family-given": set("spec.amiFamily", "AL2"),
  "nodeclass-volume-size": set(`${FIRST_MAPPING}.ebs.volumeSize`, "55.3Gi"),
  "nodeclass-volume-type": set(`${FIRST_MAPPING}.ebs.volumeType`, "gp4"),
  "nodeclass-volume-size-given": without(`${FIRST_MAPPING}.ebs.volumeSize`),
  "nodeclass-volume-root-single": set("spec.blockDeviceMappings.1", {
    deviceName: "/dev/xvdb",
    rootVolume: true,
    ebs: { volumeSize: "30Gi" },
  }),
  "nodeclass-volume-count": (inputs) =>
    set(
      "spec.blockDeviceMappings",
      Array.from({ length: 51 }, (_, index) => ({ deviceName: `/dev/sd${index}`, ebs: { volumeSize: "1Gi" } })),
    )(inputs),
  "nodeclass-instance-store": set("spec.instanceStorePolicy", "RAID1"),
});

/** The schema of an older Karpenter, which nobody upgraded. */
const olderDefinition = alter(definition, without("spec.versions.0.schema"));

function kubelet(name: string, value: Parameters<typeof set>[1]): Change {
  return set(["spec", "kubelet", name], value);
}

const nodeClassReady: readonly Variant[] = variantsOf("ebs-node-class", "ready", {
  "nodeclass-controller": { around: remove(release, 'karpenter/karpenter"') },
  "nodeclass-subnets": set("spec.subnetSelectorTerms.0.id", "subnet-0"),
  "nodeclass-security-groups": set("spec.securityGroupSelectorTerms.0.id", "sg-0"),
  "nodeclass-role-exists": set("spec.role", "nobody"),
  "nodeclass-role-passed": {
    around: alter(
      AWS_TYPES.policy,
      inJson("policy", set("Statement.0.Resource", ["arn:aws:iam::123456789012:role/other"])),
      "iam:PassRole",
    ),
  },
  "nodeclass-role-joins": {
    around: remove(AWS_TYPES.attachment, "karpenter-identity-node-"),
  },
  "nodeclass-role-admitted": { around: remove(AWS_TYPES.accessEntry, "karpenter-identity-node-") },
  "nodeclass-volume-iops": set(`${FIRST_MAPPING}.ebs.iops`, 100),
  "nodeclass-volume-throughput": set(`${FIRST_MAPPING}.ebs.throughput`, 1000),
  "nodeclass-volume-unsupported": all(
    set(`${FIRST_MAPPING}.ebs.volumeType`, "gp2"),
    set(`${FIRST_MAPPING}.ebs.throughput`, 125),
  ),
  "nodeclass-user-data-size": (inputs) => set("spec.userData", `#!/bin/bash\n${"#".repeat(16384)}`)(inputs),
  "nodeclass-user-data-archive": changeUserData((text) => text.replace(/^--\/\/--$/m, "")),
  "nodeclass-user-data-boundary": changeUserData((text) => text.replace("#!/bin/bash\n", "#!/bin/bash\n--//x\n")),
  "nodeclass-user-data-encoding": changeUserData((text) =>
    text.replace(/^Content-Type: text\/x-shellscript/m, "Content-Transfer-Encoding: base64\n$&"),
  ),
  "nodeclass-kubelet-fields": kubelet("swapBehavior", "LimitedSwap"),
  "nodeclass-kubelet-types": kubelet("failSwapOn", "false"),
  "nodeclass-kubelet-owned": kubelet("registerWithTaints", []),
  "nodeclass-kubelet-signals": set(["spec", "kubelet", "evictionHard", "allocatableMemory.available"], "100Mi"),
  "nodeclass-kubelet-thresholds": set(["spec", "kubelet", "evictionHard", "memory.available"], "100MiB"),
  "nodeclass-kubelet-soft-eviction": kubelet("evictionSoft", { "memory.available": "200Mi" }),
  "nodeclass-kubelet-reservations": set("spec.kubelet.systemReserved.swap", "1Gi"),
  "nodeclass-kubelet-image-collection": all(
    kubelet("imageGCHighThresholdPercent", 80),
    kubelet("imageGCLowThresholdPercent", 85),
  ),
  "nodeclass-kubelet-pruned": { around: olderDefinition },
  "nodeclass-kubelet-family": all(
    set("spec.amiFamily", "Bottlerocket"),
    set("spec.amiSelectorTerms.0.alias", "bottlerocket@v1.50.0"),
  ),
});

function changeUserData(change: (text: string) => string): Change {
  return (inputs) => {
    const text = valueOf(inputs, "spec.userData");
    if (typeof text !== "string" || change(text) === text) throw new Error("the user data has changed its form");
    return set("spec.userData", change(text))(inputs);
  };
}

const MONITORING_VARIANTS: readonly Variant[] = [
  ...variantsOf("monitoring-dashboard", "check", {
    "config-map-name": set("metadata.name", "Dashboard"),
    "config-map-namespace": set("metadata.namespace", "monitoring"),
    "config-map-keys": set(["data", "a dashboard.json"], "{}"),
    "config-map-size": (inputs) => set("data", { "eks-swap.json": "x".repeat(1024 * 1024 + 1) })(inputs),
  }),
  ...variantsOf("monitoring-rules", "check", {
    "prometheus-rule-name": set("metadata.name", "Rules"),
    "prometheus-rule-api-version": set("apiVersion", "monitoring.coreos.com/v2"),
    "prometheus-rule-wait-for": set(["metadata", "annotations", "pulumi.com/waitFor"], "Ready"),
    "prometheus-rule-namespace": set("metadata.namespace", "monitoring"),
    "prometheus-rule-groups": all(set("spec.groups.0.name", "twice"), set("spec.groups.1.name", "twice")),
    "prometheus-rule-expression": without("spec.groups.0.rules.0.expr"),
  }),
  ...variantsOf("monitoring-rules", "create", {
    "prometheus-rule-definition": { around: remove(definition, "prometheusrules") },
  }),
];

const TEMPLATE = "spec.template.spec";

const nodePoolSchema: readonly Variant[] = variantsOf("ebs-node-pool", "check", {
  "nodepool-name": set("metadata.name", "ebs_pool"),
  "nodepool-api-version": set("apiVersion", "karpenter.sh/v1beta1"),
  "nodepool-wait-for": set(["metadata", "annotations", "pulumi.com/waitFor"], "condition=Ready=maybe="),
  "nodepool-fields": set(`${TEMPLATE}.requirement`, []),
  "nodepool-types": set("spec.disruption.budgets.0.nodes", 1),
  "nodepool-requirements-count": (inputs) =>
    set(
      `${TEMPLATE}.requirements`,
      Array.from({ length: 101 }, (_, index) => ({ key: `example.com/${index}`, operator: "Exists" })),
    )(inputs),
  "nodepool-requirement-key": set(`${TEMPLATE}.requirements.0.key`, "karpenter.sh/nodepool"),
  "nodepool-requirement-operator": set(`${TEMPLATE}.requirements.0.operator`, ">"),
  "nodepool-requirement-values": set(`${TEMPLATE}.requirements.0`, {
    key: "example.com/a",
    operator: "In",
    values: [],
  }),
  "nodepool-requirement-comparison": set(`${TEMPLATE}.requirements.0`, {
    key: "karpenter.k8s.aws/instance-memory",
    operator: "Gt",
    values: ["16Gi"],
  }),
  "nodepool-requirement-minimum": set(`${TEMPLATE}.requirements.0`, {
    key: "example.com/a",
    operator: "In",
    values: ["a"],
    minValues: 2,
  }),
  "nodepool-requirement-value-form": set(`${TEMPLATE}.requirements.0.values`, ["not a label"]),
  "nodepool-labels": set(["spec", "template", "metadata", "labels", "karpenter.sh/pool"], "ebs"),
  "nodepool-label-values": set(["spec", "template", "metadata", "labels", "swap"], true),
  "nodepool-taints-effect": set(`${TEMPLATE}.taints.0.effect`, "NoSched"),
  "nodepool-taints-key": set(`${TEMPLATE}.taints.0.key`, "eks swap"),
  "nodepool-startuptaints-effect": set(`${TEMPLATE}.startupTaints`, [{ key: "a", effect: "NoStart" }]),
  "nodepool-startuptaints-key": set(`${TEMPLATE}.startupTaints`, [{ key: "", effect: "NoSchedule" }]),
  "nodepool-budget-nodes": set("spec.disruption.budgets.0.nodes", "101%"),
  "nodepool-budget-schedule": set("spec.disruption.budgets.0.schedule", "@daily"),
  "nodepool-budget-reasons": set("spec.disruption.budgets.0.reasons", ["Expired"]),
  "nodepool-consolidation": set("spec.disruption.consolidationPolicy", "Never"),
  "nodepool-consolidate-after": set("spec.disruption.consolidateAfter", "1 minute"),
  "nodepool-expire-after": set(`${TEMPLATE}.expireAfter`, "30d"),
  "nodepool-grace-period": set(`${TEMPLATE}.terminationGracePeriod`, "Never"),
  "nodepool-weight": set("spec.weight", 0),
  "nodepool-limits": set("spec.limits", { cpu: "many" }),
});

/** Variants for the rules of the Kubernetes tables. */
const GUARD_VARIANTS: readonly Variant[] = [
  ...variantsOf("ebs-guard-policy", "check", {
    "policy-name": set("metadata.name", "Guard"),
    "policy-validations": set("spec.validations", []),
    "policy-failure": set("spec.failurePolicy", "Warn"),
  }),
  ...variantsOf("ebs-guard-pods", "check", {
    "policy-binding-name": set("metadata.name", "Guard"),
    "policy-binding-actions": set("spec.validationActions", ["Refuse"]),
    "policy-binding-exclusive": set("spec.validationActions", ["Deny", "Warn"]),
  }),
];

export const KUBERNETES_VARIANTS: readonly Variant[] = [
  ...RELEASE_VARIANTS,
  ...GUARD_VARIANTS,
  ...nodeClassSchema,
  ...nodeClassReady,
  ...variantsOf("ebs-node-class", "create", { "nodeclass-definition": { around: remove(definition) } }),
  ...variantsOf("ebs-node-class", "delete", {
    "nodeclass-held-by-pool": {},
    "nodeclass-finalizer": { around: remove([release, KUBERNETES_TYPES.nodePool]) },
  }),
  ...nodePoolSchema,
  ...variantsOf("ebs-node-pool", "create", { "nodepool-definition": { around: remove(definition) } }),
  ...variantsOf("ebs-node-pool", "update", {
    "nodepool-class-immutable": set(`${TEMPLATE}.nodeClassRef.kind`, "NodeClass"),
  }),
  ...variantsOf("ebs-node-pool", "ready", {
    "nodepool-controller": { around: remove(release) },
    "nodepool-class": set(`${TEMPLATE}.nodeClassRef.name`, "nobody"),
  }),
  ...MONITORING_VARIANTS,
  ...variantsOf("ebs-node-pool", "delete", { "nodepool-finalizer": { around: remove(release) } }),
];
