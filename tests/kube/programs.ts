// The real programs that the suite runs, by name.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashFolder } from "../boot/image";
import { provideProgram, runGo, type Say } from "./go";
import { CONTAINERD, ETCD, HELM } from "./versions";

/** Main packages of k8s.io/kubernetes that are used here. */
export type KubernetesProgram = "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubelet" | "kubectl";

/** Main packages of containerd that are used here. */
export type ContainerdProgram = "containerd" | "containerd-shim-runc-v2" | "ctr";

const downloadSchema = z.object({ GoMod: z.string() });

const goModSchema = z.object({ Go: z.string(), Replace: z.array(z.object({ Old: z.object({ Path: z.string() }) })) });

/**
 * A program of Kubernetes.
 * @param version without a `v`, such as `1.36.3`
 */
export function provideKubernetes(program: KubernetesProgram, version: string, say: Say): string {
  const [major = "", minor = ""] = version.split(".");
  // Without them a kubelet reports no version of its own.
  const flags = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "archive" };
  return provideProgram(
    {
      path: join(`kubernetes-${version}`, program),
      package: `k8s.io/kubernetes/cmd/${program}`,
      linkerFlags: Object.entries(flags).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
      prepare: (folder) => {
        requireKubernetes(folder, program, version);
      },
    },
    say,
  );
}

/**
 * A module that needs `k8s.io/kubernetes`. Its own go.mod replaces the modules of its staging folder by paths, which
 * count for no module that needs it: each is replaced by its release instead, v0.36.3 for Kubernetes 1.36.3.
 */
function requireKubernetes(folder: string, program: KubernetesProgram, version: string): void {
  const downloaded: unknown = JSON.parse(runGo(folder, ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`]));
  const file = downloadSchema.parse(downloaded).GoMod;
  const goMod = goModSchema.parse(JSON.parse(runGo(folder, ["mod", "edit", "-json", file])));
  const release = `v0.${version.replace(/^1\./, "")}`;
  runGo(folder, ["mod", "init", "kubernetes-build"]);
  const replacements = goMod.Replace.map(({ Old: { Path: path } }) => `-replace=${path}=${path}@${release}`);
  runGo(folder, ["mod", "edit", `-go=${goMod.Go}`, ...replacements]);
  runGo(folder, ["get", `k8s.io/kubernetes/cmd/${program}@v${version}`]);
}

export function provideEtcd(say: Say): string {
  return provideReleased(join(`etcd-${ETCD}`, "etcd"), "go.etcd.io/etcd/server/v3", ETCD, say);
}

export function provideContainerd(program: ContainerdProgram, say: Say): string {
  const module = "github.com/containerd/containerd/v2";
  return provideReleased(join(`containerd-${CONTAINERD}`, program), `${module}/cmd/${program}`, CONTAINERD, say);
}

export function provideHelm(say: Say): string {
  return provideReleased(join(`helm-${HELM}`, "helm"), "helm.sh/helm/v3/cmd/helm", HELM, say);
}

/** Our program around Karpenter's Go packages: its kinds, its charts, its check of `spec.kubelet`. */
export function provideKarpenterTools(say: Say): string {
  const sources = join(__dirname, "karpenter-tools");
  return provideProgram(
    {
      path: `karpenter-tools-${hashFolder(sources)}`,
      package: ".",
      prepare: (folder) => {
        cpSync(sources, folder, { recursive: true });
      },
    },
    say,
  );
}

function provideReleased(path: string, mainPackage: string, version: string, say: Say): string {
  return provideProgram(
    {
      path,
      package: mainPackage,
      prepare: (folder) => {
        runGo(folder, ["mod", "init", "build"]);
        runGo(folder, ["get", `${mainPackage}@v${version}`]);
      },
    },
    say,
  );
}
