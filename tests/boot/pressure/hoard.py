"""A pod that takes MEBIBYTES step by step, holds them for SECONDS, and ends.
usage: hoard.py MEBIBYTES SECONDS"""
import mmap, os, sys, time

MEBIBYTE = 1 << 20
block = os.urandom(MEBIBYTE)
memory = mmap.mmap(-1, int(sys.argv[1]) * MEBIBYTE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for offset in range(0, len(memory), MEBIBYTE):
    memory[offset : offset + MEBIBYTE] = block
    time.sleep(0.01)
time.sleep(int(sys.argv[2]))
