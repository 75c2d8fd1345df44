"""A container that needs MEBIBYTES of memory: touches them one by one and tells how far it came.
usage: touch.py MEBIBYTES"""
import mmap, os, sys

MEBIBYTE = 1 << 20
with open("/proc/self/cgroup") as file:
    cgroup = "/sys/fs/cgroup" + file.read().strip().split("::")[1]


def read(name):
    with open(f"{cgroup}/{name}") as file:
        return file.read().strip()


print("max", read("memory.max"), read("memory.swap.max"), flush=True)
# Not zeros: the kernel keeps no page of zeros on the disk.
block = os.urandom(MEBIBYTE)
memory = mmap.mmap(-1, int(sys.argv[1]) * MEBIBYTE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for offset in range(0, len(memory), MEBIBYTE):
    memory[offset : offset + MEBIBYTE] = block
    print("touched", offset // MEBIBYTE + 1, flush=True)
print("swapped", read("memory.swap.current"), flush=True)
