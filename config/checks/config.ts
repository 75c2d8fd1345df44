// What can only be judged by looking at several keys together.
import type { StackConfig } from "../schema/config";
import { checkPool } from "./pool";
import { keysAt, valueAt } from "../value-at";
import { finding, type Finding } from "./finding";
import { describeProblem } from "../catalogue/problems";
import { compareVersions, firstKarpenterFor, VERSIONS } from "../schema/versions";
import { architectureOf } from "../../swap/instance-type";

/**
 * Everything that is wrong with a config whose single values are right.
 * @param given the config as it was written, without defaults
 */
export function checkConfig(config: StackConfig, given: unknown): readonly Finding[] {
  const existing = config.cluster.existing !== undefined;
  return [
    ...(existing ? checkExistingCluster(config, given) : checkNewCluster(config)),
    ...checkVersions(config, config.karpenter.install),
    ...checkNetwork(config.network),
    ...checkAmiAndPools(config),
  ];
}

/** The same for pools alone, whose cluster and Karpenter are there already: only their versions are given. */
export function checkPools(config: StackConfig, given: unknown): readonly Finding[] {
  return [...checkKeysOfNewCluster(given), ...checkVersions(config, false), ...checkAmiAndPools(config)];
}

function checkAmiAndPools({ ami, pools }: StackConfig): readonly Finding[] {
  return [
    ...checkAmi(ami),
    ...Object.entries(pools).flatMap(([name, pool]) => checkPool(name, pool, ami.arch)),
    ...checkAlikePools(pools),
  ];
}

/** A cluster that exists takes none of the keys that describe a new one. */
function checkKeysOfNewCluster(given: unknown): readonly Finding[] {
  const ofNew = [
    ...keysAt(given, ["cluster"])
      .filter((key) => key !== "existing" && key !== "kubernetesVersion")
      .map((key) => ["cluster", key]),
    ...keysAt(given, ["network"]).map((key) => ["network", key]),
  ];
  return ofNew.map((path) =>
    finding(describeProblem("existing-cluster-with-more", path, valueAt(given, path)), "cluster.existing"),
  );
}

function checkExistingCluster({ cluster, karpenter }: StackConfig, given: unknown): readonly Finding[] {
  const findings = [...checkKeysOfNewCluster(given)];
  const path = ["cluster", "existing", "nodeRoleArn"];
  const nodeRoleArn = cluster.existing?.nodeRoleArn;
  if (!karpenter.install && nodeRoleArn === undefined) {
    findings.push(finding(describeProblem("node-role-missing", path, undefined), "karpenter.install"));
  }
  if (karpenter.install && nodeRoleArn !== undefined) {
    findings.push(finding(describeProblem("node-role-unused", path, nodeRoleArn), "karpenter.install"));
  }
  return findings;
}

function checkVersions({ cluster, karpenter }: StackConfig, install: boolean): readonly Finding[] {
  const { kubernetesVersion } = cluster;
  const { version } = karpenter;
  const findings: Finding[] = [];
  if (compareVersions(kubernetesVersion, VERSIONS.newestKubernetes) > 0) {
    const parameters = { newest: VERSIONS.newestKubernetes };
    const path = ["cluster", "kubernetesVersion"];
    findings.push(finding(describeProblem("kubernetes-version-untested", path, kubernetesVersion, parameters)));
  }
  if (install && compareVersions(version, VERSIONS.openKubeletKarpenter) < 0) {
    const parameters = { oldest: VERSIONS.openKubeletKarpenter, newest: VERSIONS.karpenter };
    const problem = describeProblem("karpenter-too-old", ["karpenter", "version"], version, parameters);
    return [...findings, finding(problem, "karpenter.install")];
  }
  const first = firstKarpenterFor(kubernetesVersion);
  if (first !== undefined && compareVersions(version, first) < 0) {
    const parameters = { kubernetes: kubernetesVersion, first };
    const problem = describeProblem("karpenter-kubernetes", ["karpenter", "version"], version, parameters);
    findings.push(finding(problem, "cluster.kubernetesVersion", "karpenter.install"));
  }
  return findings;
}

