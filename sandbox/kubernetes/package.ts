// The stand-in for the Pulumi package `kubernetes`: its tables put together.
import { admissionKinds } from "./kubernetes-admission";
import { definitionKinds } from "./kubernetes-definitions";
import { helmKinds } from "./kubernetes-helm";
import { monitoringKinds } from "./kubernetes-monitoring";
import { nodeClassKinds } from "./kubernetes-node-class";
import { nodePoolKinds } from "./kubernetes-node-pool";
import type { ResourceKind } from "./kind";

export { reachabilityProblem } from "./kubernetes-objects";

/** Every Kubernetes type that the sandbox knows. */
export const kubernetesKinds: readonly ResourceKind[] = [
  admissionKinds,
  definitionKinds,
  helmKinds,
  monitoringKinds,
  nodeClassKinds,
  nodePoolKinds,
].flat();
