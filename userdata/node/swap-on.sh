#!/bin/bash
# ExecStart of eks-swap.service: climbs the ladder of backings until one gives swap, and says what came of it.
# Every step can be repeated, so that a start after a crash between any two of them ends the same way.
# Few commands: each costs a process at the point where the kubelet waits.
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
# shellcheck source=sysctls.sh
. "$library/sysctls.sh"

give_up() {
  trap '' TERM
  for backing in $EKS_SWAP_BACKINGS; do
    remove_swap_file "$backing"
  done
  restore_sysctls
  report_no_swap
  exit 1
}

keep_verdict

systemctl set-property --runtime init.scope MemorySwapMax=0 || echo "eks-swap: init.scope is not kept out of swap" &
chosen=''
backing=''
# systemd's TimeoutStartSec ends this script and what it runs with SIGTERM: better no swap than swap that nobody knows of.
trap 'fail "not done in time"; report_failure "${chosen:-$backing}"; give_up' TERM
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

[[ -n $chosen ]] || give_up
apply_sysctls
device=$(swap_file "$chosen")
wait
report_swap "$chosen" "$device" "$(swap_size "$device")"
