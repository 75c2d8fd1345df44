# shellcheck shell=bash
# What the kubelet of this node will make of swap: with failSwapOn, its default, a node with swap never joins.

readonly kubelet_config=/etc/kubernetes/kubelet/config.json

kubelet_accepts_swap() {
  local fail_swap_on=''
  read_fail_swap_on_flag
  [[ -n $fail_swap_on ]] || fail_swap_on=$(fail_swap_on_setting) || {
    fail "the kubelet's configuration ($kubelet_config) cannot be read"
    return
  }
  [[ $fail_swap_on == false ]] || fail "the kubelet refuses swap: failSwapOn is $fail_swap_on"
}

# A flag wins over the configuration file, the last one over those before it; without a value it means true.
read_fail_swap_on_flag() {
  local words=() word
  read -r -d '' -a words <"${kubelet_environment:?}"
  for word in "${words[@]}"; do
    word=${word//\"/}
    case ${word#NODEADM_KUBELET_ARGS=} in
      --fail-swap-on) fail_swap_on=true ;;
      --fail-swap-on=*) fail_swap_on=${word##*=} ;;
    esac
  done
}

# Drop-ins are merged in the order of their names; null takes a setting back to its default.
fail_swap_on_setting() {
  local files=("$kubelet_config") drop_in
  for drop_in in "$kubelet_config".d/*.conf; do
    [[ -e $drop_in ]] && files+=("$drop_in")
  done
  jq -s 'reduce .[] as $file (true; if $file | has("failSwapOn") then $file.failSwapOn != false else . end)' "${files[@]}"
}
