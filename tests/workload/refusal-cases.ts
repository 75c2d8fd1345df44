// Pods with LimitRanges and RuntimeClasses that take or refuse them: checked here against workload/, and on a real API
// server in tests/kube, which also says what is stored.
import type { WarningId } from "../../workload/warnings";
import { container, limitRange, pod, podRange, runtimeClass } from "./manifests";

type Json = Readonly<Record<string, unknown>>;

export interface RefusalCase {
  readonly name: string;
  /** A pod, then what judges it. */
  readonly objects: readonly [pod: Json, ...rules: Json[]];
  /** The warning of the prediction where the API server refuses the pod. */
  readonly refusal: WarningId | null;
  /** Memory of `spec.overhead` as it is stored; left out where there is none. */
  readonly overhead?: string;
  readonly qosClass?: "Guaranteed" | "Burstable" | "BestEffort";
}

const RANGE = "limit-range-refuses";
const CLASS = "runtime-class-refuses";
const TWO = [container("a", "1Gi", "2Gi"), container("b", "1Gi", "2Gi")];
const sidecar = container("proxy", "1Gi", "1Gi", { restartPolicy: "Always" });
const SANDBOXED = { runtimeClassName: "sandboxed" };
const classed = runtimeClass("sandboxed", { overhead: { podFixed: { memory: "120Mi", cpu: "250m" } } });

const GUARANTEED = { ...container("app"), resources: { limits: { memory: "1Gi", cpu: "1" } } };

