"""Memory that is filled and then left alone, with a secret string at the start of each page.
usage: hold.py file FILE: 8 MiB in FILE; ends when it is written
       hold.py memory FILE: 8 MiB of its own; makes FILE when filled, writes the string to it when it gets SIGUSR1"""
import mmap, os, signal, sys

PAGES = 2048
kind, path = sys.argv[1:]
secret = os.urandom(16).hex().encode()
page = secret + os.urandom(mmap.PAGESIZE - len(secret))
if kind == "file":
    with open(path, "wb") as file:
        for _ in range(PAGES):
            file.write(page)
else:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    memory = bytearray(page * PAGES)
    open(path, "wb").close()
    signal.sigwait({signal.SIGUSR1})
    with open(path, "wb") as file:
        file.write(secret)
    signal.pause()
