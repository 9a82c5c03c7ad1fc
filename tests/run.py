"""`make test`: the suite on SQLite, then again on PostgreSQL, browser tests once, then a table.

Browser tests run with the PostgreSQL pass, which is nearest to production; without PostgreSQL they
run on SQLite. Arguments are handed to pytest: `make test ARGS="-k ranking"`.
An engine that could not be had is listed last; with CI=true a needed one fails the run.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from tests.engines import ROOT, Engine, find_chromium, find_postgres, running_postgres, survey

PASSED, NO_TESTS = 0, 5


class Pass(NamedTuple):
    """One run of pytest."""

    name: str
    code: int
    seconds: float


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def run_pytest(name: str, environment: dict[str, str], *arguments: str) -> Pass:
    print(f"\n=== {name}", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    code = subprocess.run(
        command, check=False, cwd=ROOT, env=os.environ | {"FRESH_DATABASE": "1"} | environment
    ).returncode
    return Pass(name, PASSED if code == NO_TESTS else code, time.monotonic() - started)


def passes() -> Iterator[Pass]:
    has_postgres, has_chromium = bool(find_postgres()), bool(find_chromium())
    browser_here = has_chromium and not has_postgres
    selection = [] if browser_here else ["-m", "not browser"]
    sqlite = {"DATABASE_URL": "sqlite:///var/unused.sqlite3"}
    yield run_pytest("SQLite" + (" and browser" if browser_here else ""), sqlite, *selection)
    if has_postgres:
        selection = [] if has_chromium else ["-m", "not browser"]
        with running_postgres() as url:
            name = "PostgreSQL" + (" and browser" if has_chromium else "")
            yield run_pytest(name, {"DATABASE_URL": url}, *selection)


def print_table(results: list[Pass], missing: list[Engine]) -> None:
    print("\n" + "=" * 78)
    for result in results:
        verdict = "passed" if result.code == PASSED else f"FAILED ({result.code})"
        print(f"  {result.name:<32} {verdict:<14} {result.seconds:6.1f} s")
    if missing:
        print("-" * 78)
        print("  NOT TESTED: these engines could not be had on this machine")
        for engine in missing:
            weight = "needed" if engine.is_needed else "not used yet"
            print(f"  {engine.name:<14} {weight:<14} {engine.remedy}")
    print("=" * 78, flush=True)


def main() -> int:
    results: list[Pass] = []
    with contextlib.suppress(KeyboardInterrupt):
        results.extend(passes())
    missing = [engine for engine in survey() if not engine.found]
    print_table(results, missing)
    if any(result.code != PASSED for result in results) or not results:
        return 1
    if in_ci() and any(engine.is_needed for engine in missing):
        print("CI must test every engine; see the table above.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
