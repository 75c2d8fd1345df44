"""Pods that need more than the node's memory: processes that fill MEBIBYTES together, and each then makes WRITES to
pages of its own at random.
usage: thrash.py MEBIBYTES WRITES"""
import mmap, os, random, sys

PROCESSES = 4
MEBIBYTE = 1 << 20
size, writes = int(sys.argv[1]) // PROCESSES * MEBIBYTE, int(sys.argv[2])
# Not zeros: the kernel keeps no page of zeros on the disk.
block = os.urandom(MEBIBYTE)


def thrash():
    memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for offset in range(0, size, MEBIBYTE):
        memory[offset : offset + MEBIBYTE] = block
    for _ in range(writes):
        memory[random.randrange(0, size, mmap.PAGESIZE)] = 1


children = []
for _ in range(PROCESSES):
    child = os.fork()
    if child == 0:
        thrash()
        os._exit(0)
    children.append(child)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
