// Containers on nodes of the pools: swap they use, the limit they have, and the limit that the kubelet's rule gives.
import * as names from "./names";
import { byContainer, inPool } from "./promql";
import type { RecordingRule, RuleGroup } from "./rule";
import type { SourceName } from "./series";

/** Kubelets whose own container series are right with containerd: 1.36 and later (kubernetes#137098). */
const RIGHT_KUBELETS = `max by (node) (kube_node_info{kubelet_version=~"v1[.](3[6-9]|[4-9][0-9])[.].*"})`;

/** cAdvisor's series, which every version has right, and where it is dropped the kubelet's own if that is right. */
function firstRight(cadvisor: SourceName, kubelet: SourceName): string {
  return `(
  ${inPool(byContainer(cadvisor))}
)
or
(
  ${inPool(byContainer(kubelet))}
  and on (node) ${RIGHT_KUBELETS}
)`;
}

const REQUESTS = `max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="memory"})`;
const LIMITS = `max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})`;
const BURSTABLE = `kube_pod_status_qos_class{qos_class="Burstable"} == 1`;
/** Static pods, and those of the two classes whose priority is 2000000000 and above. */
const CRITICAL = `kube_pod_info{priority_class=~"system-(cluster|node)-critical"} or kube_pod_info{created_by_kind="Node"}`;

/** The API server keeps pods that have ended, and no exporter knows those that have not begun. */
const ELIGIBLE = `(
  ${REQUESTS}
  and on (namespace, pod, container) (kube_pod_container_status_running == 1)
  unless ${REQUESTS} == ${LIMITS}
  and on (namespace, pod) (${BURSTABLE})
  unless on (namespace, pod) (${CRITICAL})
)`;

/** The arithmetic and its order are the kubelet's, see swap/limited-swap.ts; a request above the node's RAM gets nothing. */
const PREDICTED = `floor(
  ((${inPool(ELIGIBLE)}) / on (node) group_left () max by (node) (${names.MEMORY}) <= 1)
  * on (node) group_left () max by (node) (${names.TOTAL})
)`;

const RULES: readonly RecordingRule[] = [
  {
    record: names.POD_INFO,
    expr: `topk by (namespace, pod) (1,
  max by (namespace, pod, node) (kube_pod_info{node!=""}) * on (node) group_left (pool) ${names.POOL_INFO}
)`,
  },
  { record: names.CONTAINER_USED, expr: firstRight("container_memory_swap", "container_swap_usage_bytes") },
  {
    record: names.CONTAINER_LIMIT,
    expr: firstRight("container_spec_memory_swap_limit_bytes", "container_swap_limit_bytes"),
  },
  { record: names.CONTAINER_PREDICTED, expr: PREDICTED },
  {
    record: names.CONTAINER_CEILING,
    expr: `(
  ${byContainer("container_memory_working_set_bytes")}
  + on (namespace, pod, container) group_right () ${names.CONTAINER_USED}
)
/ on (namespace, pod, container) group_left () (
  ${LIMITS}
  + on (namespace, pod, container) (${names.CONTAINER_LIMIT} > 0)
)`,
  },
];

/** Everything about containers. */
export const CONTAINER_GROUP: RuleGroup = { name: "eks-swap.containers", rules: RULES };
