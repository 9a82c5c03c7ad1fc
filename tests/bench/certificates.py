"""Seconds for 1,000 certificates with credentials and for their papers; size of a paper; checks.

Runs in one process on an empty SQLite database, or in the empty one DATABASE_URL names: what
interrupting costs is measured by `make test-faults DRILL=certificates`.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from time import perf_counter
from typing import Any

NUMBER, PAPERS, LOOKS = 200, 100, 100
SECONDS, KILOBYTES, MILLISECONDS = 60.0, 150, 200.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="anfan-bench-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
        os.environ |= {"DATA_DIR": folder, "EMAIL_URL": "dummymail://", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        import django

        django.setup()
        return measure()


def measure() -> int:
    """Issue, draw, look up; print each figure beside its target."""
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from courses.exports.certificate import certificate_pdf
    from courses.models import Certificate
    from courses.queries.certificates import with_all

    call_command("migrate", verbosity=0)
    setup_test_environment()
    each = issued(NUMBER)
    rows = list(with_all(Certificate.objects.all())[:PAPERS])
    certificate_pdf(rows[0])  # the first reads the font
    started = perf_counter()
    sizes = [len(certificate_pdf(row)) for row in rows]
    drawn = (perf_counter() - started) / len(rows)
    missed = [report("seconds for 1,000 certificates with credentials", 1000 * each, SECONDS)]
    missed += [report("seconds for 1,000 papers (on demand)", 1000 * drawn, SECONDS)]
    missed += [report("seconds for both, one process", 1000 * (each + drawn), SECONDS)]
    missed += [report("KB of the largest paper", max(sizes) / 1024, KILOBYTES)]
    missed += [report("ms p95 of a check by QR code", p95(rows), MILLISECONDS)]
    return int(any(missed))


def issued(number: int) -> float:
    """Issue so many certificates by the job's handler; return the seconds of one."""
    from courses.models import Certificate
    from courses.services.certifying import issue_certificates
    from courses.tasks import issue_certificates_of_run
    from portal.core.queue import Progress
    from tests.faults.certificates import seeded

    run, certifier = seeded(number)
    job = issue_certificates(run=run, by=certifier)
    started = perf_counter()
    issue_certificates_of_run(Progress(job))
    assert Certificate.objects.count() == number
    return (perf_counter() - started) / number


def p95(rows: list[Any]) -> float:
    """The slow end of the verification page, in milliseconds."""
    from unittest.mock import patch

    from django.test import Client

    from courses.queries.certificates import verify_url

    client, times = Client(), []
    with patch("courses.views.verification.LOOKS", 10**6):
        for row in rows[:LOOKS]:
            path = verify_url(row).split("/", 3)[3]
            started = perf_counter()
            assert client.get(f"/{path}").status_code == 200
            times.append(1000 * (perf_counter() - started))
    return statistics.quantiles(times, n=20)[-1]


def report(name: str, found: float, target: float) -> bool:
    """Print one figure; return whether it misses its target."""
    is_met = found <= target
    print(f"{'ok  ' if is_met else 'MISS'} {name}: {found:.1f} (target {target:.0f})")
    return not is_met
