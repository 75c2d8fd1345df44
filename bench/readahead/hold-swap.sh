#!/bin/bash
# Swap and a small cgroup on the machine that measures, until the standard input ends, however who holds it open does.
# hold-swap.sh FOLDER SWAP_MIB RAM_MIB OPERATIONS BYTES: a swap file in FOLDER, and RAM for what runs in the cgroups, whose
# disk gives that many operations and bytes a second each way.
# Prints the cgroups of memory and of disk once both are there.
set -euo pipefail
readonly folder=$1 swap_mib=$2 ram_mib=$3 operations=$4 bytes=$5

readonly cgroups=/sys/fs/cgroup page_cluster=/proc/sys/vm/page-cluster
[[ -e $cgroups/memory/memory.limit_in_bytes && -e $cgroups/blkio/blkio.throttle.read_iops_device ]] ||
  { echo "memory and blkio are no controllers of cgroup v1 here"; exit 1; } >&2
[[ $(wc -l </proc/swaps) -eq 1 ]] || { echo "this machine has swap of its own"; exit 1; } >&2

# own CONTROLLER: the cgroup that this runs in, whose limits hold for what is below it.
own() {
  sed -n "s|^[0-9]*:$1:|$cgroups/$1|p" /proc/self/cgroup
}
memory=$(own memory)/eks-swap-bench
disk_group=$(own blkio)/eks-swap-bench
readonly memory disk_group

loop=''
before=$(<$page_cluster)
clean_up() {
  trap '' INT TERM
  local group
  for group in "$memory" "$disk_group"; do
    [[ -d $group ]] || continue
    until [[ -z $(<"$group/cgroup.procs") ]]; do
      xargs kill -KILL <"$group/cgroup.procs" || true
      sleep 0.1
    done
    # What still holds it must not keep swap on.
    rmdir "$group" || true
  done
  echo "$before" >$page_cluster
  [[ -z $loop ]] || { swapoff "$loop" || true; losetup --detach "$loop"; }
  rm -f "$folder/swapfile"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fallocate --length "${swap_mib}MiB" "$folder/swapfile"
chmod 0600 "$folder/swapfile"
# Pages are merged to operations before the disk sees them, as on a volume; it is the disk that is slow.
loop=$(losetup --find --show --direct-io=on "$folder/swapfile")
# A disk that rotates is read ahead in another way.
echo 0 >"/sys/block/${loop#/dev/}/queue/rotational"
mkswap "$loop" >/dev/null
swapon "$loop"

mkdir "$memory" "$disk_group"
echo $((ram_mib << 20)) >"$memory/memory.limit_in_bytes"
disk=$(stat --format=%Hd:%Ld "$folder")
[[ ! -e /sys/dev/block/$disk/partition ]] || disk=$(<"$(realpath "/sys/dev/block/$disk")/../dev")
for way in read write; do
  echo "$disk $operations" >"$disk_group/blkio.throttle.${way}_iops_device"
  echo "$disk $bytes" >"$disk_group/blkio.throttle.${way}_bps_device"
done

echo "$memory"
echo "$disk_group"
cat >/dev/null
