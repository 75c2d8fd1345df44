// What monitoring is made of: a ConfigMap with the dashboard, and the Prometheus operator's rules.
import { customKind, fullName, KUBERNETES_TYPES, makeObject, nameRule } from "./objects";
import type { ResourceKind, Rule } from "../provider/kind";
import { inputRule, oneOf } from "../provider/rules";
import type { Store } from "../provider/store";
import { isProperties, listAt, textAt, textsAt, propertyAt } from "../provider/values";

const CONFIG_MAPS = "https://kubernetes.io/docs/concepts/configuration/configmap/";
const NAMESPACES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces";
const OPERATOR =
  "https://github.com/prometheus-operator/prometheus-operator/blob/v0.85.0/example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml";

const GROUP = "monitoring.coreos.com";
const MEBIBYTE = 1024 * 1024;

/** The sandbox makes no namespaces, so there are those that every cluster starts with. */
function namespaceRule(prefix: string): Rule {
  return oneOf(`${prefix}-namespace`, NAMESPACES, "metadata.namespace", [
    "default",
    "kube-node-lease",
    "kube-public",
    "kube-system",
  ]);
}

const CONFIG_MAP: ResourceKind = {
  type: KUBERNETES_TYPES.configMap,
  required: [],
  forceNew: ["apiVersion", "kind", "metadata.name", "metadata.namespace"],
  autoName: "metadata.name",
  rules: [
    nameRule("config-map"),
    namespaceRule("config-map"),
    inputRule("config-map-keys", CONFIG_MAPS, ["data"], ({ inputs }) => {
      const data = propertyAt(inputs, "data");
      const wrong = Object.keys(isProperties(data) ? data : {}).find((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key));
      return wrong && `data[${wrong}]: a valid config key must consist of alphanumeric characters, '-', '_' or '.'`;
    }),
    inputRule("config-map-size", CONFIG_MAPS, ["data"], ({ inputs }) => {
      const data = propertyAt(inputs, "data");
      const bytes = Buffer.byteLength(
        Object.values(isProperties(data) ? data : {})
          .filter((value) => typeof value === "string")
          .join(""),
      );
      return bytes <= MEBIBYTE ? undefined : `[]: Too long: may not be more than ${MEBIBYTE} bytes`;
    }),
  ],
  identify: fullName,
  taken: (inputs) => `configmaps "${textAt(inputs, "metadata.name") ?? ""}" already exists`,
  make: makeObject,
};

const prometheusRule = customKind({
  prefix: "prometheus-rule",
  type: KUBERNETES_TYPES.prometheusRule,
  group: GROUP,
  version: "v1",
  kind: "PrometheusRule",
  required: ["spec"],
  rules: [
    namespaceRule("prometheus-rule"),
    inputRule("prometheus-rule-groups", OPERATOR, ["spec.groups"], ({ inputs }) => {
      const names = textsAt(inputs, "spec.groups.name");
      const repeated = names.find((name, index) => names.indexOf(name) !== index);
      return repeated && `spec.groups: Duplicate value: map[string]interface {}{"name":"${repeated}"}`;
    }),
    inputRule("prometheus-rule-expression", OPERATOR, ["spec.groups"], ({ inputs }) =>
      listAt(inputs, "spec.groups")
        .flatMap((group) => listAt(group, "rules"))
        .every((rule) => propertyAt(rule, "expr") !== undefined)
        ? undefined
        : "spec.groups.rules.expr: Required value",
    ),
  ],
});

/** What somebody does who installs the Prometheus operator in a cluster: its kind is there until the cluster goes. */
export function installPrometheusOperator(cloud: Store, clusterName: string): void {
  const id = `prometheusrules.${GROUP}`;
  cloud.put({
    type: KUBERNETES_TYPES.definition,
    id,
    inputs: {},
    outputs: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: id },
      spec: {
        group: GROUP,
        names: { kind: "PrometheusRule", plural: "prometheusrules" },
        scope: "Namespaced",
        versions: [{ name: "v1", served: true, schema: { openAPIV3Schema: { type: "object" } } }],
      },
    },
    secrets: [],
    memory: { release: "somebody-else", clusterName },
  });
}

/** The tables of this file. */
export const MONITORING_KINDS: readonly ResourceKind[] = [CONFIG_MAP, prometheusRule];
