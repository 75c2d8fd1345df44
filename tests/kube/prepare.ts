// Builds what scenarios need before the first of them runs.
import { provideImage } from "../boot/image";
import { provideMerger } from "../boot/karpenter";
import type { Say } from "./go";
import { provideContainerd, provideEtcd, provideHelm, provideKarpenterTools, provideKubernetes } from "./programs";
import type { Needs } from "./scenario";

/** Builds whatever the cache lacks, one program after the other: each takes all cores by itself. */
export function prepareEquipment(needs: ReadonlySet<Needs>, kubernetes: string, say: Say): void {
  provideEtcd(say);
  provideKubernetes("kube-apiserver", kubernetes, say);
  provideKarpenterTools(say);
  if (needs.has("helm")) provideHelm(say);
  if (!needs.has("machine")) return;
  for (const program of ["kube-controller-manager", "kube-scheduler", "kubelet"] as const) {
    provideKubernetes(program, kubernetes, say);
  }
  for (const program of ["containerd", "containerd-shim-runc-v2", "ctr"] as const) provideContainerd(program, say);
  provideImage(say);
  provideMerger(say);
}
