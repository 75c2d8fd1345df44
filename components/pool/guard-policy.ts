// The guard of a pool as Kubernetes objects: pods that are aimed at a pool with swap and get none, or must not get any.
// Language: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ and
// https://kubernetes.io/docs/reference/using-api/cel/
import { literal } from "../../swap/literal";
import { GUARD_ANNOTATION, POOL_KEY, type GuardMode } from "../../swap/vocabulary";

/** What a pod may say of itself by the annotation `eks-swap/guard`; without it at least one container is to get swap. */
const GUARD_WISHES = {
  /** No container may get swap. */
  noSwap: "no-swap",
  /** The guard has nothing to say. */
  off: "off",
} as const;

/** Karpenter's label on the nodes of a NodePool. Source: https://karpenter.sh/docs/concepts/nodepools/ */
const NODE_POOL_KEY = "karpenter.sh/nodepool";

/** Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-config-mirror */
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

const POLICY = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" } as const;
const BINDING = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding" } as const;

interface ResourceRule {
  readonly apiGroups: string[];
  readonly apiVersions: string[];
  readonly resources: string[];
  readonly operations: string[];
}

const CORE = { apiGroups: [""], apiVersions: ["v1"] };
const POD_RULES: readonly ResourceRule[] = [
  { ...CORE, resources: ["pods"], operations: ["CREATE", "UPDATE"] },
  { ...CORE, resources: ["pods/resize"], operations: ["UPDATE"] },
];
const TEMPLATE_OPERATIONS = ["CREATE", "UPDATE"];
/** What makes pods from a template: the person who applies it gets the warning, since one about its pods reaches nobody. */
const TEMPLATE_RULES: readonly ResourceRule[] = [
  {
    apiGroups: ["apps"],
    apiVersions: ["v1"],
    resources: ["deployments", "statefulsets", "daemonsets"],
    operations: TEMPLATE_OPERATIONS,
  },
  { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["jobs", "cronjobs"], operations: TEMPLATE_OPERATIONS },
];

/** The variables of the policy, each of them used by later ones: together the kubelet's rule, as far as a pod decides it. */
function variables(pool: string): Readonly<Record<string, string>> {
  return { ...podVariables(), ...aimVariables(pool), ...swapVariables() };
}

/** The pod that is judged, and what an update changes of it. */
function podVariables(): Readonly<Record<string, string>> {
  return {
    // The pod, or the template of what makes pods. `dyn`: the type checker of the API server looks at each kind by itself.
    template: `dyn(object).kind == "Pod" ? dyn(object)
      : dyn(object).kind == "CronJob" ? dyn(object).spec.jobTemplate.spec.template
      : dyn(object).spec.template`,
    pod: "variables.template.spec",
    // An admitted pod must be able to lose its finalizers and end: the rule applies to updates of what it judges.
    old: `request.operation == "UPDATE" && dyn(object).kind == "Pod" ? [dyn(oldObject).spec] : []`,
    unchanged: `variables.old.exists(old,
      ["nodeSelector", "affinity", "tolerations", "schedulingGates", "resources"].all(field,
        variables.pod[?field] == old[?field])
      && ["containers", "initContainers"].all(field,
        variables.pod[?field].orValue([]).map(c, c.?resources.orValue({}))
          == old[?field].orValue([]).map(c, c.?resources.orValue({}))))`,
    annotations: "variables.template.?metadata.?annotations.orValue({})",
    wish: `"${GUARD_ANNOTATION}" in variables.annotations ? variables.annotations["${GUARD_ANNOTATION}"] : ""`,
  };
}

/** Whether the pod is aimed at the pool. The pool's name is that of its NodePool too. */
function aimVariables(pool: string): Readonly<Record<string, string>> {
  const named = literal(pool);
  // No lists are made of terms: a pod may have thousands, and whatever takes too long lets the pod through.
  const isClosed = `term.?matchExpressions.orValue([]).exists(e, e.key in variables.keys
    && (e.operator == "DoesNotExist"
      || e.operator == "In" && !(${named} in e.?values.orValue([]))
      || e.operator == "NotIn" && ${named} in e.?values.orValue([])))`;
  return {
    keys: `["${POOL_KEY}", "${NODE_POOL_KEY}"]`,
    selector: "variables.pod.?nodeSelector.orValue({})",
    terms: `variables.pod.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution
      .?nodeSelectorTerms.orValue([])`,
    // Nodes of the pool cannot match it.
    elsewhere: `variables.keys.exists(key, key in variables.selector && variables.selector[key] != ${named})
      || (variables.terms.size() > 0 && variables.terms.all(term, ${isClosed}))`,
    // Exists and NotIn of the pool's own label ask for a node with swap as well, where they leave this pool open.
    selects: `variables.keys.exists(key, key in variables.selector)
      || variables.terms.exists(term, term.?matchExpressions.orValue([]).exists(e,
        e.key in variables.keys && e.operator == "In" || e.key == "${POOL_KEY}" && e.operator in ["Exists", "NotIn"])
        && !${isClosed})`,
    // A pod that tolerates everything is aimed at no pool: daemons of the cluster are such.
    tolerates: `variables.pod.?tolerations.orValue([]).exists(t, t.?key.orValue("") == "${POOL_KEY}"
      && (t.?operator.orValue("") == "Exists" || t.?value.orValue("") == ${named}))`,
    // The kubelet's picture of a static pod, which runs already. Anybody can write the annotation.
    mirror: `"${MIRROR_ANNOTATION}" in variables.annotations && "system:nodes" in request.userInfo.?groups.orValue([])`,
    judged: `!variables.unchanged && !variables.elsewhere && (variables.selects || variables.tolerates)
      && variables.wish != "${GUARD_WISHES.off}" && !variables.mirror`,
  };
}

