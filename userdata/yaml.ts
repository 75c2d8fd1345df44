// The project's one YAML writer.
import { dump } from "js-yaml";

/**
 * A YAML document with sorted keys and unfolded lines: equal values give equal bytes, and texts that YAML 1.1 readers
 * (PyYAML in cloud-init, sigs.k8s.io/yaml in nodeadm and Karpenter) would take for something else come out quoted.
 */
export function toYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, sortKeys: true, noRefs: true });
}
