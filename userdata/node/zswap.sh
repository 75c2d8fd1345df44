# shellcheck shell=bash
# zswap: a compressed cache in RAM before the disk. Kernels without it, as Debian's cloud kernels, just swap.

readonly zswap=/sys/module/zswap/parameters

enable_zswap() {
  [[ -e $zswap/enabled ]] || { say "this kernel has no zswap"; return; }
  set_parameter "$zswap/max_pool_percent" "$ZSWAP_MAX_POOL_PERCENT"
  set_parameter "$zswap/enabled" Y
}
