// The names of the series that the rules record, and what each is. Names: https://prometheus.io/docs/practices/rules/
// The label `node` names a node, and every series of a node also has the label `pool`.

/** 1 for the first backing of the pool, 2 for the second. */
export const BACKING_POSITION = "pool_backing:eks_swap_rung:planned";
/** Operations a second that the pool's volume of this backing has. */
export const PLANNED_IOPS = "pool_backing:eks_swap_volume_iops:planned";
/** Bytes a second that the pool's volume of this backing has. */
export const PLANNED_THROUGHPUT = "pool_backing:eks_swap_volume_throughput_bytes:planned";

/** The pool of each node; pools without swap are left out. */
export const POOL_INFO = "node:eks_swap_pool:info";
/** The backing in use at the node's first boot, or `none`. */
export const BACKING_INFO = "node:eks_swap_backing:info";
/** The node of each address that exporters have. */
export const ADDRESS_INFO = "address:eks_swap_node:info";
/** The node of each pod. */
export const POD_INFO = "pod:eks_swap_node:info";

/** MemTotal. */
export const MEMORY = "node:eks_swap_memory_bytes:max";
/** MemAvailable. */
export const AVAILABLE = "node:eks_swap_memory_available_bytes:max";
/** SwapTotal. */
export const TOTAL = "node:eks_swap_total_bytes:max";
/** SwapTotal as it was to be. */
export const PLANNED_TOTAL = "node:eks_swap_total_bytes:planned";
/** SwapTotal as the kubelet found it when it started. */
export const KUBELET_TOTAL = "node:eks_swap_kubelet_total_bytes:max";
/** SwapTotal less SwapFree. */
export const USED = "node:eks_swap_used_bytes:max";
/** Bytes a second that are read back. */
export const SWAP_IN = "node:eks_swap_in_bytes:rate5m";
/** Bytes a second that are written out. */
export const SWAP_OUT = "node:eks_swap_out_bytes:rate5m";
/** Share of the time in which nothing ran, since all waited for memory. */
export const STALLED = "node:eks_swap_memory_stalled:rate5m";
/** Share of the time in which something waited for memory. */
export const WAITING = "node:eks_swap_memory_waiting:rate5m";
/** Share of the time in which nothing ran, since all waited for a disk. */
export const IO_STALLED = "node:eks_swap_io_stalled:rate5m";

/** The disk that holds a node's swap. */
export const VOLUME_INFO = "node_device:eks_swap_volume:info";
/** Its operations a second, and what share they are of what the volume has. */
export const IOPS = "node_device:eks_swap_volume_iops:rate5m";
export const IOPS_RATIO = "node_device:eks_swap_volume_iops:ratio";
/** Its bytes a second, and what share they are of what the volume has. */
export const THROUGHPUT = "node_device:eks_swap_volume_throughput_bytes:rate5m";
export const THROUGHPUT_RATIO = "node_device:eks_swap_volume_throughput_bytes:ratio";

/** Swap that a container uses. */
export const CONTAINER_USED = "container:eks_swap_used_bytes:max";
/** Its memory.swap.max. */
export const CONTAINER_LIMIT = "container:eks_swap_limit_bytes:max";
/** What the kubelet's rule makes of its memory request on this node. */
export const CONTAINER_PREDICTED = "container:eks_swap_limit_bytes:predicted";
/** RAM and swap that it uses, as a share of both limits together: at 1 the kernel kills it. */
export const CONTAINER_CEILING = "container:eks_swap_ceiling:ratio";
