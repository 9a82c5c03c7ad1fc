"""What a list of participants (花名册) does when it is taken into a run.

`plan_roster` says row by row what would happen and what is in the way; `open_roster` and
`enter_people` do it, in batches, and a second time nothing; `undo_roster` takes it back. Reading
cells belongs to `imports`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.lifecycle import ALIVE, INSIDE, EnrolmentState
from courses.models import Attendance, Enrolment, PracticeWork, Roster, Run, UnitCompletion
from courses.queries.enrolments import emails_of_workers, seats_taken
from courses.rules.enrolling import check_can_roster
from courses.services.enrolling import enter
from courses.services.notices import tell_learner, words_of
from courses.services.seats import end_offer, fill_seats, lock_run, settle
from portal.accounts.models import Organisation
from portal.accounts.services.enlisting import enlist
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.models import PrivateFile
from portal.core.notifications import notify
from portal.core.queue import enqueue_job
from portal.core.spreadsheets import Fault

BATCH = 50
# Above this a list is taken in by the worker, with progress.
AT_ONCE = 200
ROSTER_JOB = "courses.roster"
# SQLite takes so many values in one statement on every build.
CHUNK = 500


@dataclass(frozen=True)
class Person:
    """One row of a list as values; `bad` says that it has a fault and is not taken in."""

    sheet: str
    row: int
    headings: dict[str, str]
    name: str = ""
    email: str = ""
    mobile: str = ""
    uscc: str = ""
    note: str = ""
    bad: frozenset[str] = frozenset()

    def fault(self, column: str, reason: str, remedy: str, *, blocks: bool = True) -> Fault:
        """Return a fault at one of this row's cells, under its heading in the sheet."""
        heading = self.headings.get(column, column)
        return Fault(self.sheet, self.row, heading, reason, remedy, blocks)


@dataclass
class Step:
    """What one row does: "seat", "wait", "same" (nothing) or "faulty"."""

    person: Person
    action: str


@dataclass
class Plan:
    """What taking a list in would do; `refusal` is why it cannot be taken in now."""

    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refusal: str = ""

    def count(self, action: str) -> int:
        """Return how many rows do this."""
        return sum(step.action == action for step in self.steps)


# --- planning -----------------------------------------------------------------------------------


def plan_roster(*, people: Sequence[Person], run: Run, by: Any) -> Plan:
    """Return what taking these rows in would do, and the faults only the database knows.

    Nothing in it depends on whether an address has an account. Seats are given in the order of the
    rows; who comes after the last free one joins the waiting list.
    """
    plan = Plan()
    try:
        check_can_roster(by, run)
    except Denied as refusal:
        plan.refusal = str(refusal)
    workers, inside = emails_of_workers(run), states_by_address(run, people)
    codes = registered_codes(people)
    waiting = run.enrolments.filter(state=EnrolmentState.WAITLISTED).exists()
    free = 0 if waiting else max(0, run.capacity - seats_taken(run))
    for person in people:
        faults = list(faults_against(person, workers, inside, codes))
        plan.faults += faults
        action = action_of(person, faults, inside, free)
        free -= action == "seat"
        plan.steps.append(Step(person, action))
    if plan.count("wait"):
        plan.faults.append(over_capacity(run, plan.count("wait")))
    return plan


def states_by_address(run: Run, people: Sequence[Person]) -> dict[str, str]:
    """Return the state of those on the list who have or had a place in the run, by address."""
    wanted = [person.email for person in people if person.email]
    found: dict[str, str] = {}
    for at in range(0, len(wanted), CHUNK):
        rows = run.enrolments.filter(learner__email__in=wanted[at : at + CHUNK])
        found |= dict(rows.values_list("learner__email", "state"))
    return found


def registered_codes(people: Sequence[Person]) -> dict[str, int]:
    """Return the ids of the registered organisations that the list names, by credit code."""
    wanted = sorted({person.uscc for person in people if person.uscc})
    found: dict[str, int] = {}
    for at in range(0, len(wanted), CHUNK):
        rows = Organisation.objects.filter(uscc__in=wanted[at : at + CHUNK], is_active=True)
        found |= dict(rows.values_list("uscc", "pk"))
    return found