function checkNewCluster({ cluster, karpenter }: StackConfig): readonly Finding[] {
  const { endpoint, systemNodes } = cluster;
  const { min, desired, max, instanceTypes } = systemNodes;
  const findings: Finding[] = [];
  if (cluster.name === undefined) {
    const problem = describeProblem("missing-key", ["cluster", "name"], undefined, { expected: "a text" });
    findings.push(finding(problem, "cluster.existing"));
  }
  if (!karpenter.install) {
    const problem = describeProblem("karpenter-needed", ["karpenter", "install"], false);
    findings.push(finding(problem, "cluster.existing"));
  }
  if (!endpoint.public && !endpoint.private) {
    findings.push(finding(describeProblem("endpoint-unreachable", ["cluster", "endpoint"], endpoint)));
  } else if (!endpoint.public) {
    findings.push(finding(describeProblem("endpoint-private", ["cluster", "endpoint", "public"], false)));
  } else if (endpoint.publicCidrs.includes("0.0.0.0/0")) {
    const path = ["cluster", "endpoint", "publicCidrs"];
    findings.push(finding(describeProblem("endpoint-open", path, endpoint.publicCidrs), "cluster.endpoint.public"));
  }
  if (min > desired || desired > max) {
    const parameters = { min, desired, max };
    findings.push(finding(describeProblem("system-nodes-order", ["cluster", "systemNodes"], undefined, parameters)));
  }
  if (desired < karpenter.replicas) {
    const path = ["cluster", "systemNodes", "desired"];
    const problem = describeProblem("system-nodes-too-few", path, desired, { replicas: karpenter.replicas });
    findings.push(finding(problem, "karpenter.replicas"));
  }
  if (new Set(instanceTypes.map(architectureOf)).size > 1) {
    const path = ["cluster", "systemNodes", "instanceTypes"];
    findings.push(finding(describeProblem("system-nodes-architecture", path, instanceTypes)));
  }
  return findings;
}

function checkNetwork(network: StackConfig["network"]): readonly Finding[] {
  const { vpcId, privateSubnetIds, ...ofNew } = network;
  if (vpcId === undefined && privateSubnetIds === undefined) return [];
  const both = Object.entries(ofNew).map(([key, value]) =>
    finding(describeProblem("network-both", ["network", key], value), "network.vpcId", "network.privateSubnetIds"),
  );
  const half = vpcId === undefined ? "vpcId" : "privateSubnetIds";
  if (vpcId !== undefined && privateSubnetIds !== undefined) return both;
  return [
    ...both,
    finding(describeProblem("network-half", ["network", half], undefined), "network.vpcId", "network.privateSubnetIds"),
  ];
}

/** Karpenter takes the pool of greater weight while it can, so that pods of one workload end up with different limits. */
function checkAlikePools(pools: StackConfig["pools"]): readonly Finding[] {
  const seen = new Map<string, string>();
  return Object.entries(pools).flatMap(([name, pool]) => {
    if (pool.swap.size === 0) return [];
    const key = JSON.stringify({ ...pool, weight: 0, swap: { ...pool.swap, size: 0, maxSize: 0 } });
    const other = seen.get(key);
    seen.set(key, other ?? name);
    if (other === undefined || JSON.stringify(pools[other]?.swap) === JSON.stringify(pool.swap)) return [];
    const problem = describeProblem("pools-alike", ["pools", name], name, { other });
    return [finding(problem, `pools.${other}`)];
  });
}

function checkAmi({ alias, id }: StackConfig["ami"]): readonly Finding[] {
  const findings: Finding[] = [];
  if (alias !== undefined && id !== undefined) {
    findings.push(finding(describeProblem("ami-both", ["ami", "id"], id), "ami.alias"));
  }
  if (alias?.endsWith("@latest") === true) {
    findings.push(finding(describeProblem("ami-latest", ["ami", "alias"], alias, { newest: VERSIONS.ami })));
  }
  return findings;
}
