// Manifests as people have them: kinds, lists, several documents, and everything that may be wrong, at once.
import assert from "node:assert/strict";
import { dump } from "js-yaml";
import { readManifests } from "../../workload/manifests";
import { formatManifestProblem, ManifestError, type ManifestProblem } from "../../workload/problem";
import { container, limitRange, manifests, pod, priorityClass } from "./manifests";

const TEMPLATE = { spec: { containers: [container("app", "1Gi", "2Gi")] } };

/** Kinds with pods, and how many pods of each run at the same time; all defaults are those of the API reference. */
const KINDS: readonly (readonly [
  apiVersion: string,
  kind: string,
  spec: object,
  replicas: number,
  isDaemon: boolean,
])[] = [
  ["v1", "Pod", TEMPLATE.spec, 1, false],
  ["v1", "ReplicationController", { replicas: 2, template: TEMPLATE }, 2, false],
  ["apps/v1", "Deployment", { template: TEMPLATE }, 1, false],
  ["apps/v1", "Deployment", { replicas: 3, template: TEMPLATE }, 3, false],
  ["apps/v1", "ReplicaSet", { replicas: 0, template: TEMPLATE }, 0, false],
  ["apps/v1", "StatefulSet", { replicas: 5, template: TEMPLATE }, 5, false],
  ["apps/v1", "DaemonSet", { template: TEMPLATE }, 1, true],
  ["batch/v1", "Job", { parallelism: 4, template: TEMPLATE }, 4, false],
  ["batch/v1", "Job", { template: TEMPLATE }, 1, false],
  [
    "batch/v1",
    "CronJob",
    { schedule: "@daily", jobTemplate: { spec: { parallelism: 2, template: TEMPLATE } } },
    2,
    false,
  ],
];

