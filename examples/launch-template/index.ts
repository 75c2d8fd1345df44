// Swap without Karpenter: the package makes userData and sizes volumes, the launch template is one's own.
import * as aws from "@pulumi/aws";
import { loadPools } from "eks-swap/config";
import { SWAP_DEVICE, type PlannedVolume } from "eks-swap/swap";
import { renderLaunchTemplate } from "eks-swap/userdata";

const pools = loadPools({
  pools: {
    batch: {
      swap: { size: "30Gi", backings: ["ebs-volume"] },
      swapVolume: { iops: 6000, throughput: 500 },
      requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["m7i.2xlarge"] }],
    },
  },
});

for (const { plan } of pools) {
  new aws.ec2.LaunchTemplate(plan.pool, {
    blockDeviceMappings: [
      mapping("/dev/xvda", plan.rootVolume),
      ...(plan.swapVolume === null ? [] : [mapping(SWAP_DEVICE, plan.swapVolume)]),
    ],
    userData: Buffer.from(renderLaunchTemplate(plan)).toString("base64"),
  });
}

function mapping(deviceName: string, { sizeGiB, type, iops, throughput, kmsKeyId }: PlannedVolume) {
  const ebs = { volumeSize: sizeGiB, volumeType: type, iops, throughput, kmsKeyId };
  return { deviceName, ebs: { ...ebs, encrypted: "true", deleteOnTermination: "true" } };
}
