"""Freezing a ranking, settling what is open, and proving it later from the ballots.

The official order comes from `evaluation.scoring` alone; the estimate stands beside it and never
changes it. Publishing is services.publishing.
"""

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.calibration import BallotTotal, Settings, estimate
from evaluation.lifecycle import RANKING, RankingState
from evaluation.models import Ranking, RankingRow, Talk
from evaluation.queries.blocking import missing_ballots
from evaluation.queries.snapshots import (
    Inputs,
    ballot_faults,
    digest_of,
    inputs_of,
    judged_entries,
    snapshot_faults,
    stored_inputs,
)
from evaluation.rules.rankings import (
    check_can_freeze_ranking,
    check_can_record_talk,
    check_vote,
)
from evaluation.scoring import Outcome, ResultRow
from evaluation.scoring import Ranking as OfficialRanking
from portal.core import audit
from portal.core.queue import enqueue_job
from showcase.lifecycle import RoundState
from showcase.models import Round, Submission
from showcase.services.rounds import advance_round

# About one second on one core; above, a background job makes the estimate.
ESTIMATE_AT_ONCE = 3000
ESTIMATE_JOB = "evaluation.estimate"


@transaction.atomic
def freeze_ranking(round: Round, *, by: Any) -> Ranking:
    """Apply the official rule to all signed ballots and keep inputs and results for ever.

    In order: locks the round, checks the rule, moves a round under review on to ranking,
    supersedes an older frozen ranking, writes the snapshot with its rows, the audit event with
    both digests, and the estimate (or the job that makes it). Raises Denied.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    check_can_freeze_ranking(by, locked)
    missing = missing_ballots(locked)
    if locked.state == RoundState.REVIEWING:
        locked = advance_round(locked, "start_ranking", by=by)
    inputs = inputs_of(locked)
    supersede_older(locked, by)
    ranking = write_snapshot(locked, inputs, by)
    audit.record(
        action="ranking.frozen",
        obj=ranking,
        by=by,
        after=ranking.state,
        facts={
            "number": ranking.number,
            "inputs": ranking.inputs_digest,
            "results": ranking.results_digest,
            "missing": {entry.public_id: entry.number for entry in missing},
        },
    )
    add_estimate(ranking, inputs, by)
    round.state = locked.state
    return ranking


def supersede_older(round: Round, by: Any) -> None:
    """Put an earlier snapshot aside; it stays in the tables."""
    frozen = round.rankings.select_for_update().filter(state=RankingState.FROZEN)
    for older in frozen:
        RANKING.move(older, "supersede", by=by)


def write_snapshot(round: Round, inputs: Inputs, by: Any) -> Ranking:
    """Store inputs and results as canonical texts, and the rows for lists."""
    text, official = inputs.text(), inputs.ranked()
    results = official.canonical_json().decode()
    if digest_of(text) != official.inputs_digest:
        raise RuntimeError("the stored inputs are not those the rule was applied to")
    latest = round.rankings.order_by("-number").first()
    ranking = Ranking.objects.create(
        round=round,
        number=latest.number + 1 if latest else 1,
        inputs=text,
        inputs_digest=official.inputs_digest,
        results=results,
        results_digest=digest_of(results),
        seed=seed_of(official.inputs_digest),
        frozen_by=by,
    )
    write_rows(ranking, official)
    return ranking


def seed_of(digest: str) -> int:
    """Rule: the estimate's seed is the first 28 bits of the inputs' digest, so nobody picks it."""
    return int(digest[:7], 16)


def write_rows(ranking: Ranking, official: OfficialRanking) -> None:
    """Write one row an entry, as the rule placed it."""
    entries = {entry.public_id: entry for entry in judged_entries(ranking.round)}
    RankingRow.objects.bulk_create(
        row_of(ranking, entries[result.entry], result) for result in official.rows
    )


def row_of(ranking: Ranking, submission: Submission, result: ResultRow) -> RankingRow:
    return RankingRow(
        ranking=ranking,
        submission=submission,
        direction=submission.direction,
        rank=result.rank,
        score=result.score,
        spread=result.spread,
        is_proposed=result.outcome == Outcome.PROPOSED,
        needs_talk=result.needs_talk,
        needs_vote=result.needs_vote,
        reason=result.outcome,
    )


def add_estimate(ranking: Ranking, inputs: Inputs, by: Any) -> None:
    """Make the estimate now, or leave a job where it takes longer than a person waits."""
    ballots = sum(len(entry.ballots) for entry in inputs.entries)
    if ballots <= ESTIMATE_AT_ONCE:
        store_estimate(ranking)
        return
    label = _("Estimate beside ranking %(ranking)s") % {"ranking": str(ranking)}
    enqueue_job(kind=ESTIMATE_JOB, label=label, by=by, ranking=ranking.pk)


def store_estimate(ranking: Ranking) -> dict[str, Any]:
    """Compute the estimate from the snapshot's own inputs, store it with it and return it.

    Not an official result, so it writes no audit event: inputs and seed reproduce it.
    """
    inputs, results = stored_inputs(ranking), json.loads(ranking.results)
    order: dict[str, list[str]] = {}
    for row in results["rows"]:
        if row["rank"] is not None:
            order.setdefault(row["direction"], []).append(row["entry"])
    made = estimate(
        totals_of(inputs),
        {entry.entry: entry.direction for entry in inputs.entries},
        inputs.places,
        ranking.seed,
        order=order,
        settings=chain_lengths(),
    ).as_data()
    ranking.estimate = made
    ranking.save(update_fields=["estimate"])
    return made


def chain_lengths() -> Settings:
    """Return how long the estimate's chains are: the model's own unless the site says otherwise."""
    given: dict[str, Any] = settings.ESTIMATE
    return Settings(**given)


def totals_of(inputs: Inputs) -> list[BallotTotal]:
    """Return the ballots' totals; entries with an upheld veto stay outside the model."""
    return [
        BallotTotal(entry.entry, ballot.expert, float(inputs.criteria.total(ballot.points)))
        for entry in inputs.entries
        if not entry.has_upheld_veto
        for ballot in entry.ballots
    ]


