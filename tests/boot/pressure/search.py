"""Looks for the secrets of hold.py in all of a swap file, as its blocks lie on the raw device: nothing of the page cache
or of the file system is asked, which would show zeros where the kernel swapped past them.
usage: search.py SWAPFILE FILE...; prints the number of pages in swap that hold the secret of each FILE"""
import mmap, os, re, subprocess, sys

BLOCK = 512
CHUNK = 1 << 20


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_chunks(swap_file):
    device = output("findmnt", "--noheadings", "--output", "SOURCE", "--target", swap_file).strip()
    extents = re.findall(r": \[\d+\.\.\d+\]: (\d+)\.\.(\d+)", output("xfs_io", "-r", "-c", "bmap", swap_file))
    file = os.open(device, os.O_RDONLY | os.O_DIRECT)
    buffer = mmap.mmap(-1, CHUNK)
    for first, last in extents:
        offset, end = int(first) * BLOCK, (int(last) + 1) * BLOCK
        while offset < end:
            wanted = min(CHUNK, end - offset)
            if os.preadv(file, [memoryview(buffer)[:wanted]], offset) != wanted:
                sys.exit(f"{device} cannot be read at {offset}")
            yield buffer[:wanted]
            offset += wanted


swap_file, *files = sys.argv[1:]
secrets = {}
for path in files:
    with open(path, "rb") as file:
        secrets[path] = file.read(32)
        if len(secrets[path]) != 32:
            sys.exit(f"{path} has no secret")
found = dict.fromkeys(files, 0)
searched = 0
for chunk in read_chunks(swap_file):
    if searched == 0 and chunk[4086:4096] != b"SWAPSPACE2":
        sys.exit("this is not where the swap is")
    searched += len(chunk)
    for path, secret in secrets.items():
        found[path] += chunk.count(secret)
print("searched", searched)
for path, pages in found.items():
    print(path, pages)
