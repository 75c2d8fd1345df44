// The stand-in for the Pulumi package `kubernetes`: its tables put together.
import { admissionKinds } from "./admission";
import { definitionKinds } from "./definitions";
import { helmKinds } from "./helm";
import { monitoringKinds } from "./monitoring";
import { nodeClassKinds } from "./node-class";
import { nodePoolKinds } from "./node-pool";
import type { ResourceKind } from "../provider/kind";

export { reachabilityProblem } from "./objects";

/** Every Kubernetes type that the sandbox knows. */
export const kubernetesKinds: readonly ResourceKind[] = [
  admissionKinds,
  definitionKinds,
  helmKinds,
  monitoringKinds,
  nodeClassKinds,
  nodePoolKinds,
].flat();
