"""The bridge to the task queue: jobs with progress. Mails go out by `outbox`.

Services leave rows here (`enqueue_job`); the worker runs them. What a job does is registered by
each app's `tasks.py` under the job's kind. A job that raises is marked failed and can be rerun.

A worker may be killed at any moment. While it runs a job it holds a lease that a thread renews; a
job whose lease has run out is taken up again by any worker, up to RUNS_MAX times. So a handler
may be called again for the same job: it goes on from what the tables say and does nothing twice.
"""

import logging
import secrets
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import Error as DatabaseFault
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from portal.core import audit, clock
from portal.core.audit import origin
from portal.core.models import Job

log = logging.getLogger(__name__)
Handler = Callable[["Progress"], dict[str, Any]]
HANDLERS: dict[str, Handler] = {}
# A worker renews its lease every BEAT; after LEASE without that it counts as dead. A living one
# that was too slow loses its job at the next step; nothing is done twice by it.
BEAT, LEASE = timedelta(seconds=1), timedelta(seconds=4)
WATCH = timedelta(seconds=1)
RUNS_MAX = 5
URGENT = 10


class Cancelled(Exception):
    """Raised inside a handler when the person who waits has cancelled the job."""


class LeaseLost(Exception):
    """Raised inside a handler when another worker has taken the job up."""


class Progress:
    """What a handler receives: the job's arguments, and how to report and to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments

    def step(self, done: int, total: int) -> None:
        """Store the count; raise Cancelled if somebody asked to stop. Call between items."""
        own = Job.objects.filter(pk=self.job.pk, lease=self.job.lease)
        if own.filter(cancel_asked=False).update(done=done, total=total):
            return
        raise Cancelled if own.exists() else LeaseLost

    def note(self, faults: list[dict[str, str]]) -> None:
        """Keep what failed so far ({"reason": text}); the page of the job shows it."""
        self.job.faults = faults
        Job.objects.filter(pk=self.job.pk, lease=self.job.lease).update(faults=faults)


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of one kind of job."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue_job(*, kind: str, label: str, by: Any, **arguments: Any) -> Job:
    """Create a waiting job and hand it to the worker when the transaction commits."""
    behind = origin.present().behind
    job = Job.objects.create(kind=kind, label=label, arguments=arguments, by=by, behind=behind)
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
    return job


@transaction.atomic
def cancel_job(*, job: Job, by: Any) -> None:
    """Ask a job to stop: a waiting one ends at once, a running one at its next step. Audited."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_finished or locked.cancel_asked:
        return
    locked.cancel_asked = True
    if locked.state == Job.State.WAITING:
        locked.state, locked.finished_at = Job.State.CANCELLED, clock.now()
    locked.save(update_fields=["cancel_asked", "state", "finished_at"])
    audit.record(action="job.cancelled", obj=locked, by=by, facts={"kind": locked.kind})


@task(priority=URGENT)
def run_job(job_id: int) -> None:
    """Run one job to its end; a second delivery of a finished or running job does nothing.

    Leaves its own successor first, so that a job whose worker dies is looked at again.
    """
    if Job.objects.filter(pk=job_id, finished_at__isnull=True).exists():
        watch_job(job_id)
        job = take_job(job_id)
        if job is not None:
            with kept_lease(job):
                work_off(job)


def watch_job(job_id: int) -> None:
    """Have the job looked at again soon, where the queue can wait (the suite's cannot)."""
    if run_job.get_backend().supports_defer:
        run_job.using(run_after=timezone.now() + WATCH).enqueue(job_id)


def take_job(job_id: int) -> Job | None:
    """Take the lease of a waiting job, or of one whose worker no longer renews it; else None.

    One conditional UPDATE decides between workers. A job that has worn out RUNS_MAX workers is
    marked failed instead: it may be what kills them.
    """
    now, lease = timezone.now(), secrets.token_hex(8)
    dead = Q(state=Job.State.RUNNING) & (Q(beat_at__isnull=True) | Q(beat_at__lt=now - LEASE))
    free = Job.objects.filter(Q(state=Job.State.WAITING) | dead, pk=job_id)
    fault = [{"reason": f"The work was broken off {RUNS_MAX} times and was given up."}]
    free.filter(runs__gte=RUNS_MAX).update(
        state=Job.State.FAILED, finished_at=clock.now(), faults=fault
    )
    taken = free.filter(runs__lt=RUNS_MAX).update(
        state=Job.State.RUNNING, lease=lease, beat_at=now, runs=F("runs") + 1
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id, started_at__isnull=True).update(started_at=clock.now())
    return Job.objects.get(pk=job_id)


@contextmanager
def kept_lease(job: Job) -> Iterator[None]:
    """Renew the job's lease in a thread while the block runs, where another worker may look."""
    if not run_job.get_backend().supports_defer:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=renew_lease, args=(job, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def renew_lease(job: Job, over: threading.Event) -> None:
    """Renew the lease until told to stop; a database that does not answer is asked again."""
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                Job.objects.filter(pk=job.pk, lease=job.lease).update(beat_at=timezone.now())
            except DatabaseFault:
                log.warning("the lease of job %s could not be renewed", job.public_id)
                connection.close()
    finally:
        connection.close()


def work_off(job: Job) -> None:
    """Call the handler of a job that is ours and store how it ended, if it still is."""
    state, faults, result = Job.State.DONE, None, {}
    try:
        with origin.coming_from(behind=job.behind):
            result = HANDLERS[job.kind](Progress(job))
    except Cancelled:
        state = Job.State.CANCELLED
    except LeaseLost:
        log.warning("job %s (%s) was taken up by another worker", job.public_id, job.kind)
        return
    except Exception:
        log.exception("job %s (%s) failed", job.public_id, job.kind)
        state, faults = Job.State.FAILED, [{"reason": traceback.format_exc(limit=1)[-500:]}]
    Job.objects.filter(pk=job.pk, lease=job.lease).update(
        state=state,
        finished_at=clock.now(),
        result=result or {},
        faults=job.faults if faults is None else faults,
    )


def resume_jobs() -> int:
    """Put back the open jobs that dead workers left; return how many.

    For a timer (`manage.py resume_work`); needed only after a kill in the instant between taking a
    task and leaving its successor. What runs or was done is not done again.
    """
    jobs = list(Job.objects.filter(finished_at__isnull=True).values_list("pk", flat=True))
    for job_id in jobs:
        run_job.enqueue(job_id)
    return len(jobs)
