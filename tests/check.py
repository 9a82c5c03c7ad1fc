"""`make check`: everything that can be said of the source without running the site.

Every check runs even when an earlier one failed; the failures' output is printed, then a table.
"""

import os
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from tests.engines import ROOT

BIN = ROOT / ".venv" / "bin"
PYTHON = sys.executable
PACKAGES = ("portal", "showcase", "evaluation", "courses", "search")
DOCUMENT_TESTS = ("repository", "architecture", "translations", "docs")


class Check(NamedTuple):
    """One command and what it is for, in the words of the table."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("lint", (f"{BIN}/ruff", "check", "--output-format=concise", ".")),
    Check("format", (f"{BIN}/ruff", "format", "--check", "--quiet", ".")),
    Check("templates", (f"{BIN}/djlint", "--lint", "--quiet", *PACKAGES)),
    Check("imports", (f"{BIN}/lint-imports", "--no-cache")),
    Check("dependencies", (f"{BIN}/deptry", ".", "--no-ansi")),
    Check("Django", (PYTHON, "manage.py", "check", "--fail-level", "WARNING")),
    Check("migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    Check(
        "repository, docs",
        (PYTHON, "-m", "pytest", "-q", *(f"tests/test_{name}.py" for name in DOCUMENT_TESTS)),
    ),
    Check("types", (f"{BIN}/mypy",)),
)


def run(check: Check, environment: dict[str, str]) -> bool:
    """Run one check quietly; print what it said only when it failed."""
    started = time.monotonic()
    result = subprocess.run(
        check.command, check=False, cwd=ROOT, capture_output=True, text=True, env=environment
    )
    passed = result.returncode == 0
    verdict = "ok" if passed else "FAILED"
    print(f"  {check.name:<18} {verdict:<8} {time.monotonic() - started:5.1f} s", flush=True)
    if not passed:
        print(f"--- {' '.join(check.command)}\n{result.stdout}{result.stderr}---", flush=True)
    return passed


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="anfan-check-") as folder:
        # The source is judged, not somebody's data: an empty folder stands in for var/.
        environment = os.environ | {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/db"}
        failed = [check.name for check in CHECKS if not run(check, environment)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nEverything holds.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