def faults_against(
    person: Person, workers: set[str], inside: dict[str, str], codes: dict[str, int]
) -> Any:
    """Yield what stands against one row by what is there already; most are remarks."""
    if person.email in workers:
        yield person.fault(
            "email",
            _("This person works for the run and cannot learn in it."),
            _("Delete the row."),
        )
    state = inside.get(person.email)
    if (state in ALIVE and state != EnrolmentState.REQUESTED) or state in INSIDE:
        label = EnrolmentState(state).label
        yield person.fault(
            "email",
            _("This person is in the run already: %(state)s.") % {"state": label},
            _("Nothing happens to this row; it may stay."),
            blocks=False,
        )
    if state == EnrolmentState.WITHDRAWN:
        yield person.fault(
            "email",
            _("This person has withdrawn from the run before."),
            _("Make sure that they want to take part; else delete the row."),
            blocks=False,
        )
    if person.uscc and person.uscc not in codes and "uscc" not in person.bad:
        yield person.fault(
            "uscc",
            _("No organisation with this code is registered here."),
            _("The row is taken in without an organisation."),
            blocks=False,
        )


def action_of(person: Person, faults: list[Fault], inside: dict[str, str], free: int) -> str:
    """Return what one row does."""
    if person.bad or any(fault.blocks for fault in faults):
        return "faulty"
    state = inside.get(person.email)
    if state in INSIDE or (state in ALIVE and state != EnrolmentState.REQUESTED):
        return "same"
    return "seat" if free > 0 else "wait"


def over_capacity(run: Run, number: int) -> Fault:
    """Return the remark of a list that is longer than there are free seats."""
    text = ngettext(
        "The run has %(seats)d seats: %(n)d person of the list joins the waiting list.",
        "The run has %(seats)d seats: %(n)d persons of the list join the waiting list.",
        number,
    )
    return Fault(
        "",
        None,
        None,
        text % {"seats": run.capacity, "n": number},
        _("Give the run more seats first, or let them wait in the order of the rows."),
        blocks=False,
    )


# --- taking in ----------------------------------------------------------------------------------


def digest_of(people: Sequence[Person]) -> str:
    """Return the SHA-256 over a list's people: how the file was saved does not count."""
    rows = [(one.name, one.email, one.mobile, one.uscc, one.note) for one in people]
    return hashlib.sha256(audit.canonical(rows).encode()).hexdigest()


@transaction.atomic
def open_roster(*, run: Run, file: PrivateFile, people: Sequence[Person], by: Any) -> Roster:
    """Begin to take a list into a run; return its roster, the standing one for the same people.

    Locks the run, checks the rule, writes the row (or takes up one that was undone) and an audit
    event. Raises Denied.
    """
    locked = lock_run(run)
    check_can_roster(by, locked)
    roster, created = Roster.objects.get_or_create(
        run=locked, sha256=digest_of(people), defaults={"file": file, "taken_by": by}
    )
    if created or roster.undone_at:
        roster.undone_at = None
        roster.save(update_fields=["undone_at"])
        facts = {"file": file.name, "sha256": roster.sha256, "rows": len(people)}
        audit.record(action="roster.taken_in", obj=roster, by=by, facts=facts)
    return roster


@transaction.atomic
def enter_people(*, roster: Roster, people: Sequence[Person], by: Any) -> int:
    """Give places to some rows of a roster in their order; return how many are new.

    A row whose person has a place already changes nothing, so that a batch may be repeated. Locks
    the run, checks the rule; for each row makes an account if the address has none, writes the
    enrolment at the next place, settles it (seat or waiting list), audits, and tells the person –
    with the way to a password where the account is new. Raises Denied.
    """
    run = lock_run(roster.run)
    check_can_roster(by, run)
    accounts = enlist(people={person.email: person.name for person in people}, by=by)
    codes = registered_codes(people)
    rows = run.enrolments.filter(learner__in=[user.pk for user, _new in accounts.values()])
    standing = {row.learner_id: row for row in rows.select_related("learner")}
    count = 0
    for person in people:
        user, is_new = accounts[person.email]
        before = standing.get(user.pk)
        if before and is_placed(before):
            continue
        one = place_person(run, roster, person, user, before, codes, by=by)
        tell_listed(one, is_new)
        count += 1
    return count


def is_placed(enrolment: Enrolment) -> bool:
    """Say whether somebody has a place or waits for one."""
    state = EnrolmentState(enrolment.state)
    return state in INSIDE or (state in ALIVE and state != EnrolmentState.REQUESTED)


