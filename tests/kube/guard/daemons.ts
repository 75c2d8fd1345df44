// Daemons that run on every node of an EKS cluster, as their DaemonSets and the DaemonSet controller make their pods.
import { pod } from "../../workload/manifests";

type Json = Readonly<Record<string, unknown>>;

const EVERYWHERE = [{ operator: "Exists" }];
const NOT_ON_FARGATE = {
  key: "eks.amazonaws.com/compute-type",
  operator: "NotIn",
  values: ["fargate", "auto", "hybrid"],
};
const ON_LINUX = { key: "kubernetes.io/os", operator: "In", values: ["linux"] };

interface Daemon {
  readonly name: string;
  readonly tolerations: readonly Json[];
  readonly expressions: readonly Json[];
  readonly resources: Json;
  readonly priorityClassName?: string;
}

/** The spec that scheduling depends on, from the manifests and charts of their projects. */
const DAEMONS: readonly Daemon[] = [
  {
    // https://github.com/aws/amazon-vpc-cni-k8s/blob/master/config/master/aws-k8s-cni.yaml
    name: "aws-node",
    tolerations: EVERYWHERE,
    expressions: [ON_LINUX, NOT_ON_FARGATE],
    resources: { requests: { cpu: "25m" } },
    priorityClassName: "system-node-critical",
  },
  {
    // https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html
    name: "kube-proxy",
    tolerations: EVERYWHERE,
    expressions: [ON_LINUX, NOT_ON_FARGATE],
    resources: { requests: { cpu: "100m" } },
    priorityClassName: "system-node-critical",
  },
  {
    // https://github.com/kubernetes-sigs/aws-ebs-csi-driver/tree/master/charts/aws-ebs-csi-driver
    name: "ebs-csi-node",
    tolerations: EVERYWHERE,
    expressions: [NOT_ON_FARGATE],
    resources: { requests: { cpu: "10m", memory: "40Mi" }, limits: { memory: "256Mi" } },
    priorityClassName: "system-node-critical",
  },
  {
    // https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus-node-exporter
    name: "node-exporter",
    tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
    expressions: [NOT_ON_FARGATE],
    resources: {},
  },
];

/** What the DaemonSet controller adds. Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
const added = ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map(
  (name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: "Exists",
    effect: name === "not-ready" || name === "unreachable" ? "NoExecute" : "NoSchedule",
  }),
);

/** For each daemon its DaemonSet, and the pod that the controller makes for one node. */
export const DAEMON_OBJECTS = DAEMONS.map(({ name, tolerations, expressions, resources, priorityClassName }) => {
  const spec = (term: Json, more: readonly Json[]) => ({
    containers: [{ name, image: "example", resources }],
    tolerations: [...tolerations, ...more],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
  });
  const { containers, ...rest } = spec(
    { matchExpressions: expressions, matchFields: [{ key: "metadata.name", operator: "In", values: ["node-1"] }] },
    added,
  );
  return {
    name,
    pod: pod(containers, rest, { name, namespace: "kube-system" }),
    daemonSet: {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name, namespace: "kube-system" },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: spec({ matchExpressions: expressions }, []) },
      },
    },
  };
});
