# shellcheck shell=bash
# Swap of a backing: a file, alone in a folder of its own, or the disk of ebs-volume.sh.

# Sets device: the file or disk; fails for a disk that is not known or not there.
swap_device() {
  case $1 in
    ebs-volume) device=$(swap_volume) ;;
    root-volume) device=/var/lib/eks-swap/swapfile ;;
    instance-store) device=$ARRAY_PATH/eks-swap/swapfile ;;
  esac
}

# Leaves the backing ready for swapon. The file is made again at every boot, which costs well under a second: what a crash
# left is never trusted.
make_swap() {
  local device free bytes
  if [[ $1 == ebs-volume ]]; then make_swap_volume; return; fi
  swap_device "$1"
  swap_is_on "$device" && return
  # Without the array the same path would be a folder of the root volume.
  [[ $1 != instance-store ]] || mountpoint -q "$ARRAY_PATH" ||
    fail "no instance store is mounted at $ARRAY_PATH" || return
  remove_swap "$1"
  mkdir -m 0700 "${device%/*}" || fail "${device%/*} cannot be made" || return
  free=$(($(stat -f -c '%a*%S' "${device%/*}")))
  # The size asked for, cut to what is free less the reserve, in whole MiB.
  bytes=$((free - RESERVE_BYTES))
  bytes=$(((bytes < SIZE_BYTES ? bytes : SIZE_BYTES) / 1048576 * 1048576))
  ((bytes >= MINIMUM_BYTES)) ||
    fail "no room for $MINIMUM_BYTES bytes: $free are free, of which $RESERVE_BYTES stay free" || return
  make_swap_file "$device" "$bytes"
}

# A fallocate that fails halfway keeps the space, and on ext4 leaves a short file that swapon would take; mkswap refuses a
# file that is shorter than its argument.
make_swap_file() {
  (umask 077 && fallocate -l "$2" "$1") || fail "fallocate of $2 bytes failed" || return
  mkswap "$1" $(($2 / 1024)) >/dev/null || fail "mkswap failed"
}

turn_on_swap() {
  local device
  swap_device "$1"
  swap_is_on "$device" && return
  swapon "$device" || fail "swapon failed" || return
  swap_is_on "$device" || fail "swapon did not turn it on"
}

# Leaves nothing of a backing that is not the one in use, whichever boot made it; a volume stays the node's swap volume.
# From here on each return has its status: without one, in a trap, bash takes that of the command before the trap.
remove_swap() {
  local device
  swap_device "$1" || return 0
  ! swap_is_on "$device" || swapoff "$device" || return 1
  device=${device%/*}
  # A dangling link is removed too. What is mounted there is somebody else's, and the backing fails.
  [[ $1 == ebs-volume || ! (-e $device || -L $device) ]] || rm -rf --one-file-system --preserve-root=all "$device"
}

swap_is_on() { swap_size "$1" >/dev/null; }

# Bytes that the kernel counts for active swap; fails when it is not active.
swap_size() {
  local name kibibytes
  while read -r name _ kibibytes _; do
    [[ $name != "$1" ]] || { echo $((kibibytes * 1024)); return 0; }
  done </proc/swaps
  return 1
}
