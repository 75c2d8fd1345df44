#!/bin/bash
# canary-equipment.sh IMAGE PROGRAMS: makes an image of the machine's own `cat` for containerd, whose `ctr` is in the folder
# PROGRAMS, and a network plugin that gives pods an address and nothing else.
set -euo pipefail
readonly image=$1 programs=$2

work=$(mktemp -d)
mkdir "$work/root" "$work/image"
mapfile -t libraries < <(ldd /bin/cat | grep -o '/[^ ]*')
cp --parents -L /bin/cat "${libraries[@]}" "$work/root"
tar --create --file "$work/image/layer.tar" --directory "$work/root" .
layer=$(sha256sum "$work/image/layer.tar" | cut -d ' ' -f 1)
cat >"$work/image/config.json" <<END
{"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]}}
END
echo '[{"Config": "config.json", "RepoTags": ["'"$image"'"], "Layers": ["layer.tar"]}]' >"$work/image/manifest.json"
tar --create --file "$work/image.tar" --directory "$work/image" .
"$programs/ctr" --namespace k8s.io images import "$work/image.tar"

mkdir -p /opt/cni/bin
cat >/opt/cni/bin/none <<'END'
#!/bin/bash
address=10.42.0.77/32
[[ $CNI_IFNAME != lo ]] || address=127.0.0.1/8
interfaces='[{"name": "'"$CNI_IFNAME"'", "sandbox": "'"$CNI_NETNS"'"}]'
case $CNI_COMMAND in
  ADD) echo '{"cniVersion": "1.0.0", "interfaces": '"$interfaces"', "ips": [{"address": "'"$address"'", "interface": 0}]}' ;;
  VERSION) echo '{"cniVersion": "1.0.0", "supportedVersions": ["0.3.1", "1.0.0"]}' ;;
esac
END
chmod +x /opt/cni/bin/none
ln -sf none /opt/cni/bin/loopback
