"""Who may freeze, settle and publish a ranking, and what must be done before."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from evaluation.lifecycle import RANKING
from evaluation.models import Ranking, RankingRow
from evaluation.queries.blocking import Blocker, blockers, missing_ballots
from evaluation.queries.snapshots import JUDGED, ballot_faults, snapshot_faults
from evaluation.rules.apart import check_has_not_scored
from evaluation.scoring import Outcome
from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import RoundState
from showcase.models import Round, Stage, Submission
from showcase.rules.recommending import check_is_no_party, check_takes_no_part

RANKABLE = (RoundState.REVIEWING, RoundState.RANKING)


def check_can_write_rankings(user: Any) -> None:
    """Rule: only the secretariat freezes rankings and records what panels settled."""
    if not user.may(Permission.EVALUATION_RANKINGS_WRITE):
        raise Denied(_("Only the secretariat may work on the ranking."), code="ranking.role")


def check_can_freeze_ranking(user: Any, round: Round) -> None:
    """Rule: a ranking is frozen when all ballots are signed or the review stage is over.

    Nothing is frozen any more once the public notice is out, and nobody freezes who scored in the
    round or takes part in it.
    """
    check_can_write_rankings(user)
    check_is_apart(user, round)
    if round.state not in RANKABLE:
        raise Denied(
            _("A ranking can be frozen during review and ranking; the round is “%(state)s”.")
            % {"state": round.get_state_display()},
            code="ranking.state",
        )
    if not Submission.objects.filter(round=round, state__in=JUDGED).exists():
        raise Denied(
            _("No application of this round has been accepted for review."), code="ranking.empty"
        )
    check_review_is_over(round)


def check_is_apart(user: Any, round: Round) -> None:
    """Raise Denied for who scored in the round, or belongs to an organisation with an entry."""
    check_has_not_scored(user, round)
    check_takes_no_part(user, Submission.objects.filter(round=round, state__in=JUDGED))


def check_review_is_over(round: Round) -> None:
    """Raise Denied, naming the entries, while experts may still sign and have not.

    After the deadline only sheets that the chair gave back are waited for.
    """
    stage = round.stage(Stage.Kind.REVIEW)
    is_over = stage is not None and clock.now() >= stage.closes_at
    missing = missing_ballots(round, only_reopened=is_over)
    if not missing:
        return
    number = sum(entry.number for entry in missing)
    titles = str(_("; ")).join(f"{entry.title} ({entry.number})" for entry in missing[:8])
    raise Denied(
        ngettext_lazy(
            "%(number)d ballot can still be signed and is not: %(titles)s",
            "%(number)d ballots can still be signed and are not: %(titles)s",
            "number",
        )
        % {"number": number, "titles": titles},
        code="ranking.ballots_missing",
    )


def check_can_record_talk(user: Any, submission: Submission) -> None:
    """Rule: what a panel settled is recorded while the round is reviewed or ranked."""
    check_can_write_rankings(user)
    if submission.round.state not in RANKABLE or submission.state not in JUDGED:
        raise Denied(
            _("The ranking of this round is settled; nothing more can be recorded."),
            code="talk.state",
        )
    check_is_no_party(user, [submission])


def check_vote(votes_for: int, votes_cast: int) -> None:
    """Rule: a recorded vote decides with at least two thirds of the votes cast."""
    if votes_cast < 1 or votes_for > votes_cast or 3 * votes_for < 2 * votes_cast:
        raise Denied(
            _("A vote decides with at least two thirds of the votes cast."), code="talk.vote"
        )


def check_can_publish_notice(user: Any, ranking: Ranking) -> None:
    """Rule: a second person publishes, from a fresh snapshot, with nothing left to settle."""
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Denied(_("Only the secretariat may publish the notice."), code="notice.role")
    RANKING.check(ranking, "publish")
    if ranking.round.state != RoundState.RANKING:
        raise Denied(
            _("A notice can be published once, after the ranking; the round is “%(state)s”.")
            % {"state": ranking.round.get_state_display()},
            code="notice.state",
        )
    if ranking.frozen_by_id == user.pk:
        raise Denied(
            _("You froze this ranking; a second member of the secretariat must publish it."),
            code="notice.second_person",
        )
    check_is_apart(user, ranking.round)
    check_is_fresh(ranking)
    check_is_settled(ranking)
    if not ranking.rows.filter(is_proposed=True).exists():
        raise Denied(
            _("The ranking proposes no entry; there is nothing to publish."), "notice.none"
        )


def check_is_fresh(ranking: Ranking) -> None:
    """Raise Denied when the ballots in the tables no longer give this snapshot."""
    faults = [*snapshot_faults(ranking), *ballot_faults(ranking)]
    if faults:
        raise Denied(
            _(
                "Ballots or panel decisions changed after this ranking was frozen. "
                "Freeze a new one and check it."
            ),
            code="notice.stale",
        )


def check_is_settled(ranking: Ranking) -> None:
    """Raise Denied, saying what to do, while something at or near the line is open."""
    for blocker in blockers(ranking):
        raise Denied(reason_of(blocker), code=f"notice.{blocker.code}")


REASONS = {
    "talk": _(
        "The scores of “%(title)s” are %(spread)s points apart. Record the panel's talk, or have "
        "the chair reopen a ballot and freeze a new ranking."
    ),
    "vote": _(
        "“%(title)s” is tied at the selection line. Record the panel's vote for every tied entry "
        "and freeze a new ranking."
    ),
    "veto": _(
        "An expert raised a veto ground on “%(title)s”. Record whether the panel upholds it and "
        "freeze a new ranking if it does."
    ),
}


def reason_of(blocker: Blocker) -> str:
    """Say in words what one open point is and what to do about it."""
    spread = "" if blocker.spread is None else f"{blocker.spread.normalize():f}"
    return REASONS[blocker.code] % {"title": blocker.title, "spread": spread}


OUTCOMES = {
    Outcome.PROPOSED: (_("Proposed for selection"), "good"),
    Outcome.TIED_AT_CUT: (_("Vote needed"), "warn"),
    Outcome.NOT_SELECTED: (_("Not selected"), "mute"),
    Outcome.BELOW_PASS: (_("Below the pass mark"), "mute"),
    Outcome.VETOED: (_("Vetoed"), "bad"),
    Outcome.INVALID: (_("Too few ballots"), "mute"),
}


def outcome_label(row: RankingRow) -> str | Promise:
    """Return the rule's outcome of one row in words."""
    return OUTCOMES[Outcome(row.reason)][0]
