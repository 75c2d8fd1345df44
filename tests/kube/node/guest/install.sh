#!/bin/bash
# Puts the real kubelet and containerd in the place of the rig's stand-ins, and gives the node the network that EC2 gives it.
# Runs before nodeadm and cloud-init, from the mounted equipment disk.
set -euo pipefail
equipment=$(dirname "$(realpath "$0")")

modprobe -a virtio_net overlay
ip link set eth0 up
ip address add 10.0.2.15/24 dev eth0
ip address add "$(<"$equipment/node-address")/32" dev eth0
ip route add default via 10.0.2.2
# Both are in every AMI, and containerd copies them for pods on the host's network.
[[ -e /etc/hosts ]] || echo '127.0.0.1 localhost' > /etc/hosts
[[ -e /etc/resolv.conf ]] || echo 'nameserver 10.0.2.3' > /etc/resolv.conf

# The kubelet makes these slices itself; the rig has files of them for its stand-in.
rm -f /etc/systemd/system/kubepods.slice /etc/systemd/system/kubepods-burstable.slice
mkdir -p /etc/systemd/system/containerd.service.d /etc/kubernetes/manifests
cp "$equipment/containerd.conf" /etc/systemd/system/containerd.service.d/10-real.conf
[[ -e /usr/local/lib/rig/kubelet-stand-in ]] || cp /usr/bin/kubelet /usr/local/lib/rig/kubelet-stand-in
mount --bind "$equipment/kubelet" /usr/bin/kubelet
systemctl daemon-reload
