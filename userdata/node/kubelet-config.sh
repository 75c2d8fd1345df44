# shellcheck shell=bash
# What the kubelet of this node will make of swap: with failSwapOn, its default, a node with swap never joins.

readonly kubelet_config=/etc/kubernetes/kubelet/config.json

# From what swap-on.sh had read as descriptor 3. Sets reserved_bytes too: the memory that the kubelet keeps from pods for the
# system.
kubelet_accepts_swap() {
  # shellcheck disable=SC2034 # sysctls.sh needs reserved_bytes.
  [[ -n ${fail_swap_on-} ]] || read -r fail_swap_on reserved_bytes <&3
  read_fail_swap_on_flag
  [[ -n $fail_swap_on ]] || fail "the kubelet's configuration ($kubelet_config) cannot be read" || return
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

# failSwapOn, and the memory of kubeReserved and systemReserved in bytes; an amount of which nothing can be made counts
# as 0. Drop-ins are merged in the order of their names; null takes a setting back to its default.
kubelet_settings() {
  local files=("$kubelet_config") drop_in
  for drop_in in "$kubelet_config".d/*.conf; do
    [[ -e $drop_in ]] && files+=("$drop_in")
  done
  jq -rs '
    {k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1048576, Gi: 1073741824, "": 1} as $units |
    def bytes: try (tostring | capture("^(?<n>[0-9.e]+)(?<u>.*)$") | (.n | tonumber) * $units[.u]) catch 0;
    reduce .[] as $file ({}; . * $file) |
    "\(.failSwapOn != false) \([.kubeReserved, .systemReserved | .memory? // 0 | bytes] | add | floor)"' "${files[@]}"
}
