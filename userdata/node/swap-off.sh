#!/bin/bash
# ExecStop of eks-swap.service: puts the sysctls back, then takes swap away.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail

# Reading all swap back would hold up the shutdown; the next boot makes the file anew.
if [[ $(systemctl is-system-running) == stopping ]]; then exit 0; fi

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
