// What docs/config.md says of each top-level key beside its table: an introduction, and an example that a test reads.

/** By top-level key, in the order of the schema. Together the examples are a whole stack config. */
export const SECTIONS: Readonly<Record<string, { readonly intro: string; readonly example: string }>> = {
  cluster: {
    intro:
      "A cluster to create, or with `existing` one that exists. For an existing cluster only `kubernetesVersion` and `existing` may be set.",
    example: `eks-swap:cluster:
  name: dev
  kubernetesVersion: "1.36" # in quotes: YAML reads 1.30 as the number 1.3
  endpoint: { publicCidrs: [203.0.113.0/24] }
  systemNodes: { instanceTypes: [m7g.large] }`,
  },
  network: {
    intro:
      "A network to create (`cidr`, `zones`, `natGateways`), or one that exists (`vpcId` and `privateSubnetIds` together).",
    example: `eks-swap:network: { cidr: 10.42.0.0/16, zones: 3, natGateways: perZone }`,
  },
  karpenter: {
    intro: "The Karpenter to install, or the one that runs.",
    example: `eks-swap:karpenter: { replicas: 2 }`,
  },
  ami: {
    intro: "The image of all pools. A change replaces the nodes of every pool.",
    example: `eks-swap:ami: { alias: al2023@v20260714, arch: arm64 }`,
  },
  pools: {
    intro:
      "One pool is one EC2NodeClass and one NodePool. `NAME` is 1 to 63 lower-case letters, digits and hyphens. A change of swap, sysctls, volumes, kubelet settings, labels, taints or requirements replaces the nodes of the pool, within its disruption budgets.",
    example: `eks-swap:pools:
  batch:
    swap:
      size: 50%
      maxSize: 32Gi # half of the largest node below
      backings: [ebs-volume, root-volume]
      onFailure: block
    swapVolume: { type: gp3, iops: 6000, throughput: 500 }
    requirements:
      - { key: karpenter.k8s.aws/instance-memory, operator: Gt, values: ["16383"] } # MiB
      - { key: karpenter.k8s.aws/instance-memory, operator: Lt, values: ["65537"] }
    taints: [{ key: example.com/team, value: data, effect: NoSchedule }]
    disruption: { budgets: [{ nodes: "0", schedule: "0 9 * * mon-fri", duration: 8h }, { nodes: "1" }] }
    guard: deny
    limits: { cpu: "64" }`,
  },
  monitoring: { intro: "See [monitoring](monitoring.md).", example: `eks-swap:monitoring: prometheus-operator` },
  protect: { intro: "See [pipelines](pipelines.md#gates).", example: `eks-swap:protect: true` },
  tags: { intro: "See [security](security.md).", example: `eks-swap:tags: { team: platform }` },
};
