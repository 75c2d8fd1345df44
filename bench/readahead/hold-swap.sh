#!/bin/bash
# Swap and a small cgroup on the machine that measures, until the standard input ends, however who holds it open does.
# hold-swap.sh FOLDER SWAP_MIB OPERATIONS BYTES: a swap file in FOLDER, and cgroups whose disk gives that many operations and
# bytes a second each way. Prints the cgroups of memory and of disk once both are there; how much RAM the one gives and how
# swap is read is the caller's, whose settings go in the end.
set -euo pipefail
readonly folder=$1 swap_mib=$2 operations=$3 bytes=$4

readonly cgroups=/sys/fs/cgroup
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
declare -A before
for setting in /proc/sys/vm/page-cluster /sys/module/zswap/parameters/{enabled,max_pool_percent}; do
  [[ ! -e $setting ]] || before[$setting]=$(<"$setting")
done
clean_up() {
  trap '' INT TERM
  local group setting
  for group in "$memory" "$disk_group"; do
    [[ -d $group ]] || continue
    until [[ -z $(<"$group/cgroup.procs") ]]; do
      xargs kill -KILL <"$group/cgroup.procs" || true
      sleep 0.1
    done
    # What still holds it must not keep swap on.
    rmdir "$group" || true
  done
  for setting in "${!before[@]}"; do
    echo "${before[$setting]}" >"$setting"
  done
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
disk=$(stat --format=%Hd:%Ld "$folder")
[[ ! -e /sys/dev/block/$disk/partition ]] || disk=$(<"$(realpath "/sys/dev/block/$disk")/../dev")
for way in read write; do
  echo "$disk $operations" >"$disk_group/blkio.throttle.${way}_iops_device"
  echo "$disk $bytes" >"$disk_group/blkio.throttle.${way}_bps_device"
done

echo "$memory"
echo "$disk_group"
cat >/dev/null
