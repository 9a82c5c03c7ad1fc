"""Closing an account at its person's own wish, after seven days in which it can be taken back."""

import logging
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import ClosureState
from portal.accounts.lifecycle import CLOSURE
from portal.accounts.models import Closure, User
from portal.accounts.rules.personal import check_can_close
from portal.core import audit, clock, personal
from portal.core.notifications import notify, write_to

log = logging.getLogger(__name__)
GRACE = timedelta(days=7)
POSTPONED = timedelta(days=1)
ALIAS = "已注销用户"


@transaction.atomic
def ask_to_close(*, by: User) -> Closure:
    """Ask for one's account to be closed in seven days. Raises Denied.

    Locks the person, checks the rule, leaves the request, audits, tells by mail. A second wish
    returns the one that waits.
    """
    person = User.objects.select_for_update().get(pk=by.pk)
    waiting = Closure.objects.filter(person=person, state=ClosureState.WAITING).first()
    if waiting is not None:
        return waiting
    check_can_close(person)
    closure = Closure.objects.create(person=person, due_at=clock.now() + GRACE)
    audit.record(action="account.closing_asked", obj=closure, by=by, after=closure.due_at)
    notify(
        [person],
        kind="account.closing",
        subject=_("Your account will be closed in seven days"),
        body=_("If you did not ask for this, or have changed your mind, take it back in time."),
        url=reverse("personal_home"),
    )
    return closure


@transaction.atomic
def take_back(*, closure: Closure, by: User) -> Closure:
    """Keep the account after all. Locks, state and audit; raises Denied once it is carried out."""
    locked = Closure.objects.select_for_update().get(pk=closure.pk)
    CLOSURE.move(locked, "take_back", by=by, more={"ended_at": clock.now()})
    return locked


def close_due() -> int:
    """Carry out the requests whose grace is over; return how many accounts were closed.

    Each in its own transaction: one that fails is logged and does not hold up the others.
    """
    closed = 0
    due = Closure.objects.filter(state=ClosureState.WAITING, due_at__lte=clock.now())
    for closure_id in list(due.values_list("pk", flat=True)):
        try:
            closed += carry_out(closure_id=closure_id)
        except Exception:
            log.exception("closing %s failed", closure_id)
    return closed


@transaction.atomic
def carry_out(*, closure_id: int) -> bool:
    """Close one account whose grace is over; return whether that was done.

    Locks the request and the person; what must be settled first postpones it by a day and says so.
    Otherwise every app forgets the person under an alias, then state and audit event with the
    counts, and a last mail to the old address. Signed ballots, certificates and the record stay.
    """
    closure = Closure.objects.select_for_update().get(pk=closure_id)
    if closure.state != ClosureState.WAITING or closure.due_at > clock.now():
        return False
    person = User.objects.select_for_update().get(pk=closure.person_id)
    if reasons := personal.obstacles_of(person):
        postpone(closure, person, str(reasons[0]))
        return False
    address, language = person.email, person.language
    counts = personal.forget(person, f"{ALIAS} {closure.public_id[:6]}")
    CLOSURE.move(closure, "carry_out", by=None, more={"ended_at": clock.now()}, erased=counts)
    with translation.override(language):
        write_to(
            address,
            subject=gettext("Your account has been closed"),
            body=gettext("This mail is the last one; it is deleted from our outbox in 30 days."),
        )
    return True


def postpone(closure: Closure, person: User, reason: str) -> None:
    """Put a request off by a day and tell its person why."""
    closure.due_at = clock.now() + POSTPONED
    closure.save(update_fields=["due_at"])
    audit.record(action="account.closing_put_off", obj=closure, by=None, after=closure.due_at)
    notify(
        [person],
        kind="account.closing_waits",
        subject=_("Your account cannot be closed yet"),
        body="%(reason)s",
        context={"reason": reason},
        url=reverse("personal_home"),
    )