export const REFUSAL_CASES: readonly RefusalCase[] = [
  { name: "containers together at the pod's maximum", objects: [pod(TWO), podRange({ max: "4Gi" })], refusal: null },
  { name: "containers together above it", objects: [pod(TWO), podRange({ max: "4095Mi" })], refusal: RANGE },
  {
    name: "a container without a limit next to one with: only the limits that there are count",
    objects: [pod([container("a", "1Gi", "1Gi"), container("b", "512Mi")]), podRange({ max: "2Gi" })],
    refusal: null,
  },
  {
    name: "no limit at all under a pod's maximum, which gives no default",
    objects: [pod([container("a", "1Gi")]), podRange({ max: "2Gi" })],
    refusal: RANGE,
  },
  {
    name: "a request above the pod's maximum",
    objects: [pod([container("a", "3Gi"), container("b", "1Gi", "1Gi")]), podRange({ max: "2Gi" })],
    refusal: RANGE,
  },
  { name: "containers together at the pod's minimum", objects: [pod(TWO), podRange({ min: "2Gi" })], refusal: null },
  { name: "containers together below it", objects: [pod(TWO), podRange({ min: "2049Mi" })], refusal: RANGE },
  {
    name: "no request under a pod's minimum",
    objects: [pod([container("a")]), podRange({ min: "1Mi" })],
    refusal: RANGE,
  },
  { name: "limits at the pod's ratio", objects: [pod(TWO), podRange({ ratio: "2" })], refusal: null },
  { name: "limits above it", objects: [pod(TWO), podRange({ ratio: "1.9" })], refusal: RANGE },
  {
    name: "no limit under a pod's ratio",
    objects: [pod([container("a", "1Gi")]), podRange({ ratio: "2" })],
    refusal: RANGE,
  },
  {
    name: "no amount under a container's ratio",
    objects: [pod([container("a")]), limitRange({ maxLimitRequestRatio: { memory: "2" } })],
    refusal: RANGE,
  },
  {
    name: "a container without a limit under a container's ratio",
    objects: [pod([container("a", "1Gi")]), limitRange({ maxLimitRequestRatio: { memory: "2" } })],
    refusal: RANGE,
  },
  {
    name: "a sidecar counts during an init container that starts after it",
    objects: [
      pod([container("a", "1Gi", "1Gi")], { initContainers: [sidecar, container("init", "2Gi", "2Gi")] }),
      podRange({ max: "3Gi" }),
    ],
    refusal: null,
  },
  {
    name: "and makes the pod too large",
    objects: [
      pod([container("a", "1Gi", "1Gi")], { initContainers: [sidecar, container("init", "2Gi", "2Gi")] }),
      podRange({ max: "3071Mi" }),
    ],
    refusal: RANGE,
  },
  {
    name: "defaults of a container's range are counted in the pod's",
    objects: [
      pod([container("a"), container("b")]),
      limitRange({ default: { memory: "2Gi" }, defaultRequest: { memory: "1Gi" } }, { name: "defaults" }),
      podRange({ max: "3Gi" }),
    ],
    refusal: RANGE,
  },
  {
    name: "pod-level resources take the place of the containers'",
    objects: [
      pod([container("a", "1Gi")], { resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }),
      podRange({ max: "2Gi" }),
    ],
    refusal: null,
  },
  {
    name: "pod-level resources above the pod's maximum",
    objects: [
      pod([container("a", "1Gi")], { resources: { requests: { memory: "1Gi" }, limits: { memory: "3Gi" } } }),
      podRange({ max: "2Gi" }),
    ],
    refusal: RANGE,
  },
  {
    name: "overhead of a RuntimeClass",
    objects: [pod([container("a", "1Gi", "2Gi")], SANDBOXED), classed],
    refusal: null,
    overhead: "120Mi",
    qosClass: "Burstable",
  },
  {
    name: "overhead leaves a Guaranteed pod Guaranteed",
    objects: [pod([GUARANTEED], SANDBOXED), classed],
    refusal: null,
    overhead: "120Mi",
    qosClass: "Guaranteed",
  },
  {
    name: "overhead leaves a BestEffort pod BestEffort",
    objects: [pod([container("a")], SANDBOXED), classed],
    refusal: null,
    overhead: "120Mi",
    qosClass: "BestEffort",
  },
  {
    name: "overhead does not count for a pod's maximum",
    objects: [pod(TWO, SANDBOXED), classed, podRange({ max: "4Gi" })],
    refusal: null,
    overhead: "120Mi",
  },
  {
    name: "overhead that the pod has already, as one read from a cluster",
    objects: [
      pod([container("a", "1Gi", "2Gi")], { ...SANDBOXED, overhead: { memory: "120Mi", cpu: "0.25" } }),
      classed,
    ],
    refusal: null,
    overhead: "120Mi",
  },
  {
    name: "another overhead than that of the class",
    objects: [pod([container("a", "1Gi", "2Gi")], { ...SANDBOXED, overhead: { memory: "64Mi" } }), classed],
    refusal: CLASS,
  },
  {
    name: "an overhead of a class that has none",
    objects: [
      pod([container("a", "1Gi", "2Gi")], { ...SANDBOXED, overhead: { memory: "64Mi" } }),
      runtimeClass("sandboxed", {}),
    ],
    refusal: CLASS,
  },
  {
    name: "an overhead without a class",
    objects: [pod([container("a", "1Gi", "2Gi")], { overhead: { memory: "64Mi" } })],
    refusal: CLASS,
  },
  {
    name: "a class that is not there",
    objects: [pod([container("a", "1Gi", "2Gi")], { runtimeClassName: "elsewhere" })],
    refusal: "runtime-class-unknown",
  },
  {
    name: "a class that selects other nodes than the pod",
    objects: [
      pod([container("a", "1Gi", "2Gi")], { ...SANDBOXED, nodeSelector: { "eks-swap/pool": "ebs" } }),
      runtimeClass("sandboxed", { scheduling: { nodeSelector: { "eks-swap/pool": "other" } } }),
    ],
    refusal: CLASS,
  },
  {
    name: "a class that selects and tolerates a pool for its pods",
    objects: [
      pod([container("a", "1Gi", "2Gi")], { ...SANDBOXED, nodeSelector: { team: "a" } }),
      runtimeClass("sandboxed", {
        scheduling: {
          nodeSelector: { "eks-swap/pool": "ebs" },
          tolerations: [{ key: "eks-swap/pool", operator: "Equal", value: "ebs", effect: "NoSchedule" }],
        },
      }),
    ],
    refusal: null,
  },
];
