// The fake of the Pulumi package `kubernetes`: its tables put together.
import { ADMISSION_KINDS } from "./admission";
import { DEFINITION_KINDS } from "./definitions";
import { HELM_KINDS } from "./helm";
import { MONITORING_KINDS } from "./monitoring";
import { NODE_CLASS_KINDS } from "./node-class";
import { NODE_POOL_KINDS } from "./node-pool";
import type { ResourceKind } from "../provider/kind";

export { reachabilityProblem } from "./objects";

/** Every Kubernetes type that the sandbox knows. */
export const kubernetesKinds: readonly ResourceKind[] = [
  ADMISSION_KINDS,
  DEFINITION_KINDS,
  HELM_KINDS,
  MONITORING_KINDS,
  NODE_CLASS_KINDS,
  NODE_POOL_KINDS,
].flat();
