"""Score sheets: saved with every version, signed once, given back by the chair with a reason.

A saved draft is no event of the record (its versions keep everything written); signing and
reopening are. No event ever carries points: the record is read before the review is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import BALLOT
from evaluation.models import Assignment, Ballot, BallotVersion
from evaluation.queries.ballots import content_digest, gaps_of, sheet_of, total_of
from evaluation.rules.ballots import (
    check_can_reopen_ballot,
    check_can_save_ballot,
    check_can_sign_ballot,
)
from evaluation.services.conflicting import locked_assignment
from portal.core import clock
from portal.core.denials import Denied
from portal.core.notifications import notify
from showcase.models import Round


@dataclass(frozen=True)
class SheetContent:
    """What stands on a sheet: scores and comments by item code, veto grounds raised, a remark."""

    scores: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    flags: Sequence[Mapping[str, str]] = ()
    overall: str = ""

    @classmethod
    def of(cls, ballot: Ballot) -> "SheetContent":
        """Return what a stored sheet says."""
        return cls(ballot.scores, ballot.comments, ballot.flags, ballot.overall)

    def is_same(self, other: "SheetContent") -> bool:
        """Say whether both say the same, whatever the order they were typed in."""
        return self.as_dict() == other.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values as they are stored; blank entries are left out."""
        return {
            "scores": {code: text for code, text in self.scores.items() if text},
            "comments": {code: text for code, text in self.comments.items() if text},
            "flags": [dict(flag) for flag in self.flags],
            "overall": self.overall,
        }


class StaleSheet(Exception):
    """The sheet was saved elsewhere since it was opened; `ballot` is what is stored now."""

    def __init__(self, ballot: Ballot) -> None:
        super().__init__(f"revision {ballot.revision}")
        self.ballot = ballot


@transaction.atomic
def save_ballot(
    assignment: Assignment, *, content: SheetContent, base_revision: int, by: Any
) -> Ballot:
    """Save a draft as a new version and return the sheet; the same content again changes nothing.

    `base_revision` is the revision the writer started from (0 for a new sheet). Locks the
    assignment and the sheet, checks the rule, writes sheet and version. Raises Denied, and
    StaleSheet when somebody (another tab) has saved something else since.
    """
    locked = locked_assignment(assignment)
    ballot = Ballot.objects.select_for_update().filter(assignment=locked).first()
    check_can_save_ballot(by, locked, ballot)
    if ballot is not None and SheetContent.of(ballot).is_same(content):
        return ballot
    if base_revision != (ballot.revision if ballot else 0):
        raise StaleSheet(ballot or Ballot(assignment=locked))
    return write_version(ballot or Ballot(assignment=locked), content, by=by)


def write_version(ballot: Ballot, content: SheetContent, *, by: Any) -> Ballot:
    """Write what stands on the sheet, its total if it has one, and the version."""
    values = content.as_dict()
    sheet = sheet_of(ballot.assignment.submission.round)
    if sheet is None:
        raise Denied(_("The criteria of this round are not set yet."), code="ballots.criteria")
    for name, value in values.items():
        setattr(ballot, name, value)
    ballot.revision += 1
    ballot.saved_at = clock.now()
    ballot.total = total_of(sheet, ballot.scores)
    ballot.save()
    BallotVersion.objects.create(
        ballot=ballot, number=ballot.revision, saved_by=by, saved_at=ballot.saved_at, **values
    )
    return ballot


@transaction.atomic
def sign_ballot(assignment: Assignment, *, revision: int, by: Any) -> Ballot:
    """Sign the sheet as it was shown (`revision`); from then on it counts and cannot change.

    Locks assignment and sheet, checks the rule and that nothing is missing, reckons the total
    again, writes time and digest, moves, audits. A repeated click changes nothing. Raises
    Denied, StaleSheet when the sheet has changed since it was shown, ValidationError with the
    gaps when it is not complete.
    """
    locked = locked_assignment(assignment)
    ballot = Ballot.objects.select_for_update().filter(assignment=locked).first()
    if ballot is None:
        raise ValidationError(_("Nothing has been scored yet."), code="gaps")
    ballot.assignment = locked
    if ballot.signed_at is not None and locked.expert.user_id == by.pk:
        return ballot
    check_can_sign_ballot(by, locked, ballot)
    if revision != ballot.revision:
        raise StaleSheet(ballot)
    sheet = sheet_of(locked.submission.round)
    if sheet is None or gaps_of(sheet, ballot):
        raise ValidationError(_("The score sheet is not complete yet."), code="gaps")
    ballot.total, ballot.signed_at = total_of(sheet, ballot.scores), clock.now()
    ballot.content_hash = content_digest(ballot)
    ballot.save(update_fields=["total", "signed_at", "content_hash"])
    BALLOT.move(ballot, "sign", by=by, revision=ballot.revision, digest=ballot.content_hash)
    return ballot


@transaction.atomic
def reopen_ballot(ballot: Ballot, *, reason: str, by: Any) -> Ballot:
    """Give a signed sheet back to its expert, with the chair's reason.

    The signed version stays among the versions. Locks round and sheet, checks the rule, clears
    signature and digest, moves, audits, notifies the expert. Raises Denied, ValidationError
    without a reason.
    """
    # A notice is published under the round's lock: a sheet is given back before it, or not.
    rounds = Round.objects.select_for_update(of=("self",))
    rounds.get(submissions__assignments=ballot.assignment_id)
    locked = (
        Ballot.objects.select_for_update(of=("self",))
        .select_related("assignment__expert__user", "assignment__submission__round")
        .get(pk=ballot.pk)
    )
    check_can_reopen_ballot(by, locked)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason for reopening.")}, code="reason")
    digest = locked.content_hash
    locked.signed_at, locked.content_hash = None, ""
    locked.reopened_at, locked.reopen_reason = clock.now(), reason.strip()[:300]
    locked.save(update_fields=["signed_at", "content_hash", "reopened_at", "reopen_reason"])
    BALLOT.move(locked, "reopen", by=by, reason=locked.reopen_reason, digest=digest)
    notify(
        [locked.assignment.expert.user],
        kind="ballot.reopened",
        subject=_("Your score sheet was given back: %(title)s"),
        body=_("The chair has reopened it: %(reason)s"),
        context={
            "title": locked.assignment.submission.title,
            "reason": locked.reopen_reason,
        },
        url=reverse("desk_ballot", args=[locked.assignment.public_id]),
    )
    return locked
