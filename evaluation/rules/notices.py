"""Who may object, decide on objections, and announce; and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import RankingState
from evaluation.models import Objection, PublicNotice, Ranking
from evaluation.rules.apart import check_has_not_scored
from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from showcase.rules.recommending import check_takes_no_part

ANSWER_SHORTEST = 10


def is_open(notice: PublicNotice) -> bool:
    """Say whether objections are received now; the closing minute itself is too late."""
    return notice.published_at <= clock.now() < notice.closes_at


def check_can_object(notice: PublicNotice) -> None:
    """Rule: anybody who gives a name and a contact may object until the notice closes."""
    if not is_open(notice):
        raise Denied(
            _("The public notice has closed; objections are no longer received here."),
            code="objection.closed",
        )


def check_can_handle_objections(user: Any) -> None:
    """Rule: who objected is confidential; only the secretariat works on objections."""
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Denied(_("Only the secretariat may handle objections."), code="objection.role")


def check_is_undecided(objection: Objection) -> None:
    """Raise Denied when an objection has its outcome: it is decided once."""
    if objection.outcome != Objection.Outcome.OPEN:
        raise Denied(_("This objection has been decided already."), code="objection.decided")


def check_answer(answer: str) -> None:
    """Rule: every decision is answered with its reason."""
    if len(answer.strip()) < ANSWER_SHORTEST:
        raise Denied(
            _("Write what was examined and why it was decided so."), code="objection.answer"
        )


def check_can_announce(user: Any, notice: PublicNotice) -> None:
    """Rule: the list is announced only after the notice has run its working days, by nobody who
    scored in the round or belongs to an organisation on the list.
    """
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Denied(_("Only the secretariat may announce the list."), code="announce.role")
    if clock.now() < notice.closes_at:
        raise Denied(
            _("The public notice has not closed yet; the list can be announced after that."),
            code="announce.early",
        )
    check_has_not_scored(user, notice.round)
    check_is_second_person(user, notice)
    check_takes_no_part(
        user, Submission.objects.filter(round=notice.round, state=SubmissionState.PROPOSED)
    )


def check_is_second_person(user: Any, notice: PublicNotice) -> None:
    """Rule: the list becomes final by two: who froze the ranking does not announce it, nor does
    who took an entry off it by upholding an objection.
    """
    frozen = Ranking.objects.filter(round=notice.round_id, state=RankingState.PUBLISHED)
    if frozen.filter(frozen_by=user).exists():
        raise Denied(
            _("You froze this ranking; a second member of the secretariat must announce the list."),
            code="announce.second_person",
        )
    if notice.objections.filter(outcome=Objection.Outcome.UPHELD, decided_by=user).exists():
        raise Denied(
            _(
                "You upheld an objection to an entry of this list; a second member of the "
                "secretariat must announce it."
            ),
            code="announce.upheld",
        )


def why_not_announce(user: Any, notice: PublicNotice) -> str:
    """Return why this person cannot announce the list now, or nothing."""
    try:
        check_can_announce(user, notice)
    except Denied as denied:
        return str(denied.reason)
    return ""


def stays_behind(submission: Submission) -> bool:
    """Rule: an entry with an objection still open is not announced; the others proceed."""
    return submission.state != SubmissionState.PROPOSED or any(
        objection.outcome == Objection.Outcome.OPEN for objection in submission.objections.all()
    )
