"""Who may set criteria, draw panels and decide on conflicts, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, Ballot, ConflictFact, Expert, Panel
from portal.accounts.enums import Permission
from portal.core.denials import Denied
from showcase.lifecycle import RoundState
from showcase.models import Round, Submission
from showcase.rules.recommending import check_is_no_party

PANEL_STATES = frozenset({RoundState.CHECKING, RoundState.REVIEWING})


def check_is_panel_office(user: Any) -> None:
    """Only the secretariat draws panels."""
    if not user.may(Permission.EVALUATION_PANELS_MANAGE):
        raise Denied(_("Only the secretariat may set up panels."), code="panels.role")


def check_can_manage_panels(user: Any, round: Round) -> None:
    """Rule: panels are drawn and changed from the formal check until the ranking begins."""
    check_is_panel_office(user)
    if round.state not in PANEL_STATES:
        raise Denied(
            _("Panels can be changed only during the formal check and the expert review."),
            code="panels.state",
        )


def can_manage_panels(user: Any, round: Round) -> bool:
    try:
        check_can_manage_panels(user, round)
    except Denied:
        return False
    return True


def check_can_set_criteria(user: Any, round: Round) -> None:
    """Rule: criteria are frozen once a score sheet exists."""
    check_is_panel_office(user)
    if Ballot.objects.filter(assignment__submission__round=round).exists():
        raise Denied(
            _("Scoring has begun: the criteria of this round can no longer change."),
            code="criteria.frozen",
        )


def is_chair_of(user: Any, submission: Submission) -> bool:
    """Say whether this person chairs the panel of the entry's direction.

    Rule: who is tied to an entry is not its chair; the secretariat decides instead.
    """
    panels = Panel.objects.filter(
        direction__submissions=submission, chair__user_id=user.pk, chair__is_active=True
    )
    return panels.exists() and not is_tied(user, submission)


def is_tied(user: Any, submission: Submission) -> bool:
    """Say whether a tie of this person is on record, undecided or not, or shown by membership."""
    facts = ConflictFact.objects.filter(expert__user_id=user.pk, submission=submission)
    if facts.exclude(upheld=False).exists():
        return True
    try:
        check_is_no_party(user, [submission])
    except Denied:
        return True
    return False


def check_can_declare(user: Any, expert: Expert, submission: Submission) -> None:
    """Rule: an expert speaks for himself, until the ranking begins."""
    if expert.user_id != user.pk or not user.may(Permission.EVALUATION_BALLOTS_CAST):
        raise Denied(_("Only the expert may declare this."), code="conflicts.role")
    if submission.round.state not in PANEL_STATES:
        raise Denied(
            _("The expert review is over; nothing can be declared any more."),
            code="conflicts.state",
        )


def check_can_decide_conflict(user: Any, fact: ConflictFact) -> None:
    """Rule: the chair (or the secretariat) decides a declared doubt; nobody decides his own.

    What a credit code shows is a conflict by rule and is not decided by anybody.
    """
    if fact.expert.user_id == user.pk:
        raise Denied(_("Nobody decides on a conflict of their own."), code="conflicts.own")
    office = user.may(Permission.EVALUATION_PANELS_MANAGE)
    if not office and not is_chair_of(user, fact.submission):
        raise Denied(
            _("Only the chair of this panel or the secretariat may decide."), code="conflicts.role"
        )
    check_is_no_party(user, [fact.submission])
    if fact.source == ConflictFact.Source.DETECTED:
        raise Denied(
            _("A tie shown by the credit code is a conflict by rule."), code="conflicts.detected"
        )
    if fact.upheld is not None:
        raise Denied(_("This has been decided already."), code="conflicts.decided")


def check_can_recuse(user: Any, assignment: Assignment) -> None:
    """Rule: an expert may step back from an entry as long as the review runs."""
    check_can_declare(user, assignment.expert, assignment.submission)
    if assignment.state != AssignmentState.ACTIVE:
        raise Denied(_("You no longer judge this entry."), code="assignments.state")


def check_can_replace(user: Any, assignment: Assignment) -> None:
    """Rule: a seat is filled anew while the round is under review, each at most once, by nobody
    who belongs to an organisation of the entry.
    """
    check_can_manage_panels(user, assignment.submission.round)
    check_is_no_party(user, [assignment.submission])
    if assignment.state == AssignmentState.PROPOSED:
        raise Denied(_("Publish the draw first."), code="assignments.state")