def verify_ranking(ranking: Ranking) -> list[str]:
    """Return what is wrong with a ranking, or nothing: recomputed byte for byte.

    From its stored inputs always; from the ballots in the tables unless it was superseded,
    since ballots may have been reopened after that.
    """
    faults = list(snapshot_faults(ranking))
    if ranking.state != RankingState.SUPERSEDED:
        faults += ballot_faults(ranking)
    return faults


@transaction.atomic
def record_talk(submission: Submission, *, note: str, by: Any) -> Talk:
    """Record how the panel talked over scores far apart; writes row and audit event."""
    return record(submission, by, kind=Talk.Kind.SPREAD, note=note)


@transaction.atomic
def record_vote(
    submission: Submission, *, place: int, votes_for: int, votes_cast: int, note: str, by: Any
) -> Talk:
    """Record an entry's place among tied ones by the panel's vote; a new ranking follows it."""
    check_vote(votes_for, votes_cast)
    votes = {"place": place, "votes_for": votes_for, "votes_cast": votes_cast}
    return record(submission, by, kind=Talk.Kind.VOTE, note=note, **votes)


@transaction.atomic
def record_veto(submission: Submission, *, is_upheld: bool, note: str, by: Any) -> Talk:
    """Record whether the panel upholds a veto ground; a new ranking follows an upheld one."""
    return record(submission, by, kind=Talk.Kind.VETO, note=note, is_upheld=is_upheld)


def record(submission: Submission, by: Any, **facts: Any) -> Talk:
    """Lock round and entry, check the rule, write the talk and its audit event."""
    Round.objects.select_for_update().get(pk=submission.round_id)
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    check_can_record_talk(by, locked)
    talk = Talk.objects.create(submission=locked, recorded_by=by, **facts)
    plain = {key: value for key, value in facts.items() if key != "note"}
    audit.record(action=f"talk.{talk.kind}", obj=locked, by=by, facts=plain | {"talk": talk.pk})
    return talk
