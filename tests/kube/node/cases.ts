// Pods for every case in which a container gets swap or none, and generated ones.
import fc from "fast-check";
import {
  COMMON_POD_SETTINGS,
  container,
  podOf,
  type ContainerManifest,
  type PodManifest,
  type ResourceTexts,
} from "./pods";

/** A pod, and what its cases are. */
export interface Case {
  readonly name: string;
  readonly pod: PodManifest;
  /** The kubelet must not run the pod at all, for this reason of its status. */
  readonly refusedFor?: string;
  /** The minor version since which the pod needs no feature gate. */
  readonly sinceMinor?: number;
  /** Added when the pod runs. */
  readonly ephemeral?: ContainerManifest;
}

/** A namespace whose LimitRange gives containers a request that they do not name. */
export const LIMITED_NAMESPACE = "limited";
export const DEFAULT_REQUEST = "24Mi";

/** A PriorityClass as users may make one: below that of the system. */
export const USER_PRIORITY_CLASS = { name: "important", value: 1_000_000_000 } as const;

const POD_LEVEL_RESOURCES_SINCE = 34;

type Amounts = Readonly<Record<string, string>>;

function withResources(name: string, requests: Amounts | undefined, limits?: Amounts): ContainerManifest {
  return container(name, {
    resources: { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) },
  });
}

const burstable = (name = "main"): ContainerManifest => withResources(name, { memory: "64Mi" }, { memory: "128Mi" });

/** The file of a static pod: the kubelet reads it, no API server is asked. */
export const STATIC_POD: Case = { name: "static pod", pod: podOf("static", { containers: [burstable()] }) };

const DAEMON = "daemon";

/** A DaemonSet at normal priority: to be one of its pods changes nothing. Its controller makes the pod. */
export const DAEMON_SET = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: DAEMON },
  spec: {
    selector: { matchLabels: { app: DAEMON } },
    template: {
      metadata: { labels: { app: DAEMON } },
      spec: { ...COMMON_POD_SETTINGS, restartPolicy: "Always", containers: [burstable()] },
    },
  },
};

/** The pod of {@link DAEMON_SET}. */
export const DAEMON_POD: Case = { name: "of a DaemonSet", pod: podOf(DAEMON, { containers: [burstable()] }) };

/**
 * Rows of the table of cases of Kubernetes' own sources and documentation:
 * https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/
 */
