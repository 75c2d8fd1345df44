// UserData in the shape of the recipes found in public posts: what people try first. Controls, not ours.
import type { NodeDescription } from "./karpenter";

interface Part {
  readonly type: string;
  readonly lines: readonly string[];
}

/** Where a recipe's unit is hooked in, as its `[Install]` section says. */
export type Hook = "multi-user.target" | "mnt-k8s\\x2ddisks-0.mount";

/** A NodeConfig part by which the kubelet takes swap. */
const SWAP_SETTINGS: Part = {
  type: "application/node.eks.aws",
  lines: [
    "apiVersion: node.eks.aws/v1alpha1",
    "kind: NodeConfig",
    "spec: {kubelet: {config: {failSwapOn: false, featureGates: {NodeSwap: true}, memorySwap: {swapBehavior: LimitedSwap}}}}",
  ],
};

/** One MIME document of the given parts. Karpenter demands the closing boundary; posts leave it out. */
function mimeDocument(parts: readonly Part[], closed = true): string {
  const bodies = parts.map(({ type, lines }) => ["--//", `Content-Type: ${type}`, "", ...lines, ""].join("\n"));
  return [
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="//"',
    "",
    ...bodies,
    ...(closed ? ["--//--", ""] : []),
  ].join("\n");
}

function makeSwapFile(path: string, size: string): readonly string[] {
  return [
    `fallocate -l ${size} ${path}`,
    `chmod 600 ${path}`,
    `mkswap ${path}`,
    `swapon ${path}`,
    "sysctl -w vm.min_free_kbytes=204800",
  ];
}

/** A shell part that makes a swap file on the root volume, once, when cloud-init runs it. */
export function plainScriptRecipe(size: string, closed = true): NodeDescription {
  const script: Part = {
    type: "text/x-shellscript",
    lines: ["#!/usr/bin/env bash", ...makeSwapFile("/swapfile", size)],
  };
  return { userData: mimeDocument([script, SWAP_SETTINGS], closed), kubelet: {} };
}

export interface ArrayUnitRecipe {
  /** Whether the recipe has a part by which the kubelet takes swap. */
  readonly withSettings: boolean;
  readonly hook: Hook;
  readonly enable: "enable" | "enable --now";
  readonly closed?: boolean;
}

/** A shell part that enables a unit: swap on the array where that is mounted, else on the root volume. */
export function arrayUnitRecipe({ withSettings, hook, enable, closed = true }: ArrayUnitRecipe): NodeDescription {
  const script: Part = {
    type: "text/x-shellscript",
    lines: [
      "#!/usr/bin/env bash",
      "cat > /etc/systemd/system/recipe.service <<'UNIT'",
      "[Unit]",
      "After=mnt-k8s\\x2ddisks-0.mount",
      "Before=kubelet.service",
      "[Service]",
      "Type=oneshot",
      "RemainAfterExit=yes",
      "ExecStart=/usr/local/bin/recipe.sh",
      "[Install]",
      `WantedBy=${hook}`,
      "UNIT",
      "cat > /usr/local/bin/recipe.sh <<'SCRIPT'",
      "#!/bin/bash",
      "if mountpoint -q /mnt/k8s-disks/0; then file=/mnt/k8s-disks/0/swapfile; else file=/swapfile; fi",
      ...makeSwapFile('"$file"', "512M"),
      "SCRIPT",
      "chmod +x /usr/local/bin/recipe.sh",
      `systemctl ${enable} recipe.service`,
    ],
  };
  return {
    userData: mimeDocument(withSettings ? [script, SWAP_SETTINGS] : [script], closed),
    kubelet: {},
    instanceStorePolicy: "RAID0",
  };
}

/** No swap at all, but the array of the instance store: what the image does by itself. */
export function arrayOnly(): NodeDescription {
  const lines = ["#!/usr/bin/env bash", "true"];
  return { userData: mimeDocument([{ type: "text/x-shellscript", lines }]), kubelet: {}, instanceStorePolicy: "RAID0" };
}
