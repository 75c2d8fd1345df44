#!/bin/bash
# ExecStart of eks-swap.service: tries the backings in order until one works, and reports the result.
# Every step can be repeated, so that a start after a crash between any two of them ends the same way.
# Few commands: each costs a process at the point where the kubelet waits.
set -uo pipefail
export LC_ALL=C

# shellcheck source=/dev/null
. "${0%/*}/functions.sh"

give_up() {
  trap '' TERM
  # A background job could set its value again after it was put back.
  wait
  for backing in $BACKINGS; do
    remove_swap "$backing"
  done
  restore_parameters
  report_no_swap
  exit 1
}

keep_verdict

systemctl set-property --runtime init.scope MemorySwapMax=0 || say "init.scope is not kept out of swap" &
# Read while swap is made: jq takes as long to start as all of that.
exec 3< <(kubelet_settings)
chosen='' backing='' device=''
# systemd's TimeoutStartSec ends this script and what it runs with SIGTERM: better no swap than swap that nobody knows of.
trap 'fail "not done in time"; report_failure "${chosen:-$backing}"; give_up' TERM
for backing in $BACKINGS; do
  if [[ -z $chosen ]]; then
    save_parameters && make_swap "$backing" && kubelet_accepts_swap && hold_pods && turn_on_swap "$backing" &&
      chosen=$backing && continue
    report_failure "$backing"
  fi
  remove_swap "$backing"
done

[[ -n $chosen ]] || give_up
set_parameters
swap_device "$chosen"
wait
# Swap that nobody knows of is worse than none.
report_swap "$chosen" "$device" "$(swap_size "$device")" || { report_failure "$chosen"; give_up; }
