#!/bin/bash
# Builds the node's disk (20 GiB, one XFS partition, like the AL2023 image), its kernel and a small initial ramdisk.
# usage: build.sh OUTPUT-FOLDER; needs root, qemu-utils, mmdebstrap, fdisk, xfsprogs and a Debian mirror.
# The mirror is http://deb.debian.org/debian unless EKS_SWAP_DEBIAN_MIRROR names another.
set -euo pipefail
output=$1
here=$(dirname "$(realpath "$0")")
mirror=${EKS_SWAP_DEBIAN_MIRROR:-http://deb.debian.org/debian}
kernel_series=6.12
mkdir -p "$output"
disk=$output/root.raw
tree=$(mktemp -d)
loop=''
finish() {
  mountpoint -q "$tree" && umount "$tree"
  [[ -n $loop ]] && losetup --detach "$loop"
  rmdir "$tree"
}
trap finish EXIT

rm -f "$disk"
truncate --size=20G "$disk"
sfdisk --quiet "$disk" <<< $'label: gpt\nstart=1MiB, type=linux, name=Linux'
# The partition by its offset: a container has no udev that would make a device node for it. GPT's copy takes the last 33 sectors.
loop=$(losetup --find --show --offset $((1024 * 1024)) --sizelimit $((20 * 1024 * 1024 * 1024 - 2 * 1024 * 1024)) "$disk")
mkfs.xfs -q -L eks-root "$loop"
mount "$loop" "$tree"

packages=$(paste -sd, "$here/packages.txt")
mmdebstrap --variant=minbase --skip=cleanup/apt/lists --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$tree" "deb $mirror bookworm main" "deb $mirror bookworm-backports main"

# The kernel is unpacked, not installed: its maintainer scripts would build a general ramdisk that takes long to boot.
kernel_package=$(chroot "$tree" apt-cache pkgnames "linux-image-$kernel_series." | grep -E '[+]deb12(\.[0-9]+)?-amd64$' | sort -V | tail -n 1) || true
[[ -n $kernel_package ]] || { echo "no Linux $kernel_series in bookworm-backports on $mirror" >&2; exit 1; }
chroot "$tree" sh -c "cd /tmp && apt-get download -qq $kernel_package"
dpkg-deb --fsys-tarfile "$tree"/tmp/linux-image-*.deb | tar --extract --directory="$tree" --keep-directory-symlink
rm "$tree"/tmp/linux-image-*.deb
rm -rf "$tree"/var/lib/apt/lists/*
release=$(basename "$tree"/lib/modules/*)
chroot "$tree" depmod "$release"
cp "$tree/boot/vmlinuz-$release" "$output/vmlinuz"

cp -r --no-preserve=ownership "$here/rootfs/." "$tree/"
echo eks-node > "$tree/etc/hostname"
echo 'LABEL=eks-root / xfs defaults,noatime 0 0' > "$tree/etc/fstab"
: > "$tree/etc/machine-id"
# AL2023's cloud-init units lack what Debian's add: nodeadm-config could not stand before cloud-init, nodeadm-run not after it.
for unit in cloud-init-local cloud-init cloud-config cloud-final; do
  sed --in-place --regexp-extended '/^(Before=sysinit\.target|After=multi-user\.target)$/d' "$tree/lib/systemd/system/$unit.service"
done
chroot "$tree" systemctl --quiet enable nodeadm-config.service nodeadm-run.service rig-user-data.service
chroot "$tree" systemctl --quiet mask getty.target serial-getty@ttyS0.service systemd-logind.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer mdcheck_continue.timer mdcheck_start.timer \
  mdmonitor-oneshot.timer mdmonitor.service cloud-init-hotplugd.socket systemd-networkd.service systemd-pstore.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service

ramdisk=$(mktemp -d)
mkdir -p "$ramdisk"/{bin,modules,proc,sys,dev,root}
cp "$tree/bin/busybox" "$ramdisk/bin/busybox"
number=100
while read -r _ module _; do
  [[ -e $ramdisk/modules/$(basename "${module%.xz}").done ]] && continue
  touch "$ramdisk/modules/$(basename "${module%.xz}").done"
  case $module in
    *.xz) chroot "$tree" xz --decompress --stdout "$module" > "$ramdisk/modules/$number-$(basename "${module%.xz}")" ;;
    *) cp "$tree$module" "$ramdisk/modules/$number-$(basename "$module")" ;;
  esac
  number=$((number + 1))
done < <(chroot "$tree" modprobe --set-version "$release" --show-depends --all nvme xfs crc32c_generic | grep '^insmod ')
rm -f "$ramdisk"/modules/*.done
cat > "$ramdisk/init" << 'INIT'
#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
# As AL2023's kernels start: https://docs.aws.amazon.com/linux/al2023/ug/kernel-mglru-al2023.html and, since Bottlerocket's
# are built with AL2023's configuration and name what differs,
# https://github.com/bottlerocket-os/bottlerocket-kernel-kit/blob/develop/packages/kernel-6.12/config-full-bottlerocket-x86_64
echo n > /sys/kernel/mm/lru_gen/enabled || exec sh
echo madvise > /sys/kernel/mm/transparent_hugepage/enabled || exec sh
for module in /modules/*; do insmod "$module"; done
until device=$(findfs LABEL=eks-root 2> /dev/null); do sleep 0.1; done
mount -t xfs -o noatime "$device" /root || exec sh
umount /proc /sys
exec switch_root /root /sbin/init
INIT
chmod +x "$ramdisk/init"
(cd "$ramdisk" && find . | cpio --quiet --create --format=newc --owner=0:0) > "$output/initrd"
rm -r "$ramdisk"

chroot "$tree" dpkg-query --show systemd cloud-init mdadm xfsprogs util-linux > "$output/versions.txt"
echo "linux $release" >> "$output/versions.txt"
fstrim "$tree" || true
