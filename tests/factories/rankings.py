"""Judged rounds, rankings and notices for tests: reviewed entries with signed score sheets."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from evaluation.lifecycle import RankingState
from evaluation.models import Ranking
from evaluation.services.publishing import publish_notice
from evaluation.services.ranking import freeze_ranking
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import clock
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, Submission
from tests.factories.accounts import make_secretariat, make_user
from tests.factories.evaluation import make_panel_of
from tests.factories.showcase import complete_data, make_organisation, make_round, make_submission

EVEN = ["0.80", "0.80", "0.80", "0.80", "0.80"]
STRONG = ["0.90", "0.88", "0.90", "0.88", "0.86"]
WEAK = ["0.50", "0.50", "0.50", "0.50", "0.50"]
APART = ["0.95", "0.80", "0.80", "0.80", "0.60"]


def make_judged_round(*shares: Sequence[str], places: int = 1, **facts: Any) -> Round:
    """Create a round under review with one entry in "control" for each panel's shares.

    The publicity stage of its calendar is short, so that a notice runs its working days.
    """
    round = make_round(RoundState.REVIEWING, places={"control": places}, **facts)
    publicity = round.stage("publicity")
    publicity.opens_at = clock.now()
    publicity.closes_at = clock.now() + timedelta(minutes=1)
    publicity.save()
    for number, panel in enumerate(shares or (STRONG, EVEN)):
        make_panel_of(make_entry(round, number), list(panel))
    return Round.objects.get(pk=round.pk)


def make_entry(round: Round, number: int = 0, **facts: Any) -> Submission:
    """Create an accepted entry with its own title and an applicant who can be told things."""
    organisation = facts.pop("applicant", None) or make_organisation()
    Membership.objects.create(user=make_user(), organisation=organisation, role=Role.APPLICANT)
    data = complete_data(organisation, pj_title=f"示例项目{number}", **facts.pop("fields", {}))
    return make_submission(
        round, organisation, SubmissionState.ACCEPTED, data, attachments=True, **facts
    )


def make_ranking(round: Round | None = None, **facts: Any) -> Ranking:
    """Freeze a ranking of a judged round, by somebody of the secretariat."""
    return freeze_ranking(round or make_judged_round(), by=facts.get("by") or make_secretariat())


def make_notice(*shares: Sequence[str], places: int = 1) -> Any:
    """Publish the notice of a judged round, by a second person."""
    ranking = make_ranking(make_judged_round(*shares, places=places))
    assert ranking.state == RankingState.FROZEN
    return publish_notice(ranking, by=make_secretariat())


def entries_of(round: Round) -> list[Submission]:
    """Return the round's entries in the order they were made."""
    return list(Submission.objects.filter(round=round).order_by("pk"))
