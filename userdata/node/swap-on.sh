#!/bin/bash
# ExecStart of eks-swap.service: climbs the ladder of backings until one gives swap, and says what came of it.
# Every step can be repeated, so that a start after a crash between any two of them ends the same way.
# shellcheck source-path=SCRIPTDIR
set -uo pipefail
export LC_ALL=C

readonly library=/usr/local/lib/eks-swap
# shellcheck source=report.sh
. "$library/report.sh"
# shellcheck source=kubelet-config.sh
. "$library/kubelet-config.sh"
# shellcheck source=swap-file.sh
. "$library/swap-file.sh"
# shellcheck source=system-slices.sh
. "$library/system-slices.sh"
# shellcheck source=sysctls.sh
. "$library/sysctls.sh"

# A verdict holds for the whole boot: the kubelet samples swap when it starts, so a later restart must find the same.
if verdict_given; then
  repeat_verdict
  exit
fi

chosen=''
for backing in $EKS_SWAP_BACKINGS; do
  if [[ -n $chosen ]]; then
    remove_swap_file "$backing"
  elif kubelet_accepts_swap && make_swap "$backing"; then
    chosen=$backing
  else
    report_failure "$backing"
    remove_swap_file "$backing"
  fi
done

if [[ -z $chosen ]]; then
  report_no_swap
  exit 1
fi
keep_system_slices_out_of_swap
apply_sysctls
device=$(swap_file "$chosen")
report_swap "$chosen" "$device" "$(swap_size "$device")"
