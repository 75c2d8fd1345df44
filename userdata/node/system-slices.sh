# shellcheck shell=bash
# System daemons do not swap: the kubelet and containerd (runtime.slice in the AL2023 AMI) must answer while pods swap.
# Pods live in kubepods.slice, a sibling, and are not touched. A kernel without io.latency ignores the second setting.
# Advice: https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/#good-practice-for-using-swap-in-a-kubernetes-cluster

keep_system_slices_out_of_swap() {
  local unit
  for unit in system.slice runtime.slice user.slice init.scope; do
    systemctl set-property --runtime "$unit" MemorySwapMax=0 'IODeviceLatencyTargetSec=/ 50ms' ||
      echo "eks-swap: $unit is not kept out of swap" &
  done
  wait
}
