# shellcheck shell=bash
# What the kubelet of this node will make of swap: with failSwapOn, its default, a node with swap never joins.

readonly kubelet_config=/etc/kubernetes/kubelet/config.json

# From what swap-on.sh had read as descriptor 3. Sets reserved_bytes too: the memory that the kubelet keeps from pods for the
# system.
kubelet_accepts_swap() {
  local words=() word
  # shellcheck disable=SC2034 # sysctls.sh needs reserved_bytes.
  [[ -n ${fail_swap_on-} ]] || read -r reserved_bytes fail_swap_on <&3
  # A flag wins over the file, the last one over those before it; without a value it means true.
  read -r -d '' -a words <"${kubelet_env:?}"
  for word in "${words[@]}"; do
    word=${word//\"/}
    case ${word#NODEADM_KUBELET_ARGS=} in
      --fail-swap-on) fail_swap_on=true ;;
      --fail-swap-on=*) fail_swap_on=${word##*=} ;;
    esac
  done
  case $fail_swap_on in
    false) ;;
    '' | /*) fail "the kubelet's configuration (${fail_swap_on:-$kubelet_config}) cannot be read: write it as JSON" ;;
    *) fail "the kubelet refuses swap: failSwapOn is $fail_swap_on" ;;
  esac
}

# The memory that the kubelet reserves in bytes, and failSwapOn or, in its place, the file that cannot be read.
kubelet_settings() {
  local files=("$kubelet_config") file json='' one
  shopt -s dotglob nullglob
  drop_ins "$kubelet_config.d"
  one=$(merge "${files[@]}" 2>/dev/null) && echo "$one" && return
  for file in "${files[@]}"; do
    # The Python and PyYAML that cloud-init runs on. The kubelet reads the first document of a file.
    json+=$(jq -ce objects "$file" 2>/dev/null || /usr/bin/python3 -c 'import json, yaml
print(json.dumps({**next(yaml.safe_load_all(open(0, "rb")))}, default=str))' <"$file") || { echo "0 $file"; return; }
  done
  merge <<<"$json"
}

# null takes a setting back to its default; an amount of kubeReserved or systemReserved of which nothing can be made counts
# as 0. https://kubernetes.io/docs/reference/node/kubelet-config-directory-merging/
merge() {
  jq -rs '
    {k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1048576, Gi: 1073741824, "": 1} as $units |
    def bytes: try (tostring | capture("^(?<n>[0-9.e]+)(?<u>.*)$") | (.n | tonumber) * $units[.u]) catch 0;
    reduce .[] as $file ({}; . * $file) |
    "\([.kubeReserved, .systemReserved | .memory? // 0 | bytes] | add | floor) \(.failSwapOn != false)"' "$@"
}

# Adds to files what the kubelet reads of a folder: every *.conf below it, in lexical order, without following links to
# folders. https://pkg.go.dev/path/filepath#WalkDir
drop_ins() {
  local path
  if [[ -d $1 && ! -L $1 ]]; then
    for path in "$1"/*; do drop_ins "$path"; done
  elif [[ $1 == *.conf ]]; then
    files+=("$1")
  fi
}
