# shellcheck shell=bash
# The truth about this boot: /run/eks-swap/status.json, the journal, the console and the Node's label.

readonly state=/run/eks-swap kubelet_environment=/etc/eks/kubelet/environment
readonly verdict=$state/status.json
mkdir -p "$state"
failures=''
failure=''

# Remembers why the current step failed; always returns 1, so that a step can end with it.
fail() {
  failure=$1
  return 1
}

report_failure() {
  echo "eks-swap: $1: $failure"
  failures+=${failures:+,}$(jq -cn --arg backing "$1" --arg reason "$failure" '{$backing, $reason}')
}

report_swap() {
  give_verdict "$@"
  echo "eks-swap: $3 bytes of swap on $1 ($2), asked for $SIZE_BYTES"
}

report_no_swap() {
  give_verdict none '' 0
  case $ON_FAILURE in
    block) echo "eks-swap: no backing gave swap: the kubelet is kept from starting" ;;
    *) echo "eks-swap: no backing gave swap: the node joins without" ;;
  esac
}

# Ends the script when this boot has its verdict: the kubelet samples swap when it starts, so a later start must find
# what the first one found. Under block no kubelet has run after "none", and the ladder may be climbed again.
keep_verdict() {
  [[ -s $verdict ]] || return 0
  if [[ $(<"$verdict") != *'"backing":"none"'* ]]; then exit 0; fi
  [[ $ON_FAILURE == continue ]] || return 0
  echo "eks-swap: this boot goes on without swap, see $verdict"
  exit 1
}

# Written beside and renamed: a reader never sees half a verdict.
give_verdict() {
  label_node "$1"
  printf '{"backing":"%s","device":"%s","bytes":%d,"askedBytes":%d,"seconds":%d,"failures":[%s]}\n' \
    "$1" "$2" "$3" "$SIZE_BYTES" "$SECONDS" "$failures" >"$verdict.new" && mv "$verdict.new" "$verdict"
}

# The label is known only now, so it is added to the arguments that nodeadm wrote; the kubelet collects the labels of
# every --node-labels flag, and the last EnvironmentFile of its unit wins. The arguments stand there unquoted since
# https://github.com/awslabs/amazon-eks-ami/pull/1880.
label_node() {
  local line
  while read -r line || [[ -n $line ]]; do
    [[ $line == NODEADM_KUBELET_ARGS=* ]] || continue
    echo "$line --node-labels=eks-swap/backing=$1" >"$state/kubelet.env"
    return
  done <"$kubelet_environment"
  echo "eks-swap: $kubelet_environment has no NODEADM_KUBELET_ARGS: the node gets no eks-swap/backing label"
}
