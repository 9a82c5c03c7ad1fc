"""The bridge to the task queue: jobs with progress, and the mail outbox.

Services leave rows here (`enqueue_job`, notifications leave mails); the worker runs them.
What a job does is registered by each app's `tasks.py` under the job's kind. Retry of mails is
by re-enqueueing with a growing delay; a job that raises is marked failed and can be rerun.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from portal.core import audit, clock
from portal.core.models import Job, Mail

log = logging.getLogger(__name__)
Handler = Callable[["Progress"], dict[str, Any]]
HANDLERS: dict[str, Handler] = {}
MAIL_ATTEMPTS = 8
_withholding: ContextVar[bool] = ContextVar("withholding_mail", default=False)


class Cancelled(Exception):
    """Raised inside a handler when the person who waits has cancelled the job."""


class Progress:
    """What a handler receives: the job's arguments, and how to report and to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments

    def step(self, done: int, total: int) -> None:
        """Store the count; raise Cancelled if somebody asked to stop. Call between items."""
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total)


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of one kind of job."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def enqueue_job(*, kind: str, label: str, by: Any, **arguments: Any) -> Job:
    """Create a waiting job and hand it to the worker when the transaction commits."""
    job = Job.objects.create(kind=kind, label=label, arguments=arguments, by=by)
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


def enqueue_mail(mail: Mail) -> None:
    """Hand a waiting mail to the worker when the transaction commits."""
    if _withholding.get():
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.WITHHELD)
        return
    transaction.on_commit(lambda: deliver_mail.enqueue(mail.pk))


@contextmanager
def no_mail() -> Iterator[None]:
    """Write mails inside the block but never send them: the demo's people do not exist."""
    token = _withholding.set(True)
    try:
        yield
    finally:
        _withholding.reset(token)


@task()
def run_job(job_id: int) -> None:
    """Run one job to its end; a second delivery of the same job does nothing."""
    started = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=clock.now()
    )
    if not started:
        return
    job = Job.objects.get(pk=job_id)
    state, faults, result = Job.State.DONE, job.faults, {}
    try:
        result = HANDLERS[job.kind](Progress(job))
    except Cancelled:
        state = Job.State.CANCELLED
    except Exception:
        log.exception("job %s (%s) failed", job.public_id, job.kind)
        state, faults = Job.State.FAILED, [{"reason": traceback.format_exc(limit=1)[-500:]}]
    Job.objects.filter(pk=job_id).update(
        state=state, finished_at=clock.now(), result=result or {}, faults=faults
    )


@task()
def deliver_mail(mail_id: int) -> None:
    """Send one waiting mail; on failure try again later, up to MAIL_ATTEMPTS times."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None or mail.state != Mail.State.WAITING:
            return
        mail.attempts += 1
        try:
            send_mail(mail.subject, mail.body, None, [mail.address])
        except Exception as error:
            mail.last_error = str(error)[:500]
            retry_mail(mail)
        else:
            mail.state, mail.sent_at = Mail.State.SENT, clock.now()
        mail.save()


def retry_mail(mail: Mail) -> None:
    """Put a mail back with a delay that doubles from one minute, or give it up."""
    if mail.attempts >= MAIL_ATTEMPTS:
        mail.state = Mail.State.FAILED
        return
    later = timezone.now() + timedelta(minutes=2 ** (mail.attempts - 1))
    transaction.on_commit(lambda: deliver_mail.using(run_after=later).enqueue(mail.pk))
