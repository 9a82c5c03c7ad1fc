"""`make test`: the suite on SQLite and on PostgreSQL side by side, browser tests once, a table.

What depends on how an engine locks, orders or breaks off runs on both; of the rest each test runs
on one, dealt so that neighbours meet different ones and both passes take about as long.
`make test EVERY=1`, as CI has it, runs all that uses tables on both. Browser tests run with the
SQLite pass. Arguments are handed to pytest: `make test ARGS="-k ranking"`.
An engine that could not be had is listed last; with CI=true a needed one fails the run.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple

from portal.core.catalogs import compile_all
from tests import figures
from tests.engines import ROOT, Engine, find_chromium, find_postgres, running_postgres, survey

PASSED, NO_TESTS = 0, 5


class Pass(NamedTuple):
    """One run of pytest."""

    name: str
    code: int
    seconds: float


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def run_pytest(name: str, environment: dict[str, str], *arguments: str, log: IO[str]) -> Pass:
    """Run the suite once; what it prints goes to `log`."""
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    surroundings = os.environ | {"FRESH_DATABASE": "1"} | environment
    code = subprocess.run(
        command, check=False, cwd=ROOT, env=surroundings, stdout=log, stderr=subprocess.STDOUT
    ).returncode
    return Pass(name, PASSED if code == NO_TESTS else code, time.monotonic() - started)


def run_on_sqlite(log: IO[str], environment: dict[str, str]) -> Pass:
    """The suite on SQLite, with the journeys where there is a browser."""
    has_browser = bool(find_chromium())
    selection = [] if has_browser else ["-m", "not browser"]
    name = "SQLite" + (" and browser" if has_browser else "")
    url = {"DATABASE_URL": "sqlite:///var/unused.sqlite3"}
    return run_pytest(name, url | environment, *selection, log=log)


def run_on_postgres(log: IO[str], environment: dict[str, str]) -> Pass:
    """What touches tables, without the journeys, on a PostgreSQL of its own."""
    with running_postgres() as url:
        surroundings = {"DATABASE_URL": url} | environment
        return run_pytest("PostgreSQL", surroundings, "-m", "not browser", log=log)


def passes(folder: Path) -> Iterator[Pass]:
    """Run both passes side by side, one core each; SQLite's is shown live, the other's after.

    Each leaves its figures in `folder`.
    """
    compile_all()  # once, before both read the translations
    number = 2 if find_postgres() else 1
    parts = [
        {"PASS": f"{one}/{number}", "FIGURES_FILE": str(folder / f"{one}.json")}
        for one in range(1, number + 1)
    ]
    with tempfile.TemporaryFile("w+") as log, ThreadPoolExecutor() as lane:
        other = lane.submit(run_on_postgres, log, parts[1]) if number == 2 else None
        print("=== SQLite", flush=True)
        yield run_on_sqlite(sys.stdout, parts[0])
        if other is not None:
            result = other.result()
            log.seek(0)
            print(f"\n=== PostgreSQL\n{log.read()}", flush=True)
            yield result


def print_table(results: list[Pass], missing: list[Engine], counted: Iterable[str]) -> None:
    print("\n" + "=" * 78)
    for result in results:
        verdict = "passed" if result.code == PASSED else f"FAILED ({result.code})"
        print(f"  {result.name:<32} {verdict:<14} {result.seconds:6.1f} s")
    for line in counted:
        print(f"  {line}")
    if len(results) > 1 and not os.environ.get("EVERY"):
        print("  What depends on an engine ran on both, the rest on one of the two (EVERY=1: all).")
    if missing:
        print("-" * 78)
        print("  NOT TESTED: these engines could not be had on this machine")
        for engine in missing:
            weight = "needed" if engine.is_needed else "not used yet"
            print(f"  {engine.name:<14} {weight:<14} {engine.remedy}")
    print("=" * 78, flush=True)


def main() -> int:
    results: list[Pass] = []
    with tempfile.TemporaryDirectory(prefix="anfan-figures-") as name:
        folder = Path(name)
        with contextlib.suppress(KeyboardInterrupt):
            results.extend(passes(folder))
        counted = list(figures.lines(figures.added(folder.glob("*.json"))))
    missing = [engine for engine in survey() if not engine.found]
    print_table(results, missing, counted)
    if any(result.code != PASSED for result in results) or not results:
        return 1
    if in_ci() and any(engine.is_needed for engine in missing):
        print("CI must test every engine; see the table above.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