describe("readManifests", () => {
  for (const [apiVersion, kind, spec, replicas, isDaemon] of KINDS) {
    it(`reads a ${kind} with ${replicas} pods at a time`, () => {
      const { workloads, ignored } = manifests({ apiVersion, kind, metadata: { name: "it" }, spec });
      assert.deepEqual(
        workloads.map((workload) => [workload.place.object, workload.replicas, workload.isDaemon, workload.namespace]),
        [[`${kind}/it`, replicas, isDaemon, "default"]],
      );
      assert.deepEqual(workloads[0]?.pod.containers[0]?.resources?.limits?.memory, 2 ** 31);
      assert.deepEqual(ignored, []);
    });
  }

  it("reads what `kubectl get -o json` prints, and knows the pods of a DaemonSet", () => {
    const owned = pod([container("app", "1Gi")], {}, { ownerReferences: [{ kind: "DaemonSet", name: "it" }] });
    const list = {
      apiVersion: "v1",
      kind: "List",
      metadata: {},
      items: [owned, { apiVersion: "v1", kind: "Service" }],
    };
    const { workloads, ignored } = manifests(list);
    assert.deepEqual(
      workloads.map(({ isDaemon }) => isDaemon),
      [true],
    );
    assert.deepEqual(
      ignored.map(({ object }) => object),
      ["Service"],
    );
  });

  it("reads typed lists, whose items say nothing of their kind", () => {
    const { metadata, spec } = { metadata: { name: "it" }, spec: TEMPLATE.spec };
    const { workloads } = manifests({ apiVersion: "v1", kind: "PodList", items: [{ metadata, spec }] });
    assert.equal(workloads[0]?.place.object, "Pod/it");
  });

  it("reads several documents, empty ones, merge keys, comments and null as Kubernetes does", () => {
    const text = [
      "# a comment",
      "---",
      dump(pod([container("app", "1Gi")])),
      "---",
      "---",
      "apiVersion: v1",
      "kind: Pod",
      "metadata: { name: second, annotations: }",
      "spec:",
      "  nodeSelector:",
      "  containers:",
      "    - &first { name: a, resources: { requests: { memory: 1Gi }, limits: } }",
      "    - { <<: *first, name: b }",
    ].join("\n");
    const { workloads } = readManifests([{ file: "pods.yaml", text }]);
    assert.deepEqual(
      workloads.map(({ place }) => [place.document, place.object]),
      [
        [1, "Pod/pod"],
        [3, "Pod/second"],
      ],
    );
    assert.equal(workloads[1]?.pod.containers[1]?.resources?.requests?.memory, 2 ** 30);
  });

  it("reads values of JSON one after the other, byte order marks, and kinds that end like a list's", () => {
    const one = (name: string) => JSON.stringify({ ...pod([container("app", "1Gi")]), metadata: { name } });
    const read = (text: string) => readManifests([{ file: "-", text }]).workloads.map(({ place }) => place.object);
    assert.deepEqual(read(`${one("a")}\n${one("b")}${one("c")}`), ["Pod/a", "Pod/b", "Pod/c"]);
    assert.deepEqual(read(`\uFEFF${one('a{}[]\\"')}\n`), ['Pod/a{}[]\\"']);
    assert.deepEqual(read(`\uFEFFkind: Pod\n${dump(pod([container("app", "1Gi")])).replace(/^kind: .*\n/m, "")}`), [
      "Pod/pod",
    ]);
    const yamls = [dump(pod([container("app", "1Gi")])), dump(pod([container("app", "1Gi")]))].join("---\n\uFEFF");
    assert.deepEqual(read(yamls), ["Pod/pod", "Pod/pod"]);
    const { ignored } = manifests(
      { apiVersion: "x/v1", kind: "IPAllowList", metadata: { name: "a" }, spec: {} },
      pod([container("app", "1Gi")]),
    );
    assert.deepEqual(
      ignored.map(({ object }) => object),
      ["IPAllowList/a"],
    );
    // A list is what has items: https://github.com/kubernetes/apimachinery/blob/v0.37.0/pkg/apis/meta/v1/unstructured/unstructured.go (IsList)
    assert.equal(
      manifests({ apiVersion: "v1", kind: "Things", items: [pod([container("app", "1Gi")])] }).workloads.length,
      1,
    );
  });

  it("names documents that are no objects of Kubernetes, and refuses them where nothing else is left", () => {
    const objects = dump(pod([container("app", "1Gi")]));
    const others = [
      "replicaCount: 2\n",
      "stages: [build]\n",
      "- op: replace\n  path: /spec\n",
      "resources:\n- pod.yaml\n",
      "a text\n",
    ];
    const texts = [...others, objects].map((text, index) => ({ file: `${index}.yaml`, text }));
    const { workloads, ignored } = readManifests(texts);
    assert.equal(workloads.length, 1);
    assert.deepEqual(
      ignored.map(({ file }) => file),
      others.map((_, index) => `${index}.yaml`),
    );
    assert.throws(
      () => readManifests(texts.slice(0, -1)),
      (error) => error instanceof ManifestError && error.problems.length === others.length,
    );
  });

  it("takes numbers for quantities and the namespace of the command for objects without one", () => {
    const text = JSON.stringify(pod([{ name: "app", resources: { requests: { memory: 1048576, cpu: 0.5 } } }]));
    const { workloads } = readManifests([{ file: "-", text }], "team");
    assert.equal(workloads[0]?.namespace, "team");
    assert.deepEqual(workloads[0].pod.containers[0]?.resources?.requests, { memory: 1_048_576, cpu: 500 });
  });

  it("lists kinds that it does not read", () => {
    const sparkApplication = {
      apiVersion: "sparkoperator.k8s.io/v1beta2",
      kind: "SparkApplication",
      metadata: { name: "it" },
    };
    assert.deepEqual(manifests(sparkApplication).ignored, [
      { file: "0.json", document: 1, object: "SparkApplication/it" },
    ]);
    assert.deepEqual(manifests({ apiVersion: "example.com/v1", kind: "Deployment", spec: 1 }).ignored.length, 1);
  });
});

type Wrong = readonly [
  name: string,
  text: string,
  ...expected: (readonly [id: string, path: string, value: unknown])[],
];

function yaml(object: object): string {
  return dump(object);
}