/** Which containers get a swap limit, and the reason where they get none. */
function swapVariables(): Readonly<Record<string, string>> {
  return {
    containers: "variables.pod.containers + variables.pod.?initContainers.orValue([])",
    critical: `variables.pod.?priority.orValue(0) >= 2000000000
      || variables.pod.?priorityClassName.orValue("").startsWith("system-")`,
    // The QoS class: pod-level resources decide alone where there are any.
    deciding: `has(variables.pod.resources) ? [variables.pod.resources]
      : variables.containers.map(c, c.?resources.orValue({}))`,
    bestEffort: `variables.deciding.all(r, [r.?requests.orValue({}), r.?limits.orValue({})].all(amounts,
      ["cpu", "memory"].all(name, !(name in amounts) || !quantity(amounts[name]).isGreaterThan(quantity("0")))))`,
    guaranteed: `!variables.bestEffort && variables.deciding.all(r, ["cpu", "memory"].all(name,
      name in r.?limits.orValue({}) && quantity(r.limits[name]).isGreaterThan(quantity("0"))
      && (!(name in r.?requests.orValue({})) || quantity(r.requests[name]).compareTo(quantity(r.limits[name])) == 0)))`,
    burstable: "!variables.bestEffort && !variables.guaranteed",
    // Containers that may swap in a Burstable pod: a memory request, and no limit that equals it. A limit without a
    // request becomes the request.
    eligible: `variables.containers.filter(c, "memory" in c.?resources.?requests.orValue({})
      && quantity(c.resources.requests["memory"]).isGreaterThan(quantity("0"))
      && !("memory" in c.?resources.?limits.orValue({})
        && quantity(c.resources.limits["memory"]).compareTo(quantity(c.resources.requests["memory"])) == 0))`,
    swapping: "!variables.critical && variables.burstable ? variables.eligible.map(c, c.name) : []",
    why: `variables.critical ? "pods of priority 2000000000 and above never swap. Use a lower priority class."
      : variables.bestEffort ? "it is BestEffort, and only Burstable pods swap. Give a container a memory request."
      : variables.guaranteed ? "it is Guaranteed, and only Burstable pods swap. Set a memory request below its limit."
      : "none of its containers has a memory request below its memory limit (a limit without a request becomes the"
        + " request). Add or lower a request."`,
  };
}

function validations(pool: string) {
  const wishes = `${GUARD_WISHES.noSwap} or ${GUARD_WISHES.off}`;
  const given: readonly { expression: string; message: string; messageExpression?: string }[] = [
    {
      expression: `!variables.judged || variables.wish in ["", "${GUARD_WISHES.noSwap}"]`,
      message: `the annotation ${GUARD_ANNOTATION} has an unknown value: use ${wishes}, or leave it out.`,
    },
    {
      expression: `!variables.judged || variables.wish != "" || variables.swapping.size() > 0`,
      message: `pool ${pool} has swap and this pod would get none.`,
      messageExpression: `${literal(`pool ${pool} has swap and this pod would get none: `)} + variables.why
        + " If that is meant, annotate the pod with ${GUARD_ANNOTATION}: ${GUARD_WISHES.noSwap}."`,
    },
    {
      expression: `!variables.judged || variables.wish != "${GUARD_WISHES.noSwap}" || variables.swapping.size() == 0`,
      message: `this pod must not swap, and would on pool ${pool}.`,
      messageExpression: `${literal(`by its annotation ${GUARD_ANNOTATION} this pod must not swap, and would on pool ${pool}: container `)}
        + variables.swapping.join(", ") + ". Set the memory request equal to the memory limit."`,
    },
  ];
  return given.map(({ expression, message, messageExpression }) => ({
    expression: onOneLine(expression),
    message,
    ...(messageExpression === undefined ? {} : { messageExpression: onOneLine(messageExpression) }),
  }));
}

/** CEL does not mind line breaks; whoever reads the policy in the cluster does. */
function onOneLine(expression: string): string {
  return expression.replaceAll(/\s+(?=\.)/g, "").replaceAll(/\s+/g, " ");
}

/**
 * The guard of a pool with swap: a policy, and the bindings that say what follows. Pods are judged after the API server
 * has given them their defaults, so LimitRanges and priority classes count. Templates are judged as they are and only
 * ever warned about, since their pods may still get defaults. A fault of the guard itself lets everything through.
 */
export function describeGuard(pool: string, mode: Exclude<GuardMode, "off">) {
  const name = `eks-swap-guard-${pool}`;
  const binding = (suffix: string, validationActions: string[], resourceRules: ResourceRule[]) => ({
    ...BINDING,
    metadata: { name: `${name}-${suffix}` },
    spec: { policyName: name, validationActions, matchResources: { resourceRules } },
  });
  return {
    policy: {
      ...POLICY,
      metadata: { name },
      spec: {
        failurePolicy: "Ignore",
        matchConstraints: { resourceRules: [...POD_RULES, ...TEMPLATE_RULES] },
        variables: Object.entries(variables(pool)).map(([variable, text]) => ({
          name: variable,
          expression: onOneLine(text),
        })),
        validations: validations(pool),
      },
    },
    bindings: {
      pods: binding("pods", mode === "deny" ? ["Deny"] : ["Warn", "Audit"], [...POD_RULES]),
      templates: binding("templates", ["Warn"], [...TEMPLATE_RULES]),
    },
  };
}
