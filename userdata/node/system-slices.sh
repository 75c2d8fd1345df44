# shellcheck shell=bash
# System daemons do not swap: the kubelet and containerd (runtime.slice in the AL2023 AMI) must answer while pods swap.
# Pods live in kubepods.slice, a sibling, and are not touched. A kernel without io.latency ignores the second setting.
# systemd keeps both on disk for later boots, so that no kubelet waits for this; what is set on its own scope, init.scope,
# ends with the boot, which swap-on.sh makes good.
# Advice: https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/#good-practice-for-using-swap-in-a-kubernetes-cluster
for unit in system.slice runtime.slice user.slice; do
  systemctl set-property "$unit" MemorySwapMax=0 'IODeviceLatencyTargetSec=/ 50ms' ||
    echo "eks-swap: $unit is not kept out of swap" &
done
wait
