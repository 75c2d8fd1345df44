// Pods, and what the API server makes of them: checked here by workload/admission.ts, and by a real API server in tests/kube.
import { container, limitRange, pod } from "./manifests";

type Json = Readonly<Record<string, unknown>>;

export interface AdmissionCase {
  readonly name: string;
  /** A pod, then what it is admitted with. */
  readonly objects: readonly [pod: Json, ...rules: Json[]];
  readonly qosClass: "Guaranteed" | "Burstable" | "BestEffort";
  /** Memory request and limit of each container as it is stored. */
  readonly memory: Readonly<Record<string, readonly [request: string | null, limit: string | null]>>;
}

const cpu = (amount: string) => ({ requests: { cpu: amount }, limits: { cpu: amount } });
const RANGE = { default: { memory: "2Gi" }, defaultRequest: { memory: "1Gi" } };

export const ADMISSION_CASES: readonly AdmissionCase[] = [
  {
    name: "a limit without a request becomes the request",
    objects: [pod([container("app", undefined, "1Gi")])],
    qosClass: "Burstable",
    memory: { app: ["1Gi", "1Gi"] },
  },
  {
    name: "init container and sidecar like the others",
    objects: [
      pod([container("app", "1Gi")], {
        initContainers: [
          container("prepare", undefined, "512Mi"),
          container("proxy", "64Mi", "128Mi", { restartPolicy: "Always" }),
        ],
      }),
    ],
    qosClass: "Burstable",
    memory: { prepare: ["512Mi", "512Mi"], proxy: ["64Mi", "128Mi"], app: ["1Gi", null] },
  },
  {
    name: "a LimitRange gives both values to a container without any",
    objects: [pod([container("app")]), limitRange(RANGE)],
    qosClass: "Burstable",
    memory: { app: ["1Gi", "2Gi"] },
  },
  {
    name: "a LimitRange gives a limit to a container with a request",
    objects: [pod([container("app", "512Mi")]), limitRange(RANGE)],
    qosClass: "Burstable",
    memory: { app: ["512Mi", "2Gi"] },
  },
  {
    name: "the request of a container with a limit is that limit, and not the LimitRange's",
    objects: [pod([container("app", undefined, "1536Mi")]), limitRange(RANGE)],
    qosClass: "Burstable",
    memory: { app: ["1536Mi", "1536Mi"] },
  },
  {
    name: "a LimitRange's default limit alone is its default request too",
    objects: [pod([container("app")]), limitRange({ default: { memory: "2Gi" } })],
    qosClass: "Burstable",
    memory: { app: ["2Gi", "2Gi"] },
  },
  {
    name: "a LimitRange's default request alone gives no limit",
    objects: [pod([container("app")]), limitRange({ defaultRequest: { memory: "1Gi" } })],
    qosClass: "Burstable",
    memory: { app: ["1Gi", null] },
  },
  {
    name: "a LimitRange's maximum is its default limit and request",
    objects: [pod([container("app")]), limitRange({ max: { memory: "4Gi" } })],
    qosClass: "Burstable",
    memory: { app: ["4Gi", "4Gi"] },
  },
  {
    name: "a LimitRange's minimum is its default request",
    objects: [pod([container("app")]), limitRange({ min: { memory: "256Mi" } })],
    qosClass: "Burstable",
    memory: { app: ["256Mi", null] },
  },
  {
    name: "maximum and minimum: the maximum is the default request",
    objects: [pod([container("app")]), limitRange({ max: { memory: "4Gi" }, min: { memory: "256Mi" } })],
    qosClass: "Burstable",
    memory: { app: ["4Gi", "4Gi"] },
  },
  {
    name: "a LimitRange with CPU too makes a Guaranteed pod",
    objects: [pod([container("app")]), limitRange({ default: { memory: "1Gi", cpu: "1" } })],
    qosClass: "Guaranteed",
    memory: { app: ["1Gi", "1Gi"] },
  },
  {
    name: "a LimitRange of another type gives nothing",
    objects: [pod([container("app")]), limitRange({ type: "Pod", max: undefined, min: undefined })],
    qosClass: "BestEffort",
    memory: { app: [null, null] },
  },
  {
    name: "a LimitRange of another namespace gives nothing",
    objects: [pod([container("app")]), limitRange(RANGE, { namespace: "kube-public" })],
    qosClass: "BestEffort",
    memory: { app: [null, null] },
  },
  {
    name: "pod-level limits alone become pod-level requests",
    objects: [pod([container("app")], { resources: { limits: { memory: "2Gi", cpu: "1" } } })],
    qosClass: "Guaranteed",
    memory: { app: [null, null] },
  },
  {
    name: "pod-level limits with container requests: the pod's requests are the containers'",
    objects: [pod([container("app", "1Gi")], { resources: { limits: { memory: "2Gi", cpu: "1" } } })],
    qosClass: "Burstable",
    memory: { app: ["1Gi", null] },
  },
  {
    name: "pod-level limits with a container request of 0, which is one too",
    objects: [pod([container("app", "0", "1Gi")], { resources: { limits: { memory: "2Gi", cpu: "1" } } })],
    qosClass: "Burstable",
    memory: { app: ["0", "1Gi"] },
  },
  {
    name: "pod-level requests alone",
    objects: [pod([container("app", "1Gi", "2Gi")], { resources: { requests: { memory: "2Gi" } } })],
    qosClass: "Burstable",
    memory: { app: ["1Gi", "2Gi"] },
  },
  {
    name: "pod-level requests and limits that are equal, around a container that could swap",
    objects: [
      pod([container("app", "1Gi", "2Gi")], {
        resources: { requests: { memory: "2Gi", cpu: "1" }, limits: { memory: "2Gi", cpu: "1" } },
      }),
    ],
    qosClass: "Guaranteed",
    memory: { app: ["1Gi", "2Gi"] },
  },
  {
    name: "pod-level resources that are empty: the pod is BestEffort, whatever its containers say",
    objects: [pod([container("app", "1Gi", "2Gi")], { resources: {} })],
    qosClass: "BestEffort",
    memory: { app: ["1Gi", "2Gi"] },
  },
  {
    name: "pod-level limits of huge pages alone: the pod's requests are the containers'",
    objects: [pod([container("app", "1Gi", "2Gi")], { resources: { limits: { "hugepages-2Mi": "2Mi" } } })],
    qosClass: "Burstable",
    memory: { app: ["1Gi", "2Gi"] },
  },
  {
    name: "quantities in different notations are equal",
    objects: [
      pod([
        {
          name: "app",
          image: "example",
          resources: { requests: { cpu: "0.5", memory: "1024Mi" }, limits: { cpu: "500m", memory: "1Gi" } },
        },
      ]),
    ],
    qosClass: "Guaranteed",
    memory: { app: ["1Gi", "1Gi"] },
  },
  {
    name: "a container without memory in a pod with CPU alone",
    objects: [pod([{ name: "app", image: "example", resources: cpu("1") }])],
    qosClass: "Burstable",
    memory: { app: [null, null] },
  },
];