const WRONG: readonly Wrong[] = [
  ["no YAML at all", "a: 1\n---\nb: [1\n", ["not-yaml", "", undefined]],
  ["a template that was not rendered", "kind: {{ .Values.kind }}\n", ["not-yaml", "", undefined]],
  ["a document that is no object", "- 1\n", ["not-an-object", "", undefined]],
  ["an object without kind", "apiVersion: v1\n", ["not-an-object", "", undefined]],
  [
    "an item of a list without kind",
    yaml({ apiVersion: "v1", kind: "List", items: [{ metadata: {} }] }),
    ["not-an-object", "", undefined],
  ],
  ["a pod without containers", yaml(pod([])), ["wrong-type", "spec.containers", []]],
  [
    "a Deployment without template",
    yaml({ apiVersion: "apps/v1", kind: "Deployment", metadata: {}, spec: { replicas: "two" } }),
    ["wrong-type", "spec.replicas", "two"],
    ["missing-value", "spec.template", undefined],
  ],
  [
    "quantities that are none, in two containers",
    yaml(pod([container("a", "1GB"), container("b", "1Gi", "-1")])),
    ["not-a-quantity", "spec.containers[0].resources.requests.memory", "1GB"],
    ["not-a-quantity", "spec.containers[1].resources.limits.memory", "-1"],
  ],
  [
    "a misspelt field of resources, beside a quantity that is none",
    yaml(
      pod([
        { name: "a", resources: { request: { memory: "1Gi" } } },
        container("b", "1Ei"),
        { name: "c", resources: { claims: [] } },
      ]),
    ),
    ["unknown-field", "spec.containers[0].resources.request", { memory: "1Gi" }],
    ["not-a-quantity", "spec.containers[1].resources.requests.memory", "1Ei"],
  ],
  [
    "a limit below its request, in a CronJob",
    yaml({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "it" },
      spec: { jobTemplate: { spec: { template: { spec: { containers: [container("a", "2Gi", "1Gi")] } } } } },
    }),
    ["limit-below-request", "spec.jobTemplate.spec.template.spec.containers[0].resources.limits.memory", "1Gi"],
  ],
  [
    "a pod that requests less than its containers",
    yaml(pod([container("a", "1Gi"), container("b", "1Gi")], { resources: { requests: { memory: "1Gi" } } })),
    ["pod-request-below-containers", "spec.resources.requests.memory", "1Gi"],
  ],
  [
    "a PriorityClass above what users may define",
    yaml(priorityClass("mine", 2_000_000_000)),
    ["priority-out-of-range", "value", 2_000_000_000],
  ],
  [
    "a LimitRange without items",
    yaml({ apiVersion: "v1", kind: "LimitRange", metadata: {}, spec: {} }),
    ["missing-value", "spec.limits", undefined],
  ],
];

function problemsOf(...texts: readonly string[]): readonly ManifestProblem[] {
  try {
    readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text })));
  } catch (error) {
    assert.ok(error instanceof ManifestError);
    return error.problems;
  }
  return [];
}

describe("bad manifests", () => {
  for (const [name, text, ...expected] of WRONG) {
    it(name, () => {
      const problems = problemsOf(text);
      assert.deepEqual(
        problems.map(({ id, path, value }) => [id, path, value]),
        expected,
      );
      for (const problem of problems) {
        assert.ok(problem.remedy.length > 0);
        assert.match(formatManifestProblem(problem), new RegExp(`^0\\.yaml, document \\d.*\\[${problem.id}\\]$`, "s"));
      }
    });
  }

  it("are all told at once, with file and document", () => {
    const problems = problemsOf(...WRONG.map(([, text]) => text), `${dump(limitRange({}))}---\n${yaml(pod([]))}`);
    // Beside objects of Kubernetes, documents that are none are left out.
    const expected = WRONG.flatMap(([, , ...all]) => all).filter(([id]) => id !== "not-an-object");
    assert.equal(problems.length, expected.length + 1);
    assert.deepEqual([problems.at(-1)?.file, problems.at(-1)?.document], [`${WRONG.length}.yaml`, 2]);
  });

  it("name the document in which the YAML breaks", () => {
    const [problem] = problemsOf("a: 1\n---\nb: [1\n");
    assert.match(problem?.message ?? "", /at line 4/);
  });
});
