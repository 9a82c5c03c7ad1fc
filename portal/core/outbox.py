"""The outbox: mails written with a change, sent by the worker, tried again for a day.

Each mail is handed to the mail server at most once. SMTP cannot say "exactly once": a worker killed
while it speaks with the server leaves unknown whether the mail went out. So a mail is claimed
(committed) before the conversation and marked after it; what was claimed and never marked is
`UNCLEAR`, is listed for the system administrators, and goes out again only when one of them says
so (docs/adr/0016). Whoever has an account finds the notice in the inbox in any case.
"""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import task

from portal.core import audit, clock
from portal.core.models import Mail
from portal.core.models.messages import TRIES_FOR

log = logging.getLogger(__name__)
# How long a mail that went out stays in the table.
KEPT_FOR = timedelta(days=30)
# A task that was lost is noticed after LOST; a conversation with a mail server is over long before
# HUNG (settings.EMAIL_TIMEOUT), so what is still claimed then has lost its worker.
LOST, HUNG = timedelta(minutes=10), timedelta(minutes=15)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
STUCK = (Mail.State.FAILED, Mail.State.UNCLEAR)
_withholding: ContextVar[bool] = ContextVar("withholding_mail", default=False)


def enqueue_mail(mail: Mail) -> None:
    """Hand a waiting mail to the worker when the transaction commits."""
    if _withholding.get():
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.WITHHELD)
        return
    Mail.objects.filter(pk=mail.pk).update(next_try_at=clock.now() + LOST)
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
def deliver_mail(mail_id: int) -> None:
    """Send one waiting mail: claim it, hand it over, mark it. A second delivery does nothing."""
    mail = claim(mail_id)
    if mail is None:
        return
    try:
        letter(mail).send()
    except Exception as error:
        put_back(mail, error)
    else:
        # Also when it took so long that it was thought lost.
        taken = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)
        taken.filter(state__in=[Mail.State.SENDING, Mail.State.UNCLEAR]).update(
            state=Mail.State.SENT, sent_at=clock.now(), last_error=""
        )


def claim(mail_id: int) -> Mail | None:
    """Take a waiting mail for this worker; None if another has it or it is done.

    One conditional UPDATE, committed before the mail server is spoken to, decides between workers.
    """
    with transaction.atomic():
        free = Mail.objects.filter(pk=mail_id, state=Mail.State.WAITING)
        if not free.update(
            state=Mail.State.SENDING, claimed_at=clock.now(), attempts=F("attempts") + 1
        ):
            return None
    return Mail.objects.get(pk=mail_id)


def letter(mail: Mail) -> EmailMessage:
    """Return the mail as it goes out; its Message-ID is the same at every try."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<notice-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    subject = " ".join(mail.subject.split())
    return EmailMessage(subject, mail.body, None, [mail.address], headers=headers)


def put_back(mail: Mail, error: Exception) -> None:
    """Let a mail wait for its next try, or give it up: refused for good, or a day is over."""
    now = clock.now()
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    over = is_refusal(error) or now >= mail.tries_until
    Mail.objects.filter(pk=mail.pk, attempts=mail.attempts, state=Mail.State.SENDING).update(
        state=Mail.State.FAILED if over else Mail.State.WAITING,
        next_try_at=min(now + pause, mail.tries_until),
        last_error=str(error)[:500],
    )
    log.warning("mail %s was not taken (try %s): %s", mail.pk, mail.attempts, type(error).__name__)


def is_refusal(error: Exception) -> bool:
    """Say whether the server refused the address for good (5xx): another try says the same."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    codes = [code for code, _words in error.recipients.values()]
    return bool(codes) and all(500 <= code < 600 for code in codes)


def send_due() -> int:
    """Hand to the worker what is to be tried again, and what a lost task left; return how many."""
    now, sent = clock.now(), 0
    due = Mail.objects.filter(state=Mail.State.WAITING, next_try_at__lte=now).order_by("pk")
    for mail_id in list(due.values_list("pk", flat=True)):
        # Not handed over again by the next sweep while the queue is long.
        if due.filter(pk=mail_id).update(next_try_at=now + LOST):
            deliver_mail.enqueue(mail_id)
            sent += 1
    return sent


def settle_hung() -> int:
    """Mark as unclear what was claimed by a worker that is gone; return how many."""
    hung = Mail.objects.filter(state=Mail.State.SENDING, claimed_at__lt=clock.now() - HUNG)
    return hung.update(
        state=Mail.State.UNCLEAR,
        last_error="The worker ended while it spoke with the mail server.",
    )


def drop_old() -> int:
    """Delete what was sent more than 30 days ago: notices stay in the inbox, addresses need not."""
    old = Mail.objects.filter(state=Mail.State.SENT, sent_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]


def stuck_mails() -> QuerySet[Mail]:
    """Return what only a person can send on, newest first."""
    return Mail.objects.filter(state__in=STUCK).order_by("-created_at", "-pk")


@transaction.atomic
def send_again(*, mail: Mail, by: object) -> bool:
    """Try a mail that was given up, or is unclear, for another day. Audited.

    Locks the row; returns False, changing nothing, where it waits or was sent already.
    """
    locked = Mail.objects.select_for_update().get(pk=mail.pk)
    if not locked.is_stuck:
        return False
    before = locked.state
    locked.state, locked.tries_until = Mail.State.WAITING, clock.now() + TRIES_FOR
    locked.save(update_fields=["state", "tries_until"])
    audit.record(action="mail.sent_again", obj=locked, by=by, before=before)
    enqueue_mail(locked)
    return True
