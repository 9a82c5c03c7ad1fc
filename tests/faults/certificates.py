"""1,000 certificates by a real worker on PostgreSQL, killed twice: each exactly once.

The worker is a process of its own (`manage.py db_worker`), killed with SIGKILL by its id in the
middle of the batch and started again, as a supervisor would. The time counts from the click to the
end of the job, dead time included.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any

from tests.engines import ROOT, running_postgres

NUMBER, SECONDS = 1000, 60.0
KILLED_AT = (300, 650)
GIVEN_UP_AFTER = 300.0


def main() -> int:
    with running_postgres() as url, tempfile.TemporaryDirectory(prefix="anfan-fault-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "EMAIL_URL": "dummymail://",
            "LOG_LEVEL": "ERROR",
        }
        import django

        django.setup()
        return drill()


def drill() -> int:
    """Seed, click, kill, count; print each figure beside its target."""
    from django.core.management import call_command

    from courses.services.certifying import issue_certificates

    call_command("migrate", verbosity=0)
    run, certifier = seeded(NUMBER)
    started = time.monotonic()
    job = issue_certificates(run=run, by=certifier)
    seconds = worked_off(job, started)
    job.refresh_from_db()
    missed = [report("seconds, killed twice", round(seconds, 1), SECONDS, seconds <= SECONDS)]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"     of them worked by the workers' processors: {used.ru_utime + used.ru_stime:.1f}")
    missed += [report("runs of the job", job.runs, 3, job.runs == 3)]
    missed += [report(name, found, NUMBER, found == NUMBER) for name, found in counts().items()]
    missed += [report("job", job.state, "done", job.state == "done")]
    missed += [report(name, found, 0, not found) for name, found in faults().items()]
    return int(any(missed))


def seeded(number: int) -> tuple[Any, Any]:
    """A closed run with so many people who have completed it; and its certifier."""
    from courses.lifecycle import EnrolmentState, RunState
    from courses.models import Enrolment
    from portal.accounts.models import User
    from portal.core import clock
    from tests.factories.certificates import OUTCOME
    from tests.factories.courses import make_run, make_team

    team = make_team()
    run = make_run(RunState.CLOSED, team=team)
    people = [User(email=f"learner{n}@example.org", name=f"示例学员{n:04}") for n in range(number)]
    for place, person in enumerate(User.objects.bulk_create(people), start=1):
        Enrolment.objects.create(
            run=run,
            learner=person,
            place=place,
            state=EnrolmentState.COMPLETED,
            outcome=OUTCOME,
            settled_at=clock.now(),
        )
    return run, team.certifier


def start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "db_worker", "--queue-name", "*", "--no-reload"]
    command += ["--interval", "0.5", "--no-startup-delay", "-v", "0"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def worked_off(job: Any, started: float) -> float:
    """Run workers until the job has ended, killing them on the way; return the seconds."""
    from courses.models import Certificate

    worker, kills = start_worker(), list(KILLED_AT)
    try:
        while time.monotonic() - started < GIVEN_UP_AFTER:
            time.sleep(0.1)
            if kills and Certificate.objects.count() >= kills[0]:
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait()
                print(f"killed at {Certificate.objects.count()} after", end=" ")
                print(f"{time.monotonic() - started:.1f} s")
                kills.pop(0)
                worker = start_worker()
            job.refresh_from_db()
            if job.is_finished:
                break
        return time.monotonic() - started
    finally:
        worker.kill()
        worker.wait()


def counts() -> dict[str, int]:
    """What there must be exactly NUMBER of."""
    from courses.certification import parse_number
    from courses.models import Certificate, Credential
    from portal.core.models import AuditEvent, Mail, Notification

    serials = {
        parse_number(one).serial for one in Certificate.objects.values_list("number", flat=True)
    }
    return {
        "certificates": Certificate.objects.count(),
        "learners with one": Certificate.objects.values("enrolment").distinct().count(),
        "serials 1 to the number, without a gap": len(serials & set(range(1, NUMBER + 1))),
        "credentials": Credential.objects.count(),
        "status places": Certificate.objects.values("list_number", "status_index")
        .distinct()
        .count(),
        "lines in the record": AuditEvent.objects.filter(action="certificate.issued").count(),
        "notices": Notification.objects.filter(kind="certificate.issued").count(),
        "mails": Mail.objects.count(),
    }


def faults() -> dict[str, int]:
    """What there must be none of."""
    from courses.credentials import TokenError, is_consistent, read_token
    from courses.models import Credential
    from courses.services.keys import published_keys
    from portal.core import audit
    from portal.core.models import AuditChain

    keys, refused = published_keys(), 0
    for text in Credential.objects.values_list("text", flat=True):
        try:
            refused += not is_consistent(read_token(text, keys))
        except TokenError:
            refused += 1
    broken = sum(audit.verify(chain) is not None for chain in AuditChain.objects.all())
    return {"credentials refused": refused, "broken chains": broken}


def report(name: str, found: Any, target: Any, is_met: bool) -> bool:
    """Print one figure; return whether it misses its target."""
    print(f"{'ok  ' if is_met else 'MISS'} {name}: {found} (target {target})")
    return not is_met
