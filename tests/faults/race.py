"""Drill: handing in, saving and running out of time at the same instant, a thousand times.

On PostgreSQL, then a shorter one on SQLite; each engine in a process of its own.
"""

import os
import subprocess
import sys
import tempfile

from tests.engines import ROOT, postgres_server

ROUNDS = {"PostgreSQL": 1000, "SQLite": 200}


def main() -> int:
    with postgres_server() as server, tempfile.TemporaryDirectory(prefix="anfan-race-") as folder:
        urls = {"PostgreSQL": server.url, "SQLite": f"sqlite:///{folder}/race.sqlite3"}
        codes = [run(name, url, folder) for name, url in urls.items()]
    return max(codes)


def run(name: str, url: str, folder: str) -> int:
    surroundings = os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": folder,
        "DATABASE_POOL": "0",
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.faults.race", name]
    return subprocess.run(command, check=False, cwd=ROOT, env=surroundings).returncode


def race_on(name: str) -> int:
    """Run the rounds on the engine of this process and print what was wrong."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from tests.courses.races import Race, end_at_once
    from tests.factories.courses import make_attempt, make_enrolment, make_exam

    exam, race, faults = make_exam(), Race(), []
    for _number in range(ROUNDS[name]):
        attempt = make_attempt(exam, make_enrolment(exam.run))
        faults += [f"{attempt.public_id}: {fault}" for fault in end_at_once(race, attempt)]
    race.close()
    print(f"{name}: {ROUNDS[name]} attempts ended by five at once, {len(faults)} wrong", flush=True)
    for fault in faults[:10]:
        print(f"  {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(race_on(sys.argv[1]))
