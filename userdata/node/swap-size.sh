# shellcheck shell=bash
# The size of a pool that asks for a share of RAM; SIZE_BYTES is the most until then. swapBytes() of
# swap/size.ts is the same arithmetic.

# The first line is MemTotal, in KiB.
read -r _ share _ </proc/meminfo
share=$((share * 1024 * SIZE_PERCENT / 100 / 1048576 * 1048576))
((share >= SIZE_BYTES)) || SIZE_BYTES=$share
((MINIMUM_BYTES <= SIZE_BYTES)) || MINIMUM_BYTES=$SIZE_BYTES
