# shellcheck shell=bash
# Kernel parameters of a node with swap, and memory.high of its pods. Raised watermarks on a node without swap can livelock
# it, so they come after swapon. The values found are kept before anything is set, and put back before swap goes.

readonly vm=/proc/sys/vm saved=/run/eks-swap/parameters

set_parameters() {
  local min_free=$MIN_FREE_KBYTES
  [[ $min_free != auto ]] || min_free=$(automatic_min_free)
  set_parameter $vm/swappiness "$SWAPPINESS"
  set_parameter $vm/min_free_kbytes "$min_free"
  set_parameter $vm/watermark_scale_factor "${WATERMARK_SCALE_FACTOR/auto/100}"
  set_parameter $vm/page-cluster "$PAGE_CLUSTER"
  [[ -z ${ZSWAP_MAX_POOL_PERCENT-} ]] || enable_zswap
}

# min_free_kbytes by RAM: automaticWatermarks() of swap/watermarks.ts is the same arithmetic.
automatic_min_free() {
  local memory threshold bytes
  read_memory
  bytes=$((memory / 100))
  bytes=$((bytes < 1 << 30 ? bytes : 1 << 30))
  bytes=$((bytes > threshold * 5 / 4 ? bytes : threshold * 5 / 4))
  bytes=$((bytes < memory / 20 ? bytes : memory / 20))
  echo $((bytes / 1024))
}

# memory.high of all pods by RAM, set in the background: podsMemoryHighBytes() of swap/watermarks.ts is the
# same arithmetic.
hold_pods() {
  [[ $WATERMARK_SCALE_FACTOR == auto ]] || return 0
  local memory threshold high
  read_memory
  high=$((memory - ${reserved_bytes:-0} - threshold - (32 << 20)))
  # Without a threshold the kubelet watches no memory.
  ((threshold == 0 || high <= 0)) || set_pods_high $high &
}

# The kubelet makes kubepods.slice later; systemd then adds what was set before.
set_pods_high() {
  systemctl set-property --runtime kubepods.slice MemoryHigh="$1" || say "MemoryHigh of pods could not be set to $1"
}

# RAM and the kubelet's threshold in bytes; a percentage is given in thousandths.
read_memory() {
  read -r _ memory _ </proc/meminfo
  memory=$((memory * 1024))
  threshold=$EVICTION_THRESHOLD
  [[ $threshold != *m% ]] || threshold=$((memory * ${threshold%m%} / 100000))
}

save_parameters() {
  [[ ! -e $saved ]] || return 0
  local file
  replace_file "$saved" "$(
    for file in $vm/{swappiness,min_free_kbytes,watermark_scale_factor,page-cluster} \
      ${zswap:+"$zswap/enabled" "$zswap/max_pool_percent"}; do
      [[ ! -e $file ]] || echo "$file $(<"$file")"
    done
  )"
}

set_parameter() {
  echo "$2" >"$1" || say "$1 could not be set to $2"
}

restore_parameters() {
  local file value
  [[ -e $saved ]] || return 0
  while read -r file value; do
    set_parameter "$file" "$value"
  done <"$saved"
  [[ $WATERMARK_SCALE_FACTOR != auto ]] || set_pods_high infinity
  rm -f "$saved"
}
