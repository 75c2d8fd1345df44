// When a provider of Kubernetes is another one, and everything that was made through it is replaced.
import { hasUnknown, isEqual, propertyAt, type Properties } from "../provider/values";

/**
 * Another `clusterIdentifier` is another cluster; without one, another cluster in the kubeconfig is. What is not known
 * yet may be another. Source: `DiffConfig` in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go
 */
export function diffKubernetesConfig(olds: Properties, news: Properties): { readonly replaces: readonly string[] } {
  const differs = (path: string): boolean => !isEqual(propertyAt(olds, path), propertyAt(news, path));
  const isNamed =
    propertyAt(olds, "clusterIdentifier") !== undefined && propertyAt(news, "clusterIdentifier") !== undefined;
  const replaces = ["clusterIdentifier", "kubeconfig"].filter((path) => {
    if (hasUnknown(propertyAt(news, path))) return true;
    return differs(path) && (path === "clusterIdentifier" || !isNamed);
  });
  return { replaces };
}
