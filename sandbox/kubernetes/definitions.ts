// The kinds that Karpenter's charts bring: which they are, whose they are, and what goes with them.
import { currentCluster, KUBERNETES_TYPES } from "./objects";
import type { ResourceKind } from "../provider/kind";
import type { Store, StoredResource } from "../provider/store";
import { textAt, valuesAt, type Properties } from "../provider/values";

/** As in charts/karpenter-crd/templates of karpenter-provider-aws v1.15.0. */
const KINDS: readonly { readonly group: string; readonly kind: string; readonly plural: string }[] = [
  { group: "karpenter.k8s.aws", kind: "EC2NodeClass", plural: "ec2nodeclasses" },
  { group: "karpenter.sh", kind: "NodePool", plural: "nodepools" },
  { group: "karpenter.sh", kind: "NodeClaim", plural: "nodeclaims" },
  { group: "karpenter.sh", kind: "NodeOverlay", plural: "nodeoverlays" },
  { group: "autoscaling.x-k8s.io", kind: "CapacityBuffer", plural: "capacitybuffers" },
];

/** Those of Karpenter's kinds that are in the cluster; others bring kinds too. */
export function karpenterDefinitions(cloud: Store): readonly StoredResource[] {
  return cloud
    .list(KUBERNETES_TYPES.definition)
    .filter(({ outputs }) => KINDS.some(({ group }) => group === textAt(outputs, "spec.group")));
}

/** The version of Karpenter from whose CRD on `spec.kubelet` takes any field; before, the API server drops unknown ones. */
const OPEN_KUBELET = { major: 1, minor: 15 } as const;

function takesAnyKubeletField(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OPEN_KUBELET.major || (major === OPEN_KUBELET.major && minor >= OPEN_KUBELET.minor);
}

/** The part of a schema that differs between versions of Karpenter. */
function schemaOf(kind: string, version: string): Properties {
  if (kind !== "EC2NodeClass") return { type: "object" };
  const kubelet = takesAnyKubeletField(version)
    ? { type: "object", "x-kubernetes-preserve-unknown-fields": true }
    : { type: "object" };
  return { type: "object", properties: { spec: { type: "object", properties: { kubelet } } } };
}

/**
 * Puts the kinds into the cluster, or newer schemas in place of older ones.
 *
 * @param owner id of the release that they belong to; empty for those that the main chart brings along
 */
export function installDefinitions(cloud: Store, owner: string, version: string): void {
  for (const { group, kind, plural } of KINDS) {
    const id = `${plural}.${group}`;
    const versions = [{ name: "v1", served: true, schema: { openAPIV3Schema: schemaOf(kind, version) } }];
    cloud.put({
      type: KUBERNETES_TYPES.definition,
      id,
      inputs: {},
      outputs: {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: id },
        spec: { group, names: { kind, plural }, scope: "Cluster", versions },
      },
      secrets: [],
      memory: { release: owner, clusterName: currentCluster(cloud)?.id ?? "" },
    });
  }
}

/** Takes a release's kinds away, and with them every object of them. */
export function removeDefinitions(cloud: Store, owner: string): void {
  const owned = cloud
    .list(KUBERNETES_TYPES.definition)
    .filter((definition) => textAt(definition.memory, "release") === owner);
  if (owned.length === 0) return;
  const objects = [KUBERNETES_TYPES.nodeClass, KUBERNETES_TYPES.nodePool].flatMap((type) => cloud.list(type));
  for (const resource of [...owned, ...objects]) cloud.remove(resource.type, resource.id);
}

/** Whether the API server keeps fields of `spec.kubelet` that Karpenter before 1.15 did not know. */
export function keepsKubeletFields(definition: StoredResource): boolean {
  const path = "spec.versions.schema.openAPIV3Schema.properties.spec.properties.kubelet";
  return valuesAt(definition.outputs, `${path}.x-kubernetes-preserve-unknown-fields`).includes(true);
}

const DEFINITION: ResourceKind = {
  type: KUBERNETES_TYPES.definition,
  required: [],
  forceNew: [],
  rules: [],
  identify: (inputs) => textAt(inputs, "metadata.name") ?? "",
  make: () => {
    throw new Error("the sandbox has the kinds of Karpenter's charts, and makes no others");
  },
};

/** The tables of this file: kinds can be read, by their name. */
export const DEFINITION_KINDS: readonly ResourceKind[] = [DEFINITION];
