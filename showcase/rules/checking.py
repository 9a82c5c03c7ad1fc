"""Who may check an application's form, and what each decision needs."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.denials import Denied
from showcase.checklist import BY_CODE
from showcase.eligibility import Outcome
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Submission
from showcase.models.programme import in_language
from showcase.queries.checks import changed_since_return
from showcase.rules.recommending import check_is_no_party

Result = CheckItem.Result
CHECKABLE = frozenset({SubmissionState.RECOMMENDED, SubmissionState.CORRECTION})
SETTLED = frozenset({Result.PASS, Result.HINT})


def check_can_check(user: Any, submission: Submission) -> None:
    """Rule: the secretariat checks recommended entries, never of an organisation of their own."""
    if not user.may(Permission.SHOWCASE_CHECKS_DECIDE):
        raise Denied(_("Only the secretariat checks applications."), code="check.role")
    check_is_no_party(user, [submission])
    if submission.round.state != RoundState.CHECKING:
        raise Denied(
            _("Applications are checked while the round is in its formal check."),
            code="check.round",
        )
    if submission.state not in CHECKABLE:
        raise Denied(_("This application is not waiting for a check."), code="check.state")


def check_is_at_hand(submission: Submission) -> None:
    """Raise Denied while the applicant still has time for the correction."""
    until = submission.correct_until
    if submission.state == SubmissionState.CORRECTION and until and clock.now() < until:
        raise Denied(
            _("The applicant is correcting this application until the date given."),
            code="check.with_applicant",
        )


def check_can_mark(user: Any, submission: Submission) -> None:
    """Rule: items are marked while the application lies with the secretariat."""
    check_can_check(user, submission)
    check_is_at_hand(submission)


def is_explained(item: CheckItem) -> bool:
    """Say whether the applicant will read why: in the note, or in what the system found."""
    return bool(item.note) or item.evidence.get("outcome") == Outcome.UNMET.value


def check_can_return(user: Any, check: FormalCheck, items: Sequence[CheckItem]) -> None:
    """Rule: an application is returned for correction once (补正), with items to correct."""
    check_can_mark(user, check.submission)
    if check.returned_at:
        raise Denied(
            _("An application is returned once only; this one has been corrected already."),
            code="check.returned_before",
        )
    if not any(item.result == Result.CORRECT for item in items):
        raise Denied(
            _("Mark at least one item “to be corrected” before you return it."),
            code="check.nothing_to_correct",
        )
    unexplained = [i.code for i in items if i.result == Result.CORRECT and not is_explained(i)]
    if unexplained:
        raise Denied(
            _("Say what has to be corrected: %(codes)s.") % {"codes": ", ".join(unexplained)},
            code="check.note_missing",
        )


def check_can_accept(user: Any, check: FormalCheck, items: Sequence[CheckItem]) -> None:
    """Rule: an application is accepted when all fifteen items have passed (F14 only hints).

    What is accepted is what was handed in: edits of a correction that was never handed in again
    cannot slip through.
    """
    check_can_mark(user, check.submission)
    if check.submission.state == SubmissionState.CORRECTION and changed_since_return(check):
        raise Denied(
            _("The applicant changed it after the return and did not hand it in again."),
            code="check.not_handed_in",
        )
    rest = [item.code for item in items if item.result not in SETTLED]
    if rest:
        raise Denied(
            _("These items have not passed yet: %(codes)s.") % {"codes": ", ".join(rest)},
            code="check.items_open",
        )


def check_can_fail(user: Any, check: FormalCheck, items: Sequence[CheckItem]) -> None:
    """Rule: it fails on a failed item, or when its one correction left items open."""
    check_can_mark(user, check.submission)
    failed = [item for item in items if item.result == Result.FAIL]
    left = check.returned_at and any(item.result not in SETTLED for item in items)
    if not failed and not left:
        raise Denied(
            _("Mark the item that fails, or return the application for correction first."),
            code="check.nothing_failed",
        )
    if any(not is_explained(item) for item in failed):
        raise Denied(_("Say why each failed item fails."), code="check.note_missing")


def can_mark(user: Any, submission: Submission) -> bool:
    try:
        check_can_mark(user, submission)
    except Denied:
        return False
    return True


def why_not_mark(user: Any, submission: Submission) -> str:
    """Return the reason why the items cannot be marked now, or nothing."""
    try:
        check_can_mark(user, submission)
    except Denied as refusal:
        return str(refusal)
    return ""


def item_name(code: str) -> str:
    """Return the name of one of the fifteen items in the active language."""
    return in_language(BY_CODE[code].zh, BY_CODE[code].en)
