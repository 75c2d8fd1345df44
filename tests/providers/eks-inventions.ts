// What moto's Amazon EKS lacks: add-ons, access entries, pod identity associations, updates, and fields of clusters and node
// groups. Answers follow the API reference: https://docs.aws.amazon.com/eks/latest/APIReference/
import { randomUUID } from "node:crypto";
import { arnOf } from "../../sandbox/provider/account";
import type { ClusterGroups, ClusterNetwork } from "./cluster-group";
import { isFields, type Fields } from "./eks-model";

/** An error as the service reports it. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Answers one operation. */
type Answer = (parameters: Fields) => Fields;

/** What only this file remembers, by kind and by a key of its own. */
type Kept = Map<string, Record<string, unknown>>;

/** What an endpoint of the cluster is. */
export interface ApiServer {
  readonly url: string;
  readonly certificateAuthority: string;
}

/** The inventions of one account. */
export class EksInventions {
  readonly #apiServer: ApiServer;
  readonly #kept: Kept = new Map();
  /** What is laid over moto's answer for a cluster or a node group. */
  readonly #overlays: Kept = new Map();
  /** Operations that moto does not know, or answers in a way that no client of AWS can read. */
  readonly answers: ReadonlyMap<string, Answer>;

  constructor(apiServer: ApiServer) {
    this.#apiServer = apiServer;
    this.answers = new Map<string, Answer>([
      ...this.#crud("Addon", "addon", "addonName", (given) => this.#addon(given)),
      ...this.#crud("AccessEntry", "accessEntry", "principalArn", (given) => this.#accessEntry(given)),
      ...this.#crud("PodIdentityAssociation", "association", "associationId", (given) => this.#association(given)),
      ["AssociateAccessPolicy", (given) => this.#associatePolicy(given)],
      ["ListAssociatedAccessPolicies", (given) => this.#listPolicies(given)],
      ["DisassociateAccessPolicy", (given) => this.#disassociatePolicy(given)],
      ["UpdateAddon", (given) => this.#updateAddon(given)],
      ["UpdateClusterConfig", (given) => this.#updateCluster(given)],
      ["UpdateClusterVersion", (given) => this.#updateCluster(given)],
      ["UpdateNodegroupConfig", (given) => this.#updateNodeGroup(given)],
      ["UpdateNodegroupVersion", (given) => this.#updateNodeGroup(given)],
      ["DescribeUpdate", (given) => ({ update: this.#find("update", textOf(given["updateId"])) })],
    ]);
  }

  /** Tags of all but clusters, whose tags moto keeps. */
  tag(operation: string, { resourceArn, tags, tagKeys }: Fields): Fields | undefined {
    const [, kind, cluster = "", name = ""] = /:(\w+)\/([^/]+)\/([^/]+)\/[^/]+$/.exec(textOf(resourceArn)) ?? [];
    const found =
      kind === "nodegroup"
        ? this.#overlay(`nodegroup ${cluster} ${name}`)
        : [...this.#kept.values()].find((kept) => ARNS.some((field) => kept[field] === resourceArn));
    if (found === undefined) return undefined;
    const before = fieldsOf(found["tags"]);
    const removed = [tagKeys].flat();
    if (operation === "TagResource") found["tags"] = { ...before, ...fieldsOf(tags) };
    if (operation === "UntagResource") {
      found["tags"] = Object.fromEntries(Object.entries(before).filter(([key]) => !removed.includes(key)));
    }
    return operation === "ListTagsForResource" ? { tags: before } : {};
  }

  /** Refuses what Amazon EKS refuses and moto does not. */
  refuse(operation: string, { name }: Fields): void {
    const isProtected = this.#overlays.get(`cluster ${textOf(name)}`)?.["deletionProtection"] === true;
    if (operation !== "DeleteCluster" || !isProtected) return;
    throw new ServiceError(
      "InvalidRequestException",
      400,
      `Cluster ${textOf(name)} cannot be deleted: deletion protection is enabled`,
    );
  }

  /** moto's answer with what it lacks. */
  complete(operation: string, given: Fields, answer: Fields, groups: Pick<ClusterGroups, "find">): Fields {
    if (isFields(answer["cluster"])) {
      const network = groups.find(textOf(answer["cluster"]["name"]));
      return { ...answer, cluster: this.#cluster(operation, given, answer["cluster"], network) };
    }
    if (isFields(answer["nodegroup"])) {
      return { ...answer, nodegroup: this.#nodeGroup(operation, given, answer["nodegroup"]) };
    }
    return answer;
  }

  #cluster(operation: string, given: Fields, cluster: Fields, network: ClusterNetwork | undefined): Fields {
    const key = `cluster ${textOf(cluster["name"])}`;
    if (operation === "CreateCluster") {
      const { authenticationMode = "CONFIG_MAP" } = fieldsOf(given["accessConfig"]);
      this.#overlays.set(key, {
        accessConfig: { authenticationMode },
        upgradePolicy: given["upgradePolicy"] ?? { supportType: "EXTENDED" },
        deletionProtection: given["deletionProtection"] ?? false,
      });
    }
    const { resourcesVpcConfig, ...overlay } = this.#overlays.get(key) ?? {};
    if (operation === "DeleteCluster") this.#overlays.delete(key);
    return {
      ...cluster,
      ...overlay,
      endpoint: this.#apiServer.url,
      // moto has the range only where a request leaves the whole setting out; Karpenter asks for it.
      kubernetesNetworkConfig: {
        ipFamily: "ipv4",
        serviceIpv4Cidr: SERVICE_CIDR,
        ...fieldsOf(cluster["kubernetesNetworkConfig"]),
      },
      certificateAuthority: { data: Buffer.from(this.#apiServer.certificateAuthority).toString("base64") },
      resourcesVpcConfig: {
        ...fieldsOf(cluster["resourcesVpcConfig"]),
        ...fieldsOf(resourcesVpcConfig),
        ...network,
      },
    };
  }

  #nodeGroup(operation: string, given: Fields, group: Fields): Fields {
    const key = `nodegroup ${textOf(group["clusterName"])} ${textOf(group["nodegroupName"])}`;
    if (operation === "CreateNodegroup") {
      this.#overlays.set(key, {
        updateConfig: given["updateConfig"] ?? { maxUnavailable: 1 },
        tags: given["tags"] ?? {},
      });
    }
    // moto has a remote access for every group: the provider reads it as one that the program does not want.
    const wanted = Object.entries(group).filter(([name]) => name !== "remoteAccess");
    return { ...Object.fromEntries(wanted), ...this.#overlays.get(key) };
  }

  /** Create, describe, list and delete of one kind. */
  #crud(kind: string, field: string, idField: string, make: Answer): readonly (readonly [string, Answer])[] {
    const keyOf = (given: Fields) => `${textOf(given["clusterName"])} ${textOf(given[idField])}`;
    return [
      [
        `Create${kind}`,
        (given) => {
          const made = { ...make(given) };
          if (this.#kept.has(`${kind} ${keyOf(made)}`)) {
            throw new ServiceError("ResourceInUseException", 409, `${kind} ${keyOf(made)} already exists`);
          }
          this.#kept.set(`${kind} ${keyOf(made)}`, made);
          return { [field]: made };
        },
      ],
      [`Describe${kind}`, (given) => ({ [field]: this.#find(kind, keyOf(given)) })],
      [
        `Delete${kind}`,
        (given) => {
          const found = this.#find(kind, keyOf(given));
          this.#kept.delete(`${kind} ${keyOf(given)}`);
          return kind === "AccessEntry" ? {} : { [field]: found };
        },
      ],
    ];
  }

  #find(kind: string, key: string): Record<string, unknown> {
    const found = this.#kept.get(`${kind} ${key}`);
    if (found !== undefined) return found;
    throw new ServiceError("ResourceNotFoundException", 404, `No ${kind} found for name: ${key}`);
  }

  #addon(given: Fields): Fields {
    const { clusterName, addonName, addonVersion = "v1.0.0-eksbuild.1", tags = {} } = given;
    const addonArn = arnOf("eks", `addon/${textOf(clusterName)}/${textOf(addonName)}/${randomUUID()}`);
    return {
      ...{ addonName, clusterName, addonVersion, addonArn, tags, ...moments() },
      ...pick(given, ["configurationValues", "serviceAccountRoleArn"]),
      ...{ status: "ACTIVE", health: { issues: [] }, podIdentityAssociations: [] },
    };
  }

  #accessEntry({ clusterName, principalArn, kubernetesGroups = [], tags = {}, username, type = "STANDARD" }: Fields) {
    const accessEntryArn = arnOf("eks", `access-entry/${textOf(clusterName)}/role/${randomUUID()}`);
    return {
      ...{ clusterName, principalArn, kubernetesGroups, accessEntryArn, tags, type, ...moments() },
      username: username ?? (type === "EC2_LINUX" ? "system:node:{{EC2PrivateDNSName}}" : principalArn),
    };
  }

  #association({ clusterName, namespace, serviceAccount, roleArn, tags = {}, disableSessionTags = false }: Fields) {
    const associationId = `a-${randomUUID().replaceAll("-", "").slice(0, 17)}`;
    const associationArn = arnOf("eks", `podidentityassociation/${textOf(clusterName)}/${associationId}`);
    const made = { associationId, associationArn, clusterName, namespace, serviceAccount, roleArn, tags };
    return { ...made, disableSessionTags, ...moments() };
  }

  #associatePolicy({ clusterName, principalArn, policyArn, accessScope }: Fields): Fields {
    this.#find("AccessEntry", `${textOf(clusterName)} ${textOf(principalArn)}`);
    const associatedAccessPolicy = { policyArn, accessScope, associatedAt: now(), modifiedAt: now() };
    const key = ["policy", clusterName, principalArn, policyArn].map(textOf).join(" ");
    this.#kept.set(key, associatedAccessPolicy);
    return { clusterName, principalArn, associatedAccessPolicy };
  }

  #listPolicies({ clusterName, principalArn }: Fields): Fields {
    const prefix = `policy ${textOf(clusterName)} ${textOf(principalArn)} `;
    const found = [...this.#kept].filter(([key]) => key.startsWith(prefix)).map(([, policy]) => policy);
    return { clusterName, principalArn, associatedAccessPolicies: found };
  }

  #disassociatePolicy({ clusterName, principalArn, policyArn }: Fields): Fields {
    this.#kept.delete(["policy", clusterName, principalArn, policyArn].map(textOf).join(" "));
    return {};
  }

  #updateAddon(given: Fields): Fields {
    const addon = this.#find("Addon", `${textOf(given["clusterName"])} ${textOf(given["addonName"])}`);
    Object.assign(addon, pick(given, ["addonVersion", "configurationValues", "serviceAccountRoleArn"]));
    return this.#updated("AddonUpdate");
  }

  #updateCluster(given: Fields): Fields {
    const overlay = this.#overlay(`cluster ${textOf(given["name"])}`);
    const { resourcesVpcConfig, ...others } = pick(given, CLUSTER_SETTINGS);
    const vpcConfig = { ...fieldsOf(overlay["resourcesVpcConfig"]), ...fieldsOf(resourcesVpcConfig) };
    Object.assign(overlay, others, { resourcesVpcConfig: vpcConfig });
    return this.#updated(given["version"] === undefined ? "ConfigUpdate" : "VersionUpdate");
  }

  #updateNodeGroup(given: Fields): Fields {
    const overlay = this.#overlay(`nodegroup ${textOf(given["clusterName"])} ${textOf(given["nodegroupName"])}`);
    Object.assign(overlay, pick(given, ["scalingConfig", "updateConfig", "version", "releaseVersion"]));
    return this.#updated("ConfigUpdate");
  }

  #overlay(key: string): Record<string, unknown> {
    const overlay = this.#overlays.get(key);
    if (overlay === undefined) throw new ServiceError("ResourceNotFoundException", 404, `${key} does not exist`);
    return overlay;
  }

  #updated(type: string): Fields {
    const id = randomUUID();
    const update = { id, type, status: "Successful", params: [], errors: [], createdAt: now() };
    this.#kept.set(`update ${id}`, update);
    return { update };
  }
}

/** That of the control plane: tests/kube/control-plane.ts. */
const SERVICE_CIDR = "172.20.0.0/16";

/** Fields that hold the ARN of what only this file remembers. */
const ARNS = ["addonArn", "accessEntryArn", "associationArn"] as const;

/** What a request to change a cluster may set. */
const CLUSTER_SETTINGS = [
  "accessConfig",
  "deletionProtection",
  "logging",
  "resourcesVpcConfig",
  "upgradePolicy",
  "version",
] as const;

function pick(fields: Fields, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function moments(): Fields {
  return { createdAt: now(), modifiedAt: now() };
}

/** Seconds, as EKS writes times. */
function now(): number {
  return Date.now() / 1000;
}
