# shellcheck shell=bash
# Sysctls of a node with swap. Raised watermarks on a node without swap can livelock it, so they come after swapon, and
# the values found are kept and put back before swap goes.

readonly saved_sysctls=/run/eks-swap/sysctls

apply_sysctls() {
  local memory min_free_kbytes watermark_scale_factor
  # The first line is MemTotal, in KiB.
  read -r _ memory _ </proc/meminfo
  read -r min_free_kbytes watermark_scale_factor <<<"$(automatic_watermarks $((memory * 1024)))"
  [[ $EKS_SWAP_MIN_FREE_KBYTES == auto ]] || min_free_kbytes=$EKS_SWAP_MIN_FREE_KBYTES
  [[ $EKS_SWAP_WATERMARK_SCALE_FACTOR == auto ]] || watermark_scale_factor=$EKS_SWAP_WATERMARK_SCALE_FACTOR
  save_sysctls
  set_sysctl swappiness "$EKS_SWAP_SWAPPINESS"
  set_sysctl min_free_kbytes "$min_free_kbytes"
  set_sysctl watermark_scale_factor "$watermark_scale_factor"
  [[ $EKS_SWAP_PAGE_CLUSTER == auto ]] || set_sysctl page-cluster "$EKS_SWAP_PAGE_CLUSTER"
}

# min_free_kbytes and watermark_scale_factor: automaticWatermarks() of swap/watermarks.ts is the same arithmetic.
automatic_watermarks() {
  local memory=$1 threshold=$EKS_SWAP_EVICTION_THRESHOLD bytes wanted
  [[ $threshold != *% ]] || threshold=$((memory * $(thousandths "${threshold%\%}") / 100000))
  bytes=$((memory / 100))
  bytes=$((bytes < 1073741824 ? bytes : 1073741824))
  bytes=$((bytes > threshold * 5 / 4 ? bytes : threshold * 5 / 4))
  bytes=$((bytes < memory / 20 ? bytes : memory / 20))
  wanted=$(((threshold - bytes) * 10000 / memory + 1))
  wanted=$((wanted > 100 ? wanted : 100))
  wanted=$((wanted < 1000 ? wanted : 1000))
  echo "$((bytes / 1024)) $wanted"
}

# A number with decimals, of which three count.
thousandths() {
  local decimals=${1#"${1%%.*}"}
  decimals=${decimals#.}000
  echo $((10#${1%%.*} * 1000 + 10#${decimals:0:3}))
}

save_sysctls() {
  [[ ! -e $saved_sysctls ]] || return 0
  local name value
  for name in swappiness min_free_kbytes watermark_scale_factor page-cluster; do
    read -r value <"/proc/sys/vm/$name"
    echo "$name $value"
  done >"$saved_sysctls.new"
  mv "$saved_sysctls.new" "$saved_sysctls"
}

set_sysctl() {
  echo "$2" >"/proc/sys/vm/$1" || echo "eks-swap: vm.$1 could not be set to $2"
}

restore_sysctls() {
  local name value
  [[ -e $saved_sysctls ]] || return 0
  while read -r name value; do
    set_sysctl "$name" "$value"
  done <"$saved_sysctls"
  rm -f "$saved_sysctls"
}
