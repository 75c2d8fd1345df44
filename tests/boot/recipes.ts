// UserData in the shape of the recipes found in public posts: what people try first. Controls, not ours.
import type { NodeDescription } from "./karpenter";

const swapSettings = {
  failSwapOn: false,
  memorySwap: { swapBehavior: "LimitedSwap" },
};

/** One MIME document of the given parts, closed as Karpenter demands. */
export function mimeDocument(parts: readonly { type: string; lines: readonly string[] }[]): string {
  const bodies = parts.map(({ type, lines }) => ["--recipe", `Content-Type: ${type}`, "", ...lines].join("\n"));
  return [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="recipe"',
    "",
    ...bodies,
    "--recipe--",
    "",
  ].join("\n");
}

/** A shell part that makes a swap file on the root volume, once, when cloud-init runs it. */
export function plainScriptRecipe(size: string): NodeDescription {
  const lines = [
    "#!/usr/bin/env bash",
    `fallocate -l ${size} /swapfile`,
    "chmod 600 /swapfile",
    "mkswap /swapfile",
    "swapon /swapfile",
    "sysctl -w vm.min_free_kbytes=204800",
  ];
  return { userData: mimeDocument([{ type: "text/x-shellscript", lines }]), kubelet: swapSettings };
}

/** No swap at all, but the array of the instance store: what the image does by itself. */
export function arrayOnly(): NodeDescription {
  const lines = ["#!/usr/bin/env bash", "true"];
  return { userData: mimeDocument([{ type: "text/x-shellscript", lines }]), kubelet: {}, instanceStorePolicy: "RAID0" };
}
