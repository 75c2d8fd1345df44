// How an instance's machine becomes a node: what EKS's nodeadm would add to the merged NodeConfig, and the real programs.
import { loadAll } from "js-yaml";
import PostalMime from "postal-mime";
import { z } from "zod";
import { HOST_AS_A_GUEST_SEES_IT } from "../kube/certificate";
import type { ControlPlane } from "../kube/control-plane";
import { attachEquipment, writeFileInMachine } from "../kube/node/node";
import type { LaunchedInstance } from "./launched-instance";

const NODE_CONFIG = "application/node.eks.aws";

const nodeConfigSchema = z.object({
  spec: z.object({ cluster: z.object({ apiServerEndpoint: z.string(), certificateAuthority: z.string() }).optional() }),
});

/** Bash for `prepare` of a boot. Cluster and certificate authority come from the userData, as on an instance. */
export async function joinAs(instance: LaunchedInstance, server: ControlPlane): Promise<string> {
  const { apiServerEndpoint, certificateAuthority } = await clusterOf(instance.userData);
  const { certificate, privateKey } = server.credentialsOf(instance.nodeName);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "cluster",
        cluster: {
          // The loopback of this machine has another address inside of the emulated one.
          server: apiServerEndpoint.replace("127.0.0.1", HOST_AS_A_GUEST_SEES_IT),
          "certificate-authority-data": certificateAuthority,
        },
      },
    ],
    // In the place of a token of aws-iam-authenticator: the same user, system:node:NAME.
    users: [
      {
        name: "kubelet",
        user: { "client-certificate-data": base64(certificate), "client-key-data": base64(privateKey) },
      },
    ],
    contexts: [{ name: "node", context: { cluster: "cluster", user: "kubelet" } }],
    "current-context": "node",
  };
  const nodeConfig = {
    apiVersion: "node.eks.aws/v1alpha1",
    kind: "NodeConfig",
    spec: {
      kubelet: {
        flags: ["--kubeconfig=/var/lib/kubelet/kubeconfig", `--hostname-override=${instance.nodeName}`],
        config: {
          providerID: `aws:///${instance.zone}/${instance.id}`,
          // Nobody signs its serving certificate here.
          serverTLSBootstrap: false,
        },
      },
    },
  };
  return [
    attachEquipment(),
    writeFileInMachine("/var/lib/kubelet/kubeconfig", kubeconfig),
    writeFileInMachine("/etc/eks/nodeadm.d/10-cluster.yaml", nodeConfig),
  ].join("\n");
}

/** The cluster of the last NodeConfig that names one. */
async function clusterOf(userData: string): Promise<{ apiServerEndpoint: string; certificateAuthority: string }> {
  const { attachments } = await PostalMime.parse(userData);
  const documents = attachments
    .filter(({ mimeType }) => mimeType === NODE_CONFIG)
    .flatMap(({ content }) => loadAll(textOf(content)));
  const cluster = documents
    .map((document) => nodeConfigSchema.parse(document).spec.cluster)
    .findLast((found) => found !== undefined);
  if (cluster === undefined) throw new Error("the userData name no cluster");
  return cluster;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}
