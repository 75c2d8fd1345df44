# shellcheck shell=bash
# The truth about this boot: /run/eks-swap/status.json, the journal, the console and the Node's label.

readonly state=/run/eks-swap verdict=/run/eks-swap/status.json kubelet_env=/etc/eks/kubelet/environment
mkdir -p "$state"
failures='' failure=''

say() { echo "eks-swap: $*"; }

# Remembers why the current step failed; always returns 1, so that a step can end with it.
fail() {
  failure=$1
  return 1
}

report_failure() {
  say "$1: $failure"
  failures+=${failures:+,}$(jq -cn --arg backing "$1" --arg reason "$failure" '{$backing, $reason}')
}

report_swap() {
  give_verdict "$@" || return
  say "$3 bytes of swap on $1 ($2), asked for $SIZE_BYTES"
}

report_no_swap() {
  local result='the node joins without'
  give_verdict none '' 0
  [[ $ON_FAILURE != block ]] || result='the kubelet is kept from starting'
  say "no backing worked: $result"
}

# Ends the script when this boot has its verdict: the kubelet samples swap when it starts, so a later start must find
# what the first one found. Under block no kubelet has run after "none", and the backings may be tried again.
keep_verdict() {
  [[ -s $verdict ]] || return 0
  [[ $(<"$verdict") == *'"backing":"none"'* ]] || exit 0
  [[ $ON_FAILURE == continue ]] || return 0
  say "this boot goes on without swap, see $verdict"
  exit 1
}

give_verdict() {
  label_node "$1" && replace_file "$verdict" \
    "{\"backing\":\"$1\",\"device\":\"$2\",\"bytes\":$3,\"askedBytes\":$SIZE_BYTES,\"seconds\":$SECONDS,\"failures\":[$failures]}"
}

# Under a temporary name first: a reader never sees half a file. Fails where /run is full or read-only.
replace_file() {
  { echo "$2" >"$1.new" && mv "$1.new" "$1"; } || fail "$1 cannot be written"
}

# The label is known only now, so it is added to the arguments that nodeadm wrote; the kubelet collects the labels of
# every --node-labels flag, and the last EnvironmentFile of its unit wins. The arguments stand there unquoted since
# https://github.com/awslabs/amazon-eks-ami/pull/1880.
label_node() {
  if [[ $'\n'$(<"$kubelet_env") =~ $'\nNODEADM_KUBELET_ARGS='[^$'\n']* ]]; then
    replace_file "$state/kubelet.env" "${BASH_REMATCH[0]:1} --node-labels=eks-swap/backing=$1"
  else
    say "$kubelet_env has no NODEADM_KUBELET_ARGS: the node gets no eks-swap/backing label"
  fi
}
