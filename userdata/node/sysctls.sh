# shellcheck shell=bash
# Kernel parameters of a node with swap. Raised watermarks on a node without swap can livelock it, so they come after
# swapon, and the values found are kept and put back before swap goes.

readonly vm=/proc/sys/vm saved_parameters=/run/eks-swap/parameters

set_parameters() {
  local min_free scale_factor memory available
  # The first three lines: MemTotal, MemFree and MemAvailable, in KiB.
  { read -r _ memory _ && read -r _ && read -r _ available _; } </proc/meminfo
  read -r min_free scale_factor \
    <<<"$(automatic_watermarks $((memory * 1024)) $((${reserved_bytes:-0} - (memory - available) * 1024)))"
  [[ $MIN_FREE_KBYTES == auto ]] || min_free=$MIN_FREE_KBYTES
  [[ $WATERMARK_SCALE_FACTOR == auto ]] || scale_factor=$WATERMARK_SCALE_FACTOR
  save_parameters
  set_parameter $vm/swappiness "$SWAPPINESS"
  set_parameter $vm/min_free_kbytes "$min_free"
  set_parameter $vm/watermark_scale_factor "$scale_factor"
  [[ $PAGE_CLUSTER == auto ]] || set_parameter $vm/page-cluster "$PAGE_CLUSTER"
  [[ -z ${ZSWAP_MAX_POOL_PERCENT-} ]] || enable_zswap
}

# min_free_kbytes and watermark_scale_factor from bytes of RAM and those of it that are reserved for the system and not
# used by it: automaticWatermarks() of swap/watermarks.ts is the same arithmetic.
automatic_watermarks() {
  local memory=$1 unused=$2 threshold=$EVICTION_THRESHOLD bytes wanted
  # Thousandths of a percent.
  [[ $threshold != *m% ]] || threshold=$((memory * ${threshold%m%} / 100000))
  bytes=$((memory / 100))
  bytes=$((bytes < 1 << 30 ? bytes : 1 << 30))
  bytes=$((bytes > threshold * 5 / 4 ? bytes : threshold * 5 / 4))
  bytes=$((bytes < memory / 20 ? bytes : memory / 20))
  # Without a threshold the kubelet watches neither signal.
  unused=$((threshold > 0 && unused > 0 ? unused : 0))
  wanted=$(((threshold + unused - bytes) * 10000 / memory + 1))
  wanted=$((wanted > 100 ? wanted : 100))
  wanted=$((wanted < 1000 ? wanted : 1000))
  echo "$((bytes / 1024)) $wanted"
}

save_parameters() {
  [[ ! -e $saved_parameters ]] || return 0
  local file value
  for file in $vm/{swappiness,min_free_kbytes,watermark_scale_factor,page-cluster} \
    ${zswap:+"$zswap/enabled" "$zswap/max_pool_percent"}; do
    [[ ! -e $file ]] || { read -r value <"$file" && echo "$file $value"; }
  done >"$saved_parameters.new"
  mv "$saved_parameters.new" "$saved_parameters"
}

set_parameter() {
  echo "$2" >"$1" || echo "eks-swap: $1 could not be set to $2"
}

restore_parameters() {
  local file value
  [[ -e $saved_parameters ]] || return 0
  while read -r file value; do
    set_parameter "$file" "$value"
  done <"$saved_parameters"
  rm -f "$saved_parameters"
}
