"""Makes a Python environment hold exactly what a lock file says.

    python3 scripts/environment.py .venv requirements.lock --project

Needs nothing but Python 3.11. A second call is quick: each lock file leaves a stamp
in the environment and is installed again only after it changed. Calls that run at
the same time wait for one another.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST = (3, 11)
BUILD_LOCK = Path("requirements-build.lock")
PROJECT = Path("pyproject.toml")


class CannotSetUp(Exception):
    """The machine lacks something that a person has to provide; the text says what."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", type=Path)
    parser.add_argument("lock", type=Path)
    parser.add_argument("--project", action="store_true", help="also install this project itself, in place")
    wanted = parser.parse_args()
    try:
        with only_one_at_a_time(wanted.environment):
            create(wanted.environment)
            install_lock(wanted.environment, wanted.lock)
            if wanted.project:
                install_project(wanted.environment)
    except CannotSetUp as reason:
        print(f"\n{reason}\n", file=sys.stderr)
        return 1
    return 0


@contextmanager
def only_one_at_a_time(environment: Path) -> Iterator[None]:
    with Path(f"{environment}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def create(environment: Path) -> None:
    python = environment / "bin" / "python"
    if python.exists() and runs(python):
        return
    if sys.version_info < OLDEST:
        raise CannotSetUp(
            f"Swarmbridge needs Python {OLDEST[0]}.{OLDEST[1]} or newer; {sys.executable} is "
            f"{sys.version_info[0]}.{sys.version_info[1]}.\nName another one: make PYTHON=/path/to/python3.11 ..."
        )
    provide_ensurepip()
    print(f"making {environment} with {sys.executable}", flush=True)
    call([sys.executable, "-m", "venv", "--clear", str(environment)])


def provide_ensurepip() -> None:
    """Debian keeps the module that venv needs in a package of its own."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    if (stdlib / "ensurepip").is_dir():
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise CannotSetUp(f"This Python cannot make environments. Install the package {package} and try again.")
    call(["apt-get", "-qq", "update"])
    call(["apt-get", "-qq", "install", "-y", "--no-install-recommends", package])


def install_lock(environment: Path, lock: Path) -> None:
    if is_stamped(environment, lock.name, [lock]):
        return
    print(f"installing {lock} into {environment}", flush=True)
    pip(environment, "install", "--require-hashes", "-r", str(lock))
    stamp(environment, lock.name, [lock])


def install_project(environment: Path) -> None:
    if is_stamped(environment, "project", [BUILD_LOCK, PROJECT]):
        return
    print(f"installing the project itself into {environment}, in place", flush=True)
    pip(environment, "install", "--require-hashes", "-r", str(BUILD_LOCK))
    pip(environment, "install", "--no-deps", "--no-build-isolation", "--editable", ".")
    stamp(environment, "project", [BUILD_LOCK, PROJECT])


def pip(environment: Path, *arguments: str) -> None:
    call([str(environment / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments])


def is_stamped(environment: Path, name: str, sources: list[Path]) -> bool:
    file = stamp_file(environment, name)
    return file.exists() and file.read_text() == digest(environment, sources)


def stamp(environment: Path, name: str, sources: list[Path]) -> None:
    stamp_file(environment, name).write_text(digest(environment, sources))


def stamp_file(environment: Path, name: str) -> Path:
    return environment / f".installed-{name}"


def digest(environment: Path, sources: list[Path]) -> str:
    """Of the sources, and of where the environment lies: a copied one has to be installed anew."""
    content = hashlib.sha256(str(environment.resolve()).encode())
    for source in sources:
        content.update(source.read_bytes())
    return content.hexdigest() + "\n"


def runs(python: Path) -> bool:
    return subprocess.run([python, "-c", "import pip"], check=False, capture_output=True).returncode == 0


def call(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise CannotSetUp(f"This did not work: {' '.join(command)}\nWhat it said is above.")


if __name__ == "__main__":
    sys.exit(main())
