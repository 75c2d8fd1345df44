// Builds what the chosen scenarios need before the first of them runs.
import { provideImage } from "../boot/image";
import { provideMerger } from "../boot/karpenter";
import type { Say } from "./go";
import { provideContainerd, provideEtcd, provideHelm, provideKarpenterTools, provideKubernetes } from "./programs";
import type { Scenario } from "./scenario";

/** Builds whatever the cache lacks, one program after the other: each takes all cores by itself. */
export function prepareEquipment(chosen: readonly Scenario[], kubernetes: string, say: Say): void {
  const needs = new Set(chosen.map((scenario) => scenario.needs));
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
