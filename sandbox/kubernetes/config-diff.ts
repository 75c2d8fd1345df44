// When a provider of Kubernetes is another one, and everything that was made through it is replaced.
import { hasUnknown, isEqual, propertyAt, type Properties } from "../provider/values";

/**
 * Another `clusterIdentifier` is another cluster, and the same one is the same. Without one, another cluster in the
 * kubeconfig is another, and so is a kubeconfig that is not known yet. Source: `DiffConfig` in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go
 */
export function diffKubernetesConfig(olds: Properties, news: Properties): { readonly replaces: readonly string[] } {
  const [before, after] = [propertyAt(olds, "clusterIdentifier"), propertyAt(news, "clusterIdentifier")];
  if (after !== undefined && isEqual(before, after)) return { replaces: [] };
  const identifier = before !== undefined && after !== undefined ? ["clusterIdentifier"] : [];
  const kubeconfig = propertyAt(news, "kubeconfig");
  const isOther = hasUnknown(kubeconfig) || !isEqual(propertyAt(olds, "kubeconfig"), kubeconfig);
  return { replaces: [...identifier, ...(isOther ? ["kubeconfig"] : [])] };
}
