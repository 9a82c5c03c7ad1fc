"""A ranking's inputs from the tables and back: one canonical text for one state of the ballots.

Only what the official rule looks at goes in: criteria, rule, places, signed points, votes and
upheld vetoes. People and entries are named by public ids. Writing a snapshot is services.ranking.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from evaluation import scoring
from evaluation.criteria import CriterionSet as Sheet
from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import Ballot, CriterionSet, Ranking, Talk
from portal.core.exact import canonical_json
from showcase.lifecycle import SubmissionState
from showcase.models import Round, Submission

S = SubmissionState
# Entries the panels judged, whatever became of them afterwards.
JUDGED = (S.ACCEPTED, S.PROPOSED, S.ON_HOLD, S.LISTED, S.NOT_SELECTED, S.REVOKED)


@dataclass(frozen=True)
class Inputs:
    """Everything the official rule depends on."""

    criteria: Sheet
    rule: scoring.AggregationRule
    places: dict[str, int]
    entries: tuple[scoring.EntryBallots, ...]

    def text(self) -> str:
        """Return the canonical JSON text that a snapshot stores."""
        return canonical_json(
            {
                "criteria": self.criteria.as_data(),
                "rule": self.rule,
                "places": self.places,
                "entries": self.entries,
            }
        ).decode()

    def ranked(self) -> scoring.Ranking:
        """Apply the official rule."""
        return scoring.rank_entries(
            self.entries, criteria=self.criteria, places=self.places, rule=self.rule
        )

    def without_each_expert(self) -> tuple[scoring.WithoutExpert, ...]:
        """Apply the official rule once without each expert."""
        return scoring.official_without(
            self.entries, criteria=self.criteria, places=self.places, rule=self.rule
        )

    def experts(self) -> list[str]:
        """Return the experts' keys in the fixed order that gives them their numbers."""
        return sorted({ballot.expert for entry in self.entries for ballot in entry.ballots})


def digest_of(text: str) -> str:
    """Return the SHA-256 (hex) of a canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def judged_entries(round: Round) -> list[Submission]:
    """Return the round's judged entries by public id, in an order no database decides."""
    entries = Submission.objects.filter(round=round, state__in=JUDGED).select_related("direction")
    return sorted(entries, key=lambda entry: entry.public_id)


def signed_ballots(round: Round) -> list[Ballot]:
    """Return the signed ballots of active assignments: recused and removed ones are left out."""
    signed = Ballot.objects.filter(
        assignment__submission__round=round,
        assignment__submission__state__in=JUDGED,
        assignment__state=AssignmentState.ACTIVE,
        state=BallotState.SIGNED,
    ).select_related("assignment__expert")
    return sorted(signed, key=lambda ballot: ballot.assignment.expert.public_id)


def settled(round: Round, kind: str) -> dict[int, Talk]:
    """Return the latest talk of one kind by entry (primary key)."""
    talks = Talk.objects.filter(submission__round=round, kind=kind).order_by("recorded_at", "pk")
    return {talk.submission_id: talk for talk in talks}


def inputs_of(round: Round) -> Inputs:
    """Return what the tables say now. Raises CriterionSet.DoesNotExist without criteria."""
    votes, vetoes = settled(round, Talk.Kind.VOTE), settled(round, Talk.Kind.VETO)
    ballots: dict[int, list[scoring.Ballot]] = {}
    for ballot in signed_ballots(round):
        points = {code: Decimal(text) for code, text in ballot.scores.items()}
        cast = scoring.Ballot(ballot.assignment.expert.public_id, points)
        ballots.setdefault(ballot.assignment.submission_id, []).append(cast)
    return Inputs(
        criteria=Sheet.from_data(CriterionSet.objects.get(round=round).data),
        rule=rule_of(round),
        places={direction.code: direction.places for direction in round.directions.all()},
        entries=tuple(
            scoring.EntryBallots(
                entry=entry.public_id,
                direction=entry.direction.code,  # type: ignore[union-attr]
                ballots=tuple(ballots.get(entry.pk, ())),
                has_upheld_veto=bool(entry.pk in vetoes and vetoes[entry.pk].is_upheld),
                vote_place=votes[entry.pk].place if entry.pk in votes else None,
            )
            for entry in judged_entries(round)
        ),
    )


