// What the canary of verify needs in a machine that can pull no image and has no network of pods.
import { MOUNT_POINT } from "../node/disk";

/** An image with `cat`. */
export const CANARY_IMAGE = "localhost/cat:1";

/** Bash that makes an image of the machine's own `cat`, and a network plugin that gives pods an address and nothing else. */
export const CANARY_EQUIPMENT = `
  work=$(mktemp -d)
  mkdir "$work/root" "$work/image"
  cp --parents -L /bin/cat $(ldd /bin/cat | grep -o '/[^ ]*') "$work/root"
  tar --create --file "$work/image/layer.tar" --directory "$work/root" .
  layer=$(sha256sum "$work/image/layer.tar" | cut -d ' ' -f 1)
  cat >"$work/image/config.json" <<END
{"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:$layer"]}}
END
  echo '[{"Config": "config.json", "RepoTags": ["${CANARY_IMAGE}"], "Layers": ["layer.tar"]}]' >"$work/image/manifest.json"
  tar --create --file "$work/image.tar" --directory "$work/image" .
  ${MOUNT_POINT}/bin/ctr --namespace k8s.io images import "$work/image.tar"
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
  ln -s none /opt/cni/bin/loopback`;
