#!/bin/bash
# make-swap.sh FUNCTIONS FOLDER SIZE_GIB: makes a swap file with the node's functions and turns it on, on a new XFS in a sparse
# file of FOLDER, and takes all of it away again. Prints the microseconds from the first step to swap that is on.
set -euo pipefail
readonly functions=$1 folder=$2 size_gib=$3

# What swap-file.sh reads of the pool's parameters.
readonly ARRAY_PATH=$folder/mounted SIZE_BYTES=$((size_gib << 30)) RESERVE_BYTES=$((2 << 30)) MINIMUM_BYTES=$((256 << 20))
fail() {
  echo "$1" >&2
  return 1
}
# shellcheck source=userdata/node/swap-file.sh
. "$functions"

loop=''
clean_up() {
  remove_swap instance-store || true
  ! mountpoint -q "$ARRAY_PATH" || umount "$ARRAY_PATH"
  [[ -z $loop ]] || losetup --detach "$loop"
  rm -f "$folder/disk"
  [[ ! -d $ARRAY_PATH ]] || rmdir "$ARRAY_PATH"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# As much beside the swap as the disks of the boot rig have.
truncate --size="$((size_gib + 12))G" "$folder/disk"
mkfs.xfs -q "$folder/disk"
loop=$(losetup --find --show "$folder/disk")
mkdir -p "$ARRAY_PATH"
mount "$loop" "$ARRAY_PATH"

began=${EPOCHREALTIME/[.,]/}
make_swap instance-store
turn_on_swap instance-store
ended=${EPOCHREALTIME/[.,]/}

bytes=$(swap_size "$ARRAY_PATH/eks-swap/swapfile")
# The first page of the file is its header.
((bytes == SIZE_BYTES - 4096)) || fail "$bytes bytes of swap are on, not $SIZE_BYTES less a page"
echo $((ended - began))