def rule_of(round: Round) -> scoring.AggregationRule:
    """Return the aggregation rule with the round's own numbers."""
    rules = round.rules
    return scoring.AggregationRule(
        ballots_min=rules["panel_min"],
        talk_spread=Decimal(rules["spread_talk"]),
        pass_mark=Decimal(rules["pass_mark"]),
    )


def stored_inputs(ranking: Ranking) -> Inputs:
    """Read a snapshot's own inputs back."""
    data = json.loads(ranking.inputs)
    return Inputs(
        criteria=Sheet.from_data(data["criteria"]),
        rule=scoring.AggregationRule.from_data(data["rule"]),
        places=data["places"],
        entries=tuple(stored_entry(entry) for entry in data["entries"]),
    )


def stored_entry(data: dict[str, Any]) -> scoring.EntryBallots:
    """Read one entry of a snapshot back."""
    ballots = (
        scoring.Ballot(
            ballot["expert"], {code: Decimal(text) for code, text in ballot["points"].items()}
        )
        for ballot in data["ballots"]
    )
    return scoring.EntryBallots(
        entry=data["entry"],
        direction=data["direction"],
        ballots=tuple(ballots),
        has_upheld_veto=data["has_upheld_veto"],
        vote_place=data["vote_place"],
    )


def snapshot_faults(ranking: Ranking) -> Iterator[str]:
    """Yield what does not agree inside a snapshot: inputs, results and their digests."""
    if digest_of(ranking.inputs) != ranking.inputs_digest:
        yield f"{ranking}: the stored inputs do not have the stored digest"
    if digest_of(ranking.results) != ranking.results_digest:
        yield f"{ranking}: the stored results do not have the stored digest"
    recomputed = stored_inputs(ranking).ranked().canonical_json().decode()
    if recomputed != ranking.results:
        yield f"{ranking}: the rule applied to the stored inputs gives other results"
    rows = {
        (row.submission.public_id, row.rank, row.score)
        for row in ranking.rows.select_related("submission")
    }
    official = {
        (row["entry"], row["rank"], Decimal(row["score"]) if row["score"] else None)
        for row in json.loads(ranking.results)["rows"]
    }
    if rows != official:
        yield f"{ranking}: the rows shown differ from the results"


def ballot_faults(ranking: Ranking) -> Iterator[str]:
    """Yield what makes the ballots in the tables give another ranking than the snapshot."""
    yield from total_faults(ranking)
    now = inputs_of(ranking.round)
    if now.ranked().canonical_json().decode() != ranking.results:
        yield f"{ranking}: the rule applied to the ballots gives other results"
    if now.text() == ranking.inputs:
        return
    before = json.loads(ranking.inputs)
    after = json.loads(now.text())
    for part in ("criteria", "rule", "places"):
        if before[part] != after[part]:
            yield f"{ranking}: the {part} changed after the snapshot"
    old, new = ({entry["entry"]: entry for entry in data["entries"]} for data in (before, after))
    for key in sorted(old.keys() | new.keys()):
        yield from entry_faults(f"{ranking}: entry {key}", old.get(key), new.get(key))


def total_faults(ranking: Ranking) -> Iterator[str]:
    """Yield the signed ballots whose stored total is not the sum of their points."""
    for ballot in signed_ballots(ranking.round):
        if ballot.total != sum(map(Decimal, ballot.scores.values()), Decimal(0)):
            expert = ballot.assignment.expert.public_id
            yield f"{ranking}: a ballot of expert {expert} has a total that is not its points' sum"


def entry_faults(
    where: str, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> Iterator[str]:
    """Yield how one entry's inputs differ between snapshot and tables."""
    if old is None or new is None:
        yield f"{where} is {'new' if old is None else 'missing'}"
        return
    if old != {**new, "ballots": old["ballots"]}:
        yield f"{where}: direction, vote or veto changed"
    before, after = (
        {ballot["expert"]: ballot["points"] for ballot in entry["ballots"]} for entry in (old, new)
    )
    for expert in sorted(before.keys() | after.keys()):
        if before.get(expert) != after.get(expert):
            yield f"{where}: the ballot of expert {expert} changed"
