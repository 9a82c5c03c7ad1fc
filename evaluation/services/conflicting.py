"""Ties between experts and entries (回避): found by credit code, declared, decided.

Not for filling the seat of somebody who steps back: that is panelling.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import ASSIGNMENT, AssignmentState
from evaluation.models import Assignment, ConflictFact, Expert
from evaluation.queries.conflicts import Tie, detected_ties
from evaluation.rules.panels import (
    check_can_decide_conflict,
    check_can_declare,
    check_can_recuse,
    check_is_panel_office,
    is_chair_of,
)
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import audit, clock
from portal.core.notifications import notify
from showcase.models import Round, Submission

NO_LONGER_SHOWN = "the profile no longer shows it"


@transaction.atomic
def detect_conflicts(round: Round, *, by: Any) -> int:
    """Bring the round's detected ties up to date and return how many hold now.

    New ties are written as upheld by rule, those the data no longer shows are set aside (not
    deleted), and one that shows again holds again; run twice, the second changes nothing. One
    audit event tells what changed. Raises Denied for anybody but the secretariat.
    """
    check_is_panel_office(by)
    Round.objects.select_for_update().get(pk=round.pk)
    shown = detected_ties(round)
    kept = {
        (fact.expert_id, fact.submission_id, fact.kind): fact
        for fact in ConflictFact.objects.filter(
            submission__round=round, source=ConflictFact.Source.DETECTED
        )
    }
    added = shown - set(kept)
    ConflictFact.objects.bulk_create([new_detected(tie) for tie in sorted(added)])
    gone = [fact for tie, fact in kept.items() if tie not in shown and fact.upheld]
    back = [fact for tie, fact in kept.items() if tie in shown and not fact.upheld]
    for fact in gone:
        fact.upheld, fact.decision = False, NO_LONGER_SHOWN
    for fact in back:
        fact.upheld, fact.decision = True, ""
    ConflictFact.objects.bulk_update([*gone, *back], ["upheld", "decision"])
    if added or gone or back:
        audit.record(
            action="conflicts.detected",
            obj=round,
            by=by,
            after=len(shown),
            facts={"added": len(added), "gone": len(gone), "back": len(back)},
        )
    return len(shown)


def new_detected(tie: Tie) -> ConflictFact:
    """Return an unsaved tie found by credit code; it holds by rule."""
    expert, submission, kind = tie
    return ConflictFact(
        expert_id=expert,
        submission_id=submission,
        kind=kind,
        source=ConflictFact.Source.DETECTED,
        upheld=True,
        found_at=clock.now(),
    )


@transaction.atomic
def declare_none(assignment: Assignment, *, pledged: bool, by: Any) -> Assignment:
    """Record that the expert keeps the material confidential and has no tie; opens the dossier.

    A repeated click changes nothing. Raises Denied for another person, ValidationError when the
    pledge is not given.
    """
    locked = locked_assignment(assignment)
    check_can_recuse(by, locked)
    if not pledged:
        raise ValidationError(
            {"pledged": _("Confirm that you keep the material confidential.")}, code="pledge"
        )
    if locked.declared_at is None:
        mark_declared(locked)
        audit.record(
            action="assignment.declared",
            obj=locked,
            by=by,
            after="none",
            facts={"confidentiality": True},
        )
    return locked


@transaction.atomic
def declare_conflict(
    *, expert: Expert, submission: Submission, kind: str, note: str, by: Any
) -> ConflictFact:
    """Record a tie that an expert declares; it bars him until somebody decides.

    May come before the draw. An active assignment stays, its sheet cannot be signed until the
    chair (or the secretariat) has decided. Writes the fact, then the audit event, then notices.
    Raises Denied for another person, ValidationError without a known kind or a note.
    """
    check_can_declare(by, expert, submission)
    check_declaration(kind, note)
    fact, created = ConflictFact.objects.get_or_create(
        expert=expert,
        submission=submission,
        kind=kind,
        source=ConflictFact.Source.DECLARED,
        defaults={"note": note.strip(), "found_at": clock.now()},
    )
    active = Assignment.objects.select_for_update().filter(
        expert=expert, submission=submission, state=AssignmentState.ACTIVE
    )
    for assignment in active:
        mark_declared(assignment)
    if created:
        audit.record(
            action="conflict.declared", obj=submission, by=by, after=kind, facts={"note": note}
        )
        tell_deciders(submission)
    return fact


def check_declaration(kind: str, note: str) -> None:
    """Raise ValidationError unless the kind is known and the note says something."""
    faults = {}
    if kind not in ConflictFact.Kind.values:
        faults["kind"] = _("Choose what ties you to this entry.")
    if not note.strip():
        faults["note"] = _("Say in a few words what the tie is.")
    elif len(note) > 300:
        faults["note"] = _("Keep the note within 300 characters.")
    if faults:
        raise ValidationError(faults)


def mark_declared(assignment: Assignment) -> None:
    """Set the time of the declaration, once."""
    if assignment.declared_at is None:
        assignment.declared_at = clock.now()
        assignment.save(update_fields=["declared_at"])


def tell_deciders(submission: Submission) -> None:
    """Ask the chair of the panel to decide; the secretariat where there is none."""
    panel = getattr(submission.direction, "panel", None)
    chair = panel.chair if panel else None
    if chair is not None and not is_chair_of(chair.user, submission):
        chair = None
    code = submission.round.code
    address = reverse("desk_chair") if chair else reverse("panel_conflicts", args=[code])
    notify(
        [chair.user] if chair else office_people(),
        kind="conflict.declared",
        subject=_("A tie was declared: %(title)s"),
        body=_("An expert has declared a possible tie. Please decide whether they may judge."),
        context={"title": submission.title},
        url=address,
    )


def office_people() -> list[User]:
    """The members of the secretariat."""
    return list(User.objects.filter(memberships__role=Role.SECRETARIAT).distinct())


@transaction.atomic
def recuse(assignment: Assignment, *, kind: str, note: str, by: Any) -> Assignment:
    """Let an expert step back from an entry; his seat has to be filled anew.

    Locks the assignment, writes the tie as upheld (nobody is made to judge), moves, audits, asks
    the secretariat for a replacement. A repeated click changes nothing. Raises Denied,
    ValidationError.
    """
    locked = locked_assignment(assignment)
    if locked.state == AssignmentState.RECUSED and locked.expert.user_id == by.pk:
        return locked
    check_can_recuse(by, locked)
    check_declaration(kind, note)
    ConflictFact.objects.update_or_create(
        expert=locked.expert,
        submission=locked.submission,
        kind=kind,
        source=ConflictFact.Source.DECLARED,
        defaults={
            "note": note.strip(),
            "upheld": True,
            "decided_by": by,
            "decided_at": clock.now(),
        },
    )
    leave_seat(locked, by=by, kind=kind)
    return locked


@transaction.atomic
def decide_conflict(fact: ConflictFact, *, upheld: bool, reason: str, by: Any) -> ConflictFact:
    """Uphold or dismiss a declared doubt, with a reason.

    Upheld: an active assignment ends and the secretariat is asked for a replacement. Dismissed:
    the expert may sign. Locks the fact, writes it, audits, notifies the expert. Raises Denied,
    ValidationError without a reason.
    """
    locked = (
        ConflictFact.objects.select_for_update(of=("self",))
        .select_related("expert__user", "submission__round", "submission__direction")
        .get(pk=fact.pk)
    )
    check_can_decide_conflict(by, locked)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason for the decision.")}, code="reason")
    locked.upheld, locked.decision = upheld, reason.strip()[:300]
    locked.decided_by, locked.decided_at = by, clock.now()
    locked.save(update_fields=["upheld", "decision", "decided_by", "decided_at"])
    audit.record(
        action="conflict.decided",
        obj=locked.submission,
        by=by,
        after="upheld" if upheld else "dismissed",
        facts={"reason": locked.decision, "kind": locked.kind},
    )
    active = Assignment.objects.select_for_update(of=("self",)).filter(
        expert=locked.expert, submission=locked.submission, state=AssignmentState.ACTIVE
    )
    for assignment in active.select_related("expert__user", "submission__round"):
        if upheld:
            leave_seat(assignment, by=by, kind=locked.kind)
    tell_decision(locked)
    return locked


def leave_seat(assignment: Assignment, *, by: Any, kind: str) -> None:
    """End an active assignment and ask the secretariat to fill the seat."""
    ASSIGNMENT.move(assignment, "recuse", by=by, kind=kind)
    notify(
        office_people(),
        kind="assignment.recused",
        subject=_("A seat on the panel is free: %(title)s"),
        body=_("An expert has stepped back from this entry. Draw a replacement."),
        context={"title": assignment.submission.title},
        url=reverse("panel_board", args=[assignment.submission.round.code]),
    )


def tell_decision(fact: ConflictFact) -> None:
    """Tell the expert what was decided on his declaration."""
    upheld = _("Your tie was confirmed. You no longer judge this entry.")
    dismissed = _("The tie does not keep you from judging. You may score and sign.")
    notify(
        [fact.expert.user],
        kind="conflict.decided",
        subject=_("Decision on the tie you declared: %(title)s"),
        body=upheld if fact.upheld else dismissed,
        context={"title": fact.submission.title},
        url=reverse("desk_home"),
    )


def locked_assignment(assignment: Assignment) -> Assignment:
    """Return the assignment's locked row with what the rules look at."""
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("expert__user", "submission__round", "submission__direction")
        .get(pk=assignment.pk)
    )
