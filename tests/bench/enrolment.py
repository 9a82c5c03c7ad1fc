"""A hundred people at once for the last seat, and a list of 5,000 people checked.

Each engine has a process and an empty database of its own: SQLite in a temporary folder, and
PostgreSQL where there is one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from time import perf_counter

from tests.bench.demo import report

CROWD, ROWS = 100, 5000
CROWD_SECONDS, DRY_RUN_SECONDS = 15.0, 10.0


def main() -> int:
    from tests.engines import find_postgres, running_postgres

    with tempfile.TemporaryDirectory(prefix="anfan-bench-") as folder:
        codes = [on("SQLite", f"sqlite:///{folder}/bench.sqlite3", folder)]
        if find_postgres():
            with running_postgres() as url:
                codes.append(on("PostgreSQL", url, folder))
    return max(codes)


def on(name: str, url: str, folder: str) -> int:
    """Measure on one engine in a process of its own."""
    print(f"  {name}", flush=True)
    surroundings = {"DATABASE_URL": url, "DATA_DIR": folder, "DATABASE_POOL": "0"}
    surroundings["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    command = [sys.executable, "-m", "tests.bench.enrolment"]
    return subprocess.run(command, check=False, env=os.environ | surroundings).returncode


def measure() -> int:
    """Fill an empty database, let the crowd loose, check a list; print figures and targets."""
    import logging

    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    missed = [last_seat(), dry_run_of_a_long_list()]
    return int(any(missed))


def last_seat() -> bool:
    from django.db import connections

    from courses.services.enrolling import request_place
    from tests.factories.accounts import make_user
    from tests.factories.courses import make_run

    run = make_run(capacity=1)
    people = [make_user() for _ in range(CROWD)]
    gate = threading.Barrier(CROWD + 1)

    def ask(person: object) -> None:
        gate.wait()
        try:
            request_place(run=run, by=person)
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=ask, args=(person,)) for person in people]
    for one in crowd:
        one.start()
    gate.wait()
    started = perf_counter()
    for one in crowd:
        one.join()
    seconds = perf_counter() - started
    rows = list(run.enrolments.order_by("place").values_list("place", "state"))
    wanted = [(1, "enrolled"), *((place, "waitlisted") for place in range(2, CROWD + 1))]
    states = [state for _place, state in rows]
    print(
        f"  enrolled {states.count('enrolled')}, waitlisted {states.count('waitlisted')}, ", end=""
    )
    print("places 1 to 100 in order" if rows == wanted else "WRONG PLACES")
    slow = report("100 requests at once for the last seat, s", seconds, CROWD_SECONDS)
    return slow or rows != wanted


def dry_run_of_a_long_list() -> bool:
    from courses.imports.roster import dry_run
    from portal.core.files import CONTENT_TYPES
    from portal.core.spreadsheets import Column, Table, write_workbook
    from tests.factories.courses import make_run
    from tests.factories.showcase import make_private_file

    rows = [[f"示例{n}", f"p{n}@example.org", f"138{n:08}"] for n in range(ROWS)]
    columns = [Column("姓名"), Column("邮箱"), Column("手机")]
    book = write_workbook([Table("名单", columns, rows)])
    file = make_private_file("名单.xlsx", book, content_type=CONTENT_TYPES["xlsx"])
    run = make_run()
    by = run.lead.memberships.get(role="coordinator").user
    started = perf_counter()
    found = dry_run(file, run=run, by=by)
    seconds = perf_counter() - started
    slow = report("dry run of 5,000 rows, s", seconds, DRY_RUN_SECONDS)
    return slow or not found.is_clean


if __name__ == "__main__":
    sys.exit(measure())