def place_person(
    run: Run,
    roster: Roster,
    person: Person,
    user: Any,
    before: Enrolment | None,
    codes: dict[str, int],
    *,
    by: Any,
) -> Enrolment:
    """Write one row of a roster as an enrolment of a locked run and settle it."""
    facts = {
        "roster": roster,
        "source": Enrolment.Source.ROSTER,
        "listed_name": person.name,
        "mobile": person.mobile,
        "note": person.note,
        "organisation_id": codes.get(person.uscc),
    }
    if before and before.state == EnrolmentState.REQUESTED:
        one = before
        one.run = run
        for name, value in facts.items():
            setattr(one, name, value)
        one.save(update_fields=list(facts))
    else:
        one = enter(run, user, before, by=by, **facts)
    settle(one, by=by, quiet=True)
    return one


LISTED_TEXTS = {
    EnrolmentState.ENROLLED: (
        gettext_lazy("You are enrolled in “%(course)s”"),
        gettext_lazy(
            "%(lead)s has put you on the list of participants of run %(code)s. The first day is "
            "%(starts)s."
        ),
    ),
    EnrolmentState.WAITLISTED: (
        gettext_lazy("You are on the waiting list of “%(course)s”"),
        gettext_lazy(
            "%(lead)s has put you on the list of participants of run %(code)s. All seats are "
            "taken; when one becomes free it is offered to you in your turn."
        ),
    ),
}


class WithPassword:
    """A text, and how to get in for who has no password yet; written in the reader's language."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __str__(self) -> str:
        more = _(
            "An account was made for this address. Open the link below, enter the address and "
            "choose a password; then you see your course. If you do not want to take part, you can "
            "withdraw there, or write to the organisers."
        )
        return f"{self.text}\n\n{more}"


def tell_listed(enrolment: Enrolment, is_new: bool) -> None:
    """Tell a person that somebody put them on a list, and how to get in."""
    subject, body = LISTED_TEXTS[EnrolmentState(enrolment.state)]
    run = enrolment.run
    notify(
        [enrolment.learner],
        kind="enrolment.listed",
        subject=subject,
        body=WithPassword(body) if is_new else body,  # type: ignore[arg-type]
        context={**words_of(run), "lead": run.lead.name},
        url=reverse("account_reset_password") if is_new else reverse("learning_home"),
    )


def enqueue_roster(*, roster: Roster, by: Any) -> Any:
    """Hand a long list to the worker; return the job, whose page shows how far it is."""
    label = _("List of participants of %(run)s") % {"run": roster.run.code}
    return enqueue_job(kind=ROSTER_JOB, label=label, by=by, roster=roster.pk, person=by.pk)


# --- taking back --------------------------------------------------------------------------------


def has_begun(enrolments: QuerySet[Enrolment]) -> bool:
    """Say whether anybody of these has learned anything yet."""
    traces = (UnitCompletion, Attendance, PracticeWork)
    if any(model.objects.filter(enrolment__in=enrolments).exists() for model in traces):
        return True
    return enrolments.filter(attempts__isnull=False).exists()


@transaction.atomic
def undo_roster(*, roster: Roster, by: Any) -> int:
    """Take everybody of a roster out again; return how many there were.

    Rule: a list is taken back by a coordinator before the run starts, while nobody on it has begun
    to learn. Locks the run, checks the rule, moves each enrolment that still stands, tells the
    people, offers the freed seats to those who wait, audits. Accounts stay: their owners may use
    them. A repeated click changes nothing. Raises Denied.
    """
    run = lock_run(roster.run)
    current = Roster.objects.select_for_update().select_related("file").get(pk=roster.pk)
    current.run = run
    if current.undone_at:
        return 0
    check_can_roster(by, run)
    rows = current.enrolments.all()
    if has_begun(rows):
        raise Denied(
            gettext_lazy("Somebody on this list has begun to learn: take people out one by one."),
            code="roster.begun",
        )
    standing = list(rows.filter(state__in=ALIVE).select_related("learner"))
    reason = _("The list of participants was taken back.")
    for one in standing:
        one.run = run
        end_offer(one, "remove", by=by, reason=reason)
        tell_learner(one, "remove", reason=reason)
    current.undone_at = clock.now()
    current.save(update_fields=["undone_at"])
    audit.record(action="roster.undone", obj=current, by=by, facts={"people": len(standing)})
    fill_seats(run)
    return len(standing)
