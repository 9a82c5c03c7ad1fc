"""Who may rank, send and pass over applications for an authority, and until when."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import SUBMISSION, RoundState
from showcase.models import Round, Stage, Submission

RANKABLE = frozenset({RoundState.APPLYING, RoundState.RECOMMENDING})


def check_speaks_for(user: Any, authority: Organisation) -> None:
    """Rule: only people of the authority itself recommend for it."""
    holds = authority.pk in user.organisation_ids(Role.RECOMMENDER)
    if not (holds and user.may(Permission.SHOWCASE_RECOMMENDATIONS_WRITE)):
        raise Denied(
            _("Only people of %(authority)s may recommend for it.")
            % {"authority": authority.display_name},
            code="recommendation.role",
        )


def check_can_rank(user: Any, round: Round, authority: Organisation) -> None:
    """Rule: priorities are set from the round's opening until recommendation closes."""
    check_speaks_for(user, authority)
    if round.state not in RANKABLE:
        raise Denied(
            _("Recommendation for this round is over; the list can no longer be changed."),
            code="recommendation.state",
        )
    stage = round.stage(Stage.Kind.RECOMMEND)
    if stage is not None and clock.now() >= stage.closes_at:
        raise Denied(
            _("The time for recommendation is over; the list can no longer be changed."),
            code="recommendation.late",
        )


def check_can_send(user: Any, round: Round, authority: Organisation) -> None:
    """Rule: the list is sent while the recommendation stage is open (推荐)."""
    check_can_rank(user, round, authority)
    stage = round.stage(Stage.Kind.RECOMMEND)
    if round.state != RoundState.RECOMMENDING or stage is None or not stage.is_open():
        raise Denied(
            _("The list can be sent when applications have closed and recommendation is open."),
            code="recommendation.early",
        )


def check_is_no_party(user: Any, submissions: Iterable[Submission]) -> None:
    """Rule: nobody recommends, checks or judges an entry of an organisation they belong to.

    Belonging is present or of the last three years, in any of several organisations. By credit
    code: a partner may have come to the site after the application was written.
    """
    for submission in submissions:
        if submission.has_party(user):
            raise Denied(
                _("“%(title)s” is an entry of an organisation you belong to. Leave it to another.")
                % {"title": submission},
                code="recommendation.party",
            )


def check_takes_no_part(user: Any, submissions: QuerySet[Submission]) -> None:
    """Rule: who belongs to an organisation with an entry in it settles no list of entries."""
    own = user.tied_codes
    if own:
        parties = Q(applicant__uscc__in=own) | Q(partners__uscc__in=own)
        found = submissions.filter(parties).select_related("applicant").distinct()
        check_is_no_party(user, found.prefetch_related("partners"))


def check_can_pass_over(user: Any, submission: Submission) -> None:
    """Rule: an authority passes over what was sent to it, while it may still recommend it."""
    if submission.authority is None:
        raise Denied(_("This application has no authority."), code="recommendation.authority")
    check_can_send(user, submission.round, submission.authority)
    check_is_no_party(user, [submission])
    SUBMISSION.check(submission, "pass_over")


def can_rank(user: Any, round: Round, authority: Organisation) -> bool:
    try:
        check_can_rank(user, round, authority)
    except Denied:
        return False
    return True


def why_not_send(user: Any, round: Round, authority: Organisation) -> str:
    """Return the reason why the list cannot be sent now, or nothing."""
    try:
        check_can_send(user, round, authority)
    except Denied as refusal:
        return str(refusal)
    return ""
