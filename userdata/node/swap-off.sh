#!/bin/bash
# ExecStop of eks-swap.service: puts the sysctls back, then takes swap away.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# The next boot makes the file anew. systemd's own jobs would turn swap off while containers still run, and what is read
# back into their memory limits gets them killed; without these jobs it does so when all processes have ended.
if [[ $(systemctl is-system-running) == stopping ]]; then
  mapfile -t jobs < <(systemctl list-jobs --plain --no-legend '*.swap' | awk '{print $1}')
  ((${#jobs[@]} == 0)) || systemctl cancel "${jobs[@]}"
  exit 0
fi

readonly library=/usr/local/lib/eks-swap
# shellcheck source=sysctls.sh
. "$library/sysctls.sh"
# shellcheck source=swap-file.sh
. "$library/swap-file.sh"

rm -f /run/eks-swap/status.json /run/eks-swap/kubelet.env
restore_sysctls
for backing in $EKS_SWAP_BACKINGS; do
  remove_swap_file "$backing"
done
