"""A process in the kubelet's place: has MEBIBYTES of memory, touches a part of it in each beat, and keeps in FILE the
number of beats and the longest time from one to the next in milliseconds, both since its last SIGUSR1.
usage: heartbeat.py MEBIBYTES FILE"""
import mmap, os, signal, sys, time

# As often as a kubelet looks at its pods, in small; a round takes 20 s, so that much of the memory is cold at any time.
INTERVAL = 0.2
BEATS_PER_ROUND = 100
PAGE = mmap.PAGESIZE

memory = bytearray(os.urandom(PAGE) * (int(sys.argv[1]) << 20 // PAGE))
part = len(memory) // BEATS_PER_ROUND // PAGE * PAGE
file = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)


def begin(*_):
    global beats, longest
    beats, longest = 0, 0.0


begin()
signal.signal(signal.SIGUSR1, begin)
last, turn = time.monotonic(), 0
while True:
    time.sleep(INTERVAL)
    start = turn * part
    memory[start : start + part : PAGE] = bytes(part // PAGE)
    turn = (turn + 1) % BEATS_PER_ROUND
    now = time.monotonic()
    beats, longest, last = beats + 1, max(longest, now - last), now
    os.pwrite(file, b"%10d %10d\n" % (beats, longest * 1000), 0)
