// A real control plane on this machine: etcd, kube-apiserver and, where they are wanted, the controllers.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CoreV1Api, Health, KubeConfig } from "@kubernetes/client-node";
import { say } from "../boot/table";
import { freePort } from "../support/free-port";
import { ApiClient, type Access } from "./api-client";
import { HOST_AS_A_GUEST_SEES_IT, makeKeys, readCertificate, signNode, type Keys } from "./certificate";
import { endOf, startChild, type Child } from "./children";
import { installKarpenterKinds } from "./karpenter-kinds";
import { provideEtcd, provideKubernetes } from "./programs";
import { NEWEST_KUBERNETES } from "./versions";

/** What a control plane is made of. */
export interface ControlPlaneOptions {
  /** Holds its keys, its data and the log of each program; made when it is not there. */
  readonly folder: string;
  /**
   * Whether kube-controller-manager and kube-scheduler run. Without them pods are neither made nor scheduled, and need
   * no service account.
   */
  readonly controllers?: boolean;
  /** Version without a `v`; the newest of versions.ts when left out. */
  readonly kubernetes?: string;
  /** Whether Karpenter's kinds are installed. */
  readonly karpenterCrds?: boolean;
}

/** A control plane that runs. It ends with `stop`, and in any case with this process. */
export interface ControlPlane extends Access {
  readonly url: string;
  /** Path of a kubeconfig with that token. */
  readonly kubeconfigFile: string;
  kubeConfig(): KubeConfig;
  /** Certificate and key of the kubelet of a node, PEM text both. */
  credentialsOf(nodeName: string): ReturnType<typeof signNode>;
  stop(): Promise<void>;
}

/** In seconds: far above what a busy machine needs. */
const READY_TIMEOUT = 180;

const TOKEN = "administrator-of-a-test";

interface Parts {
  readonly folder: string;
  readonly kubernetes: string;
  readonly keys: Keys;
  readonly children: Child[];
}

/**
 * Starts a control plane and waits until it is ready. Programs that the cache lacks are built first, which takes minutes.
 * @throws Error that shows the end of the log of the program that did not get ready
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const kubernetes = options.kubernetes ?? NEWEST_KUBERNETES;
  const parts: Parts = { folder, kubernetes, keys: makeKeys(folder), children: [] };
  const stop = async () => {
    await Promise.all(parts.children.map((child) => child.stop()));
  };
  try {
    const port = await startServer(parts, options.controllers === true);
    const url = `https://127.0.0.1:${port}`;
    const kubeConfig = administrator(url, parts.keys);
    const kubeconfigFile = join(folder, "kubeconfig");
    writeFileSync(kubeconfigFile, kubeConfig.exportConfig(), { mode: 0o600 });
    await untilReady(parts, "kube-apiserver", () => new Health(kubeConfig).readyz({}));
    if (options.controllers === true) await startControllers(parts, kubeconfigFile, kubeConfig);
    const access = { port, certificateAuthority: readCertificate(parts.keys), token: TOKEN };
    if (options.karpenterCrds === true) await installKarpenterKinds(new ApiClient(access), say);
    return {
      ...access,
      url,
      kubeconfigFile,
      kubeConfig: () => administrator(url, parts.keys),
      credentialsOf: (nodeName) => signNode(parts.keys, folder, nodeName),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServer(parts: Parts, controllers: boolean): Promise<number> {
  const { folder, kubernetes, keys } = parts;
  const programs = { etcd: provideEtcd(say), server: provideKubernetes("kube-apiserver", kubernetes, say) };
  const [etcdPort, port] = await Promise.all([freePort(), freePort()]);
  const etcd = `http://127.0.0.1:${etcdPort}`;
  start(parts, "etcd", programs.etcd, {
    "data-dir": join(folder, "etcd"),
    "listen-client-urls": etcd,
    "advertise-client-urls": etcd,
    "listen-peer-urls": "http://127.0.0.1:0",
    // Nothing here must survive a power cut.
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  });
  const tokens = join(folder, "tokens.csv");
  writeFileSync(tokens, `${TOKEN},administrator,administrator,system:masters\n`, { mode: 0o600 });
  start(parts, "kube-apiserver", programs.server, {
    "etcd-servers": etcd,
    "bind-address": "127.0.0.1",
    "secure-port": String(port),
    "advertise-address": HOST_AS_A_GUEST_SEES_IT,
    "tls-cert-file": keys.certificate,
    "tls-private-key-file": keys.privateKey,
    "cert-dir": folder,
    "token-auth-file": tokens,
    "client-ca-file": keys.certificate,
    // Both as on EKS: a kubelet may read and write what concerns its own node only.
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    // No name of a node resolves here. Left alone, the server would take the name, and look it up before it proxies to a node.
    "kubelet-preferred-address-types": "InternalIP",
    "service-cluster-ip-range": "172.20.0.0/16",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": keys.tokenPublicKey,
    "service-account-signing-key-file": keys.tokenKey,
    "allow-privileged": "true",
    // Without controllers nobody makes the service account that this plugin wants of every pod.
    ...(controllers ? {} : { "disable-admission-plugins": "ServiceAccount" }),
  });
  return port;
}

async function startControllers(parts: Parts, kubeconfig: string, kubeConfig: KubeConfig): Promise<void> {
  const { kubernetes, keys } = parts;
  const common = { kubeconfig, "leader-elect": "false", "bind-address": "127.0.0.1" };
  for (const [name, more] of [
    [
      "kube-controller-manager",
      {
        "service-account-private-key-file": keys.tokenKey,
        "root-ca-file": keys.certificate,
        "cluster-signing-cert-file": keys.certificate,
        "cluster-signing-key-file": keys.privateKey,
      },
    ],
    ["kube-scheduler", {}],
  ] as const) {
    const port = String(await freePort());
    start(parts, name, provideKubernetes(name, kubernetes, say), { ...common, ...more, "secure-port": port });
  }
  const core = kubeConfig.makeApiClient(CoreV1Api);
  await untilReady(parts, "kube-controller-manager", async () => {
    await core.readNamespacedServiceAccount({ name: "default", namespace: "default" });
    return true;
  });
}

function start({ folder, children }: Parts, name: string, program: string, flags: Readonly<Record<string, string>>) {
  const parameters = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  children.push(startChild(program, parameters, logOf(folder, name)));
}

function logOf(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

/** Asks again until `isReady`, unless a program ends before or it takes too long. */
async function untilReady({ folder, children }: Parts, name: string, isReady: () => Promise<boolean>): Promise<void> {
  const failures = children.map(({ failure }) => failure);
  for (let second = 0; second < READY_TIMEOUT; second += 0.5) {
    if (await isReady().catch(() => false)) return;
    await Promise.race([wait(500), ...failures]);
  }
  const log = logOf(folder, name);
  throw new Error(`${name} is not ready after ${READY_TIMEOUT} s; the end of ${log}:\n${endOf(log)}`);
}

function administrator(url: string, keys: Keys): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: "eks-swap-tests",
      server: url,
      caData: Buffer.from(readCertificate(keys)).toString("base64"),
      skipTLSVerify: false,
    },
    { name: "administrator", token: TOKEN },
  );
  return config;
}
