"""Make the private environment `.venv/` from the locked, hashed requirements.

Run by the Makefile with the system's Python, before anything is installed, so it uses the standard
library only and must stay readable by Python 3.11. Wheels only: no compiler is ever needed.
It does not choose versions; `make lock` does.

    python3 requirements/install.py base        what the site needs
    python3 requirements/install.py base dev    and the tools of `make test` and `make check`
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def lock_file(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def stamp_file(name: str) -> Path:
    return VENV / f".installed-{name}"


def fingerprint(name: str) -> str:
    """What an installed set depends on: the lock's text, this script and the Python used."""
    digest = hashlib.sha256(lock_file(name).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def is_installed(name: str) -> bool:
    stamp = stamp_file(name)
    return PYTHON.exists() and stamp.exists() and stamp.read_text().strip() == fingerprint(name)


def refuse(*lines: str) -> None:
    sys.exit("\n".join(("", *lines, "")))


def has_module(name: str) -> bool:
    """Whether this Python can run the module; Debian leaves some of them in other packages."""
    probe = [sys.executable, "-m", name, "--version"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def environment_works() -> bool:
    """False when `.venv` is missing, was half made, or its Python has been removed or moved."""
    if not PYTHON.exists():
        return False
    probe = [str(PYTHON), "-c", "import sys; print(sys.prefix)"]
    answer = subprocess.run(probe, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and Path(answer.stdout.strip()).resolve() == VENV.resolve()


def create_environment() -> None:
    """Make `.venv`; where the system's Python has no ensurepip (bare Debian), borrow its pip."""
    if environment_works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    has_ensurepip = has_module("ensurepip")
    if not has_ensurepip and not has_module("pip"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        refuse(
            f"This Python ({sys.executable}) can make no virtual environment: its part `ensurepip` is missing.",
            "Debian and Ubuntu keep it in a package of its own. Install it and try again:",
            "",
            f"    sudo apt-get install python{version}-venv    (or: python3-venv)",
        )
    options = [] if has_ensurepip else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", *options, str(VENV)], check=True)


def pip_command() -> list[str]:
    """The environment's own pip, or the system's when the environment was made without one."""
    if (VENV / "bin" / "pip").exists():
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def install(names: list[str]) -> None:
    """Install the named locks in one go; every file is checked against its hash.

    The locks are complete, so pip need not resolve (`--no-deps`).
    """
    requirements = [part for name in names for part in ("-r", str(lock_file(name)))]
    command = [
        *pip_command(),
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
        "--no-deps",
        *requirements,
    ]
    if subprocess.run(command, check=False, env={**os.environ, "PIP_USER": "0"}).returncode:
        refuse(
            "The packages could not be installed; pip's message above says why.",
            "Check that this machine reaches its package index, then try again:",
            "what was already fetched is kept.",
        )
    for name in names:
        stamp_file(name).write_text(fingerprint(name) + "\n")


def main(names: list[str]) -> None:
    if sys.version_info < OLDEST:
        refuse(
            f"Anfan needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}."
        )
    if all(is_installed(name) for name in names) and environment_works():
        return
    print(
        f"Installing {' and '.join(names)} packages into .venv (Python {sys.version.split()[0]}) ...",
        flush=True,
    )
    create_environment()
    install(names)
    print("The environment is ready.", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["base"])
