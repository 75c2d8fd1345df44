#!/bin/bash
# in-cgroups.sh NUMBER CGROUP... COMMAND...: runs the command in that many cgroups.
set -euo pipefail
readonly number=$1
shift
for group in "${@:1:number}"; do
  echo $$ >"$group/cgroup.procs"
done
exec "${@:number+1}"
