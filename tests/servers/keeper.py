"""Runs one command and ends it, with all its children, as soon as whoever asked for it is gone.

    keeper.py LOG FOLDER USER command argument ...

The asker holds the other end of stdin: however it ends, even by kill -9, the kernel
closes it, and then the command is ended and FOLDER removed. The first line on stdout is
the command's process id. USER is the account to run it as, or "-" for the same one.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading

PATIENCE = 3.0


def main() -> None:
    log, folder, user, *command = sys.argv[1:]
    child = start(command, log=log, folder=folder, user=user)
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    asker_is_gone = threading.Event()
    threading.Thread(target=leave_with, args=[child, asker_is_gone], daemon=True).start()
    sys.stdin.buffer.read()
    asker_is_gone.set()
    end(child)
    shutil.rmtree(folder, ignore_errors=True)


def start(command: list[str], *, log: str, folder: str, user: str) -> "subprocess.Popen[bytes]":
    account = pwd.getpwuid(os.geteuid()) if user == "-" else pwd.getpwnam(user)
    someone_else = account.pw_uid != os.geteuid()
    with open(log, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            user=account.pw_uid if someone_else else None,
            group=account.pw_gid if someone_else else None,
            extra_groups=[] if someone_else else None,
        )


def leave_with(child: "subprocess.Popen[bytes]", asker_is_gone: threading.Event) -> None:
    """When the command ended by itself, or was stopped on purpose, nothing is left to keep."""
    code = child.wait()
    if not asker_is_gone.is_set():
        os._exit(abs(code) % 256)


def end(child: "subprocess.Popen[bytes]") -> None:
    for signum in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(child.pid, signum)
            child.wait(timeout=PATIENCE)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    main()
