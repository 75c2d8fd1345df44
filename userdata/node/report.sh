# shellcheck shell=bash
# The truth about this boot: /run/eks-swap/status.json, the journal, the console and the Node's label.

readonly state=/run/eks-swap
readonly verdict=$state/status.json
readonly kubelet_environment=/etc/eks/kubelet/environment
mkdir -p "$state"
failures='[]'
failure=''

# Remembers why the current step failed; always returns 1, so that a step can end with it.
fail() {
  failure=$1
  return 1
}

report_failure() {
  echo "eks-swap: $1: $failure"
  failures=$(jq -c --arg backing "$1" --arg reason "$failure" '. + [{backing: $backing, reason: $reason}]' <<<"$failures")
}

report_swap() {
  give_verdict "$@"
  echo "eks-swap: $3 bytes of swap on $1 ($2), asked for $EKS_SWAP_SIZE_BYTES"
}

report_no_swap() {
  give_verdict none '' 0
  case $EKS_SWAP_ON_FAILURE in
    block) echo "eks-swap: no backing gave swap: the kubelet is kept from starting" ;;
    *) echo "eks-swap: no backing gave swap: the node joins without" ;;
  esac
}

verdict_given() { [[ -s $verdict ]]; }

repeat_verdict() {
  echo "eks-swap: already decided for this boot, see $verdict"
  jq -e '.backing != "none"' "$verdict" >/dev/null
}

# Written beside and renamed: a reader never sees half a verdict.
give_verdict() {
  label_node "$1"
  jq -n --arg backing "$1" --arg device "$2" --argjson bytes "$3" --argjson asked "$EKS_SWAP_SIZE_BYTES" \
    --argjson seconds "$SECONDS" --argjson failures "$failures" \
    '{backing: $backing, device: $device, bytes: $bytes, askedBytes: $asked, seconds: $seconds, failures: $failures}' \
    >"$verdict.new" && mv "$verdict.new" "$verdict"
}

# The label is known only now, so it is added to the arguments that nodeadm wrote; the kubelet collects the labels of
# every --node-labels flag, and the last EnvironmentFile of its unit wins.
label_node() {
  local arguments
  arguments=$(grep '^NODEADM_KUBELET_ARGS=".*"$' "$kubelet_environment") || {
    echo "eks-swap: $kubelet_environment has no NODEADM_KUBELET_ARGS: the node gets no eks-swap/backing label"
    return
  }
  echo "${arguments%\"} --node-labels=eks-swap/backing=$1\"" >"$state/kubelet.env"
}
