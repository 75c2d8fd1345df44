# Runs a command on a terminal of its own and interrupts it: SIGNAL SECONDS HEADING COMMAND... The seconds count from the
# first output that contains HEADING, from the start when it is empty. Prints what the terminal showed.
import os
import pty
import select
import signal
import sys
import time

kind, seconds, heading, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

shown = b""
since = None if heading else time.monotonic()
SECOND_PRESS = 1.5
actions = {
    "^C": ["press"],
    "^C^C": ["press", "press"],
    "SIGHUP": ["hang up"],
    "SIGTERM": ["term"],
    "kill -9": ["kill"],
    "none": [],
}[kind]
due = float(seconds)


def foreground():
    try:
        return os.tcgetpgrp(terminal)
    except OSError:
        return pid


def act(action):
    global terminal
    if action == "press":
        os.write(terminal, b"\x03")
    elif action == "hang up":
        os.close(terminal)
        terminal = None
    elif action == "term":
        os.killpg(foreground(), signal.SIGTERM)
    elif action == "kill":
        os.killpg(foreground(), signal.SIGKILL)


while True:
    if terminal is None:
        break
    ready, _, _ = select.select([terminal], [], [], 0.02)
    if ready:
        try:
            text = os.read(terminal, 65536)
        except OSError:
            break
        if not text:
            break
        shown += text
    if since is None and heading.encode() in shown:
        since = time.monotonic()
    if since is not None and actions and time.monotonic() - since >= due:
        try:
            act(actions.pop(0))
        except (OSError, ProcessLookupError):
            break
        due += SECOND_PRESS

_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(min(os.waitstatus_to_exitcode(status) & 0xFF, 254))
