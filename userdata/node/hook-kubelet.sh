# shellcheck shell=bash
# Makes every start of the kubelet pull in eks-swap.service, before anything else is written: if the rest of this part
# fails, a node that must not join without swap still does not join.
# A dependency of kubelet.service is the one hook that the AL2023 AMI's boot order leaves for the first boot and for
# every other one: nodeadm-run starts the kubelet each time, after it has assembled the instance store.
trap 'echo "eks-swap: the shell part of the userData failed, so there is no swap: $BASH_COMMAND"' ERR
# An AMI that was made from a node brings that node's hook and memory along.
rm -f /etc/systemd/system/kubelet.service.{requires,wants}/eks-swap.service /etc/eks-swap/{ebs-volume,kubelet-ran}
case $ON_FAILURE in
  block) systemctl --no-reload add-requires kubelet.service eks-swap.service ;;
  continue) systemctl --no-reload add-wants kubelet.service eks-swap.service ;;
esac
systemctl daemon-reload
