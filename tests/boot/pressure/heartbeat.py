"""A process in the kubelet's place: has MEBIBYTES of memory, touches a part of it in each beat, and keeps in FILE the
number of beats and the longest time from one to the next, both since its last SIGUSR1. That time is told without the one
in which the process was ready and had no processor, of which an emulated machine has too few; then this one, how long it
ran, and how many pages it had to wait for. Times in milliseconds.
usage: heartbeat.py MEBIBYTES FILE"""
import mmap, os, resource, signal, sys, time

# Of 96 MiB a beat touches 1: a kubelet 1.36.3 with four pods touched 0.5 to 1.2 MiB of its memory within a tenth of a
# second (clear_refs and smaps, without huge pages).
INTERVAL = 0.1
BEATS_PER_ROUND = 96
PAGE = mmap.PAGESIZE

memory = bytearray(os.urandom(PAGE) * ((int(sys.argv[1]) << 20) // PAGE))
part = len(memory) // BEATS_PER_ROUND // PAGE * PAGE
file = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
schedule = os.open("/proc/self/schedstat", os.O_RDONLY)


def begin(*_):
    global beats, longest
    beats, longest = 0, (0.0, 0.0, 0.0, 0)


def look():
    """Now less the seconds without a processor, and so far: these, seconds with one, major faults."""
    running, ready, _ = map(int, os.pread(schedule, 100, 0).split())
    return time.monotonic() - ready / 1e9, ready / 1e9, running / 1e9, resource.getrusage(resource.RUSAGE_SELF).ru_majflt


begin()
signal.signal(signal.SIGUSR1, begin)
last, turn = look(), 0
while True:
    time.sleep(INTERVAL)
    start = turn * part
    memory[start : start + part : PAGE] = bytes(part // PAGE)
    turn = (turn + 1) % BEATS_PER_ROUND
    now = look()
    gap = tuple(after - before for after, before in zip(now, last))
    beats, longest, last = beats + 1, max(longest, gap), now
    milliseconds = tuple(seconds * 1000 for seconds in longest[:3])
    os.pwrite(file, b"%10d %10d %10d %10d %10d\n" % (beats, *milliseconds, longest[3]), 0)
