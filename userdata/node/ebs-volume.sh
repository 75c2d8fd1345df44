# shellcheck shell=bash
# The dedicated EBS volume: found once, before any kubelet ran, and from then on known by its id and UUID. No other disk
# is ever written to: one that is attached later may be anybody's.

readonly volume_record=/etc/eks-swap/ebs-volume ebs_link=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_

make_swap_volume() {
  local id uuid disk
  udevadm settle --timeout=10
  [[ -s $volume_record ]] || find_swap_volume || return
  read -r id uuid <"$volume_record"
  disk=$(swap_volume) || fail "the swap volume $id is not attached" || return
  if [[ $(blkid -p -o value -s UUID "$disk") != "$uuid" ]]; then
    has_no_signature "$disk" || fail "the swap volume $id holds something else now" || return
    mkswap --uuid "$uuid" "$disk" $((SIZE_BYTES / 1024)) >/dev/null || fail "mkswap failed"
  fi
}

# The disk of the remembered volume; fails when there is none, or when it is not attached.
swap_volume() {
  local id
  [[ -s $volume_record ]] && read -r id _ <"$volume_record" && realpath -eq "$ebs_link$id"
}

# Remembers the one blank EBS volume of the planned size: that of the planned device name where udev made such a link.
# It is on the root disk before mkswap writes: a volume with a signature that nobody remembers would never be found.
find_swap_volume() {
  local link uuid ids=()
  # Touched by the drop-in of kubelet.service.
  [[ ! -e ${volume_record%/*}/kubelet-ran ]] || fail "a kubelet ran before: a blank volume may be a pod's" || return
  for link in "$ebs_link"vol*; do
    # Not links to partitions and namespaces, which stand for the same disk.
    [[ ${link#"$ebs_link"vol} =~ ^[0-9a-f]+$ ]] || continue
    [[ ! -e $VOLUME_DEVICE || $VOLUME_DEVICE -ef $link ]] || continue
    [[ $(blockdev --getsize64 "$link") == "$VOLUME_BYTES" ]] || continue
    is_blank "$link" && ids+=("${link#"$ebs_link"}")
  done
  ((${#ids[@]} == 1)) || fail "${#ids[@]} blank EBS volumes of $VOLUME_BYTES bytes are attached, not 1" || return
  {
    read -r uuid </proc/sys/kernel/random/uuid && replace_file "$volume_record" "${ids[0]} $uuid" &&
      sync "$volume_record" "${volume_record%/*}"
  } || fail "$volume_record cannot be written"
}

# A new volume reads as zeros. Data without a signature counts too, and so does a disk that cannot be read, of which blkid
# says the same as of one without a signature.
is_blank() {
  local bytes
  has_no_signature "$1" && bytes=$(head -c 1M "$1" | tr -d '\0' | wc -c) && ((bytes == 0))
}

# Status 2: neither a file system nor partitions nor anything else that blkid knows.
has_no_signature() {
  blkid -p "$1" >/dev/null
  (($? == 2))
}
