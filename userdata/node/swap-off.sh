#!/bin/bash
# ExecStop of eks-swap.service: puts the sysctls back, then takes swap away.
set -euo pipefail

# The next boot makes the file again. systemd's own jobs would turn swap off while containers still run, and what is read
# back into their memory limits gets them killed; without these jobs it does so when all processes have ended.
if [[ $(systemctl is-system-running) == stopping ]]; then
  mapfile -t jobs < <(systemctl list-jobs --plain --no-legend '*.swap' | awk '{print $1}')
  ((${#jobs[@]} == 0)) || systemctl cancel "${jobs[@]}"
  exit 0
fi

# shellcheck source=/dev/null
. "${0%/*}/functions.sh"

rm -f /run/eks-swap/status.json /run/eks-swap/kubelet.env
restore_parameters
for backing in $BACKINGS; do
  remove_swap "$backing"
done
