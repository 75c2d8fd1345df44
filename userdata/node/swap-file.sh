# shellcheck shell=bash
# The swap file of a backing, alone in a folder of its own.

readonly mebibyte=1048576

swap_file() {
  case $1 in
    root-volume) echo /var/lib/eks-swap/swapfile ;;
    instance-store) echo "$EKS_SWAP_ARRAY_PATH/eks-swap/swapfile" ;;
  esac
}

# The file is made anew at every boot, which costs well under a second: what a crash left is never trusted.
make_swap() {
  local file free bytes
  file=$(swap_file "$1")
  if swap_is_on "$file"; then return; fi
  # Without the array the same path would be a folder of the root volume.
  if [[ $1 == instance-store ]] && ! mountpoint -q "$EKS_SWAP_ARRAY_PATH"; then
    fail "no instance store is mounted at $EKS_SWAP_ARRAY_PATH"
    return
  fi
  remove_swap_file "$1"
  install -d -m 0700 "${file%/*}" || { fail "${file%/*} cannot be made"; return; }
  free=$(($(stat -f -c '%a*%S' "${file%/*}")))
  bytes=$(affordable_bytes "$free")
  ((bytes >= EKS_SWAP_MINIMUM_BYTES)) || {
    fail "no room for $EKS_SWAP_MINIMUM_BYTES bytes: $free are free, of which $EKS_SWAP_RESERVE_BYTES stay free"
    return
  }
  make_swap_file "$file" "$bytes" || return
  swap_is_on "$file" || fail "swapon did not turn it on"
}

# The size asked for, cut to what is free less the reserve, in whole MiB.
affordable_bytes() {
  local room=$(($1 - EKS_SWAP_RESERVE_BYTES))
  local bytes=$((EKS_SWAP_SIZE_BYTES < room ? EKS_SWAP_SIZE_BYTES : room))
  echo $((bytes / mebibyte * mebibyte))
}

# A fallocate that fails halfway keeps the space, and on ext4 leaves a short file that swapon would take.
make_swap_file() {
  (umask 077 && fallocate -l "$2" "$1") || { fail "fallocate of $2 bytes failed"; return; }
  [[ $(stat -c %s "$1") == "$2" ]] || { fail "fallocate made a file of the wrong size"; return; }
  mkswap "$1" >/dev/null || { fail "mkswap failed"; return; }
  swapon "$1" || fail "swapon failed"
}

# Leaves nothing of a rung that is not the one in use, whichever boot made it. From here on each return has its status:
# without one, in a trap, bash takes that of the command before the trap.
remove_swap_file() {
  local file
  file=$(swap_file "$1")
  if swap_is_on "$file"; then swapoff "$file" || return 1; fi
  [[ ! -e ${file%/*} ]] || rm -rf "${file%/*}"
}

swap_is_on() { swap_size "$1" >/dev/null; }

# Bytes that the kernel counts for an active swap file; fails when it is not active.
swap_size() {
  local name kibibytes
  while read -r name _ kibibytes _; do
    [[ $name != "$1" ]] || { echo $((kibibytes * 1024)); return 0; }
  done </proc/swaps
  return 1
}
