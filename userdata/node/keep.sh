# shellcheck shell=bash
# The shell part runs once in the life of a node: what it wrote must outlive a power cut right after it.
sync -f /usr/local/lib/eks-swap
