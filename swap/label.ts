// Labels of nodes: which keys and values Kubernetes takes, and which of them a kubelet may give its node.
// Rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set

const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Keys of Kubernetes' own domains that a kubelet may set: https://github.com/kubernetes/kubelet/blob/v0.37.0/pkg/apis/well_known_labels.go */
const OF_KUBELET = new Set([
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
]);

/** The domain of a label's key, undefined without one, and its name; undefined for what is no qualified name. */
export function readLabelKey(key: string): { readonly domain: string | undefined; readonly name: string } | undefined {
  const [name = "", domain, ...more] = key.split("/").toReversed();
  if (more.length > 0 || !NAME.test(name) || (domain !== undefined && !DOMAIN.test(domain))) return undefined;
  return { domain, name };
}

/** Whether a text can be a label's value. */
export function isLabelValue(text: string): boolean {
  return text === "" || NAME.test(text);
}

/**
 * Why a kubelet does not start with this label among `--node-labels`, or undefined.
 * Source: ValidateKubeletFlags, https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kubelet/app/options/options.go
 */
export function whyNotNodeLabel(key: string, value: string): string | undefined {
  const parts = readLabelKey(key);
  if (parts === undefined) return "its key is not a qualified name such as example.com/team";
  if (!isLabelValue(value)) return "its value is not one of a label";
  const { domain } = parts;
  const isOfKubernetes = isWithin(domain, "kubernetes.io") || isWithin(domain, "k8s.io");
  const isAllowed =
    OF_KUBELET.has(key) || isWithin(domain, "kubelet.kubernetes.io") || isWithin(domain, "node.kubernetes.io");
  return isOfKubernetes && !isAllowed ? "a kubelet may not set it on its own node" : undefined;
}

function isWithin(domain: string | undefined, of: string): boolean {
  return domain === of || domain?.endsWith(`.${of}`) === true;
}