export const CASES: readonly Case[] = [
  { name: "request below limit", pod: podOf("burstable", { containers: [burstable()] }) },
  {
    name: "request, no limit",
    pod: podOf("no-limit", { containers: [withResources("main", { memory: "100M" })] }),
  },
  {
    name: "limit, no request: the API server makes it the request",
    pod: podOf("limit-only", { containers: [withResources("main", undefined, { memory: "64Mi" })] }),
  },
  {
    name: "request equals limit, no CPU: Burstable all the same",
    pod: podOf("equal", { containers: [withResources("main", { memory: "64Mi" }, { memory: "64Mi" })] }),
  },
  {
    name: "one container of a Burstable pod has no memory resources, one has request = limit",
    pod: podOf("mixed", {
      containers: [
        burstable("with"),
        container("without"),
        withResources("equal", { memory: "32Mi" }, { memory: "32Mi" }),
      ],
    }),
  },
  {
    name: "CPU request only",
    pod: podOf("cpu-only", { containers: [withResources("main", { cpu: "10m" })] }),
  },
  {
    name: "memory request 0",
    pod: podOf("zero-request", { containers: [withResources("main", { memory: "0" }, { memory: "64Mi" })] }),
  },
  {
    name: "init container",
    pod: podOf("init", {
      initContainers: [withResources("init", { memory: "48Mi" })],
      containers: [container("main")],
    }),
  },
  {
    name: "sidecar",
    pod: podOf("sidecar", {
      initContainers: [
        { ...withResources("sidecar", { memory: "40Mi" }, { memory: "80Mi" }), restartPolicy: "Always" },
      ],
      containers: [burstable()],
    }),
  },
  {
    name: "ephemeral container",
    pod: podOf("ephemeral", { containers: [burstable()] }),
    ephemeral: container("debugger"),
  },
  { name: "BestEffort", pod: podOf("best-effort", { containers: [container("main")] }) },
  {
    name: "Guaranteed",
    pod: podOf("guaranteed", {
      containers: [withResources("main", { cpu: "200m", memory: "64Mi" }, { cpu: "200m", memory: "64Mi" })],
    }),
  },
  {
    name: "priority class system-node-critical",
    pod: podOf("critical", { containers: [burstable()], priorityClassName: "system-node-critical" }),
  },
  {
    name: "priority class of a user, 1000000000",
    pod: podOf("important", { containers: [burstable()], priorityClassName: USER_PRIORITY_CLASS.name }),
  },
  {
    name: "default request of a LimitRange",
    pod: podOf("defaulted", { containers: [container("main")] }, LIMITED_NAMESPACE),
  },
  {
    name: "pod-level request and limit, none of the container",
    sinceMinor: POD_LEVEL_RESOURCES_SINCE,
    pod: podOf("pod-level", {
      resources: { requests: { memory: "64Mi" }, limits: { memory: "128Mi" } },
      containers: [container("main")],
    }),
  },
  {
    name: "pod-level request and limit, and the container's own request",
    sinceMinor: POD_LEVEL_RESOURCES_SINCE,
    pod: podOf("pod-level-own", {
      resources: { requests: { memory: "96Mi" }, limits: { memory: "192Mi" } },
      containers: [withResources("own", { memory: "48Mi" }), container("none")],
    }),
  },
  {
    name: "pod-level Guaranteed, container Burstable by itself",
    sinceMinor: POD_LEVEL_RESOURCES_SINCE,
    pod: podOf("pod-level-guaranteed", {
      resources: { requests: { cpu: "200m", memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
      containers: [burstable()],
    }),
  },
  {
    name: "request above the node's memory",
    pod: podOf("too-large", { containers: [withResources("main", { memory: "1Ti" })] }),
    refusedFor: "OutOfmemory",
  },
];

const MOST_REQUESTED = 64 * 2 ** 20;

/** Below that, runc itself is killed while it starts a container. */
const LEAST_LIMIT = 48 * 2 ** 20;

const bytes = (most: number) => fc.integer({ min: 1, max: most });
const written = fc.constantFrom(
  (amount: number) => String(amount),
  (amount: number) => `${Math.ceil(amount / 1024)}Ki`,
  (amount: number) => `${Math.ceil(amount / 1000)}k`,
  (amount: number) => `${Math.max(1, Math.floor(amount / 2 ** 20))}Mi`,
  (amount: number) => `${Math.max(1, Math.floor(amount / 1e6))}.5M`,
);

/** Memory of a container as manifests have it: often a request below a limit, now and then anything else. */
const generatedResources: fc.Arbitrary<ResourceTexts> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(bytes(MOST_REQUESTED), written, bytes(2 ** 30)).map(([request, write, more]) => ({
      requests: { memory: write(request) },
      limits: { memory: String(LEAST_LIMIT + MOST_REQUESTED + more) },
    })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(bytes(MOST_REQUESTED), written)
      .map(([request, write]) => ({ requests: { memory: write(request) } })),
  },
  { weight: 1, arbitrary: bytes(2 ** 24).map((more) => ({ limits: { memory: String(LEAST_LIMIT + more) } })) },
  { weight: 1, arbitrary: fc.constant({}) },
);

/** `pods` pods of `containers` containers each; the same for the same seed. */
export function generatedCases(seed: number, pods: number, containers: number): readonly Case[] {
  const arbitrary = fc.array(generatedResources, { minLength: containers, maxLength: containers });
  return fc.sample(arbitrary, { seed, numRuns: pods }).map((resources, index) => {
    const name = `generated-${index + 1}`;
    const made = resources.map((some, place) => container(`c${place + 1}`, { resources: some }));
    return { name: "generated", pod: podOf(name, { containers: made }) };
  });
}
