"""Experts, criteria, assignments and ballots for tests, written directly as rows.

What leads to these states (draw, desk, signing) is tested with the services themselves.
"""

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.criteria import DEFAULT_CRITERIA
from evaluation.forms.balloting import as_text
from evaluation.lifecycle import AssignmentState, BallotState
from evaluation.models import (
    Assignment,
    Ballot,
    BallotVersion,
    CriterionSet,
    Employment,
    Expert,
    Panel,
)
from evaluation.queries.ballots import content_digest
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core import clock
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Direction, Round, Submission
from tests.factories.accounts import make_member, make_organisation, make_uscc
from tests.factories.showcase import make_round, make_submission

numbers = itertools.count(1)
COMMENT = "证据逐项核对过，口径前后一致，测试床与现场两组数据可以互相印证。"
KINDS = [Expert.Kind.INDUSTRY, Expert.Kind.ACADEMIA, Expert.Kind.TESTING]


def make_criteria(round: Round) -> CriterionSet:
    """Give a round the default criteria (the round's own if it has some)."""
    return CriterionSet.objects.get_or_create(
        round=round, defaults={"data": DEFAULT_CRITERIA.as_data()}
    )[0]


def make_expert(employer: str | None = "", **facts: Any) -> Expert:
    """Create an expert with a present employer: a new code, this code, or none at all (None).

    Kinds take turns; `directions` is ["control"] unless given. `name`, `email`, `role` go to
    the person.
    """
    number = next(numbers)
    person = {key: facts.pop(key) for key in ("name", "email") if key in facts}
    office = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    office = office or make_organisation(kind=Organisation.Kind.SECRETARIAT)
    user = make_member(facts.pop("role", Role.EXPERT), office, **person)
    values: dict[str, Any] = {
        "user": user,
        "title": "教授",
        "kind": KINDS[number % 3],
        "region": f"{11 + number % 5}0000",
        "directions": ["control"],
    }
    expert = Expert.objects.create(**(values | facts))
    if employer is not None:
        make_employment(expert, employer or make_uscc(10_000_000 + number))
    return expert


def make_employment(
    expert: Expert, uscc: str, ended_on: date | None = None, **facts: Any
) -> Employment:
    """Create a present (or past, with `ended_on`) employer of an expert."""
    values = {"name": f"示例任职单位{uscc[-4:]}", "started_on": date(2010, 1, 1)}
    return Employment.objects.create(
        expert=expert, uscc=uscc, ended_on=ended_on, **(values | facts)
    )


def make_panel(direction: Direction, chair: Expert | None = None) -> Panel:
    """Create the panel of a direction with its chair."""
    return Panel.objects.create(round=direction.round, direction=direction, chair=chair)


def make_assignment(
    submission: Submission | None = None,
    expert: Expert | None = None,
    state: str = AssignmentState.ACTIVE,
    *,
    declared: bool = True,
    **facts: Any,
) -> Assignment:
    """Assign an expert to an accepted entry of a round under review, conflict declared."""
    if submission is None:
        round = make_round(RoundState.REVIEWING)
        submission = make_submission(round, state=SubmissionState.ACCEPTED)
    make_criteria(submission.round)
    values = {"declared_at": clock.now() if declared else None}
    return Assignment.objects.create(
        submission=submission, expert=expert or make_expert(), state=state, **(values | facts)
    )


def scores_at(share: str = "0.8", **items: str) -> dict[str, str]:
    """Return points for every item at a share of its maximum, to half points; `C1a="12"` sets one.

    At 0.8 no comment is needed and the total is close to 80.
    """
    step, part = DEFAULT_CRITERIA.step, Decimal(share)
    points = {
        item.code: as_text((item.points * part / step).to_integral_value() * step)
        for item in DEFAULT_CRITERIA.items()
    }
    return points | items


def make_ballot(
    assignment: Assignment | None = None,
    scores: Mapping[str, str] | None = None,
    *,
    signed: bool = True,
    **facts: Any,
) -> Ballot:
    """Create a score sheet with points for every item, signed with its total, and its version."""
    assignment = assignment or make_assignment()
    points = dict(scores if scores is not None else scores_at())
    values: dict[str, Any] = {
        "scores": points,
        "comments": dict.fromkeys(points, COMMENT),
        "revision": 1,
    }
    if signed:
        exact = {code: Decimal(text) for code, text in points.items()}
        values |= {
            "state": BallotState.SIGNED,
            "total": DEFAULT_CRITERIA.total(exact),
            "signed_at": clock.now(),
            "content_hash": "0" * 64,
        }
    ballot = Ballot.objects.create(assignment=assignment, **(values | facts))
    if signed:
        ballot.content_hash = content_digest(ballot)
        ballot.save(update_fields=["content_hash"])
    BallotVersion.objects.create(
        ballot=ballot,
        number=ballot.revision,
        scores=ballot.scores,
        comments=ballot.comments,
        flags=ballot.flags,
        overall=ballot.overall,
        saved_by=assignment.expert.user,
    )
    return ballot


def make_panel_of(submission: Submission, totals: list[str]) -> list[Ballot]:
    """Create one signed sheet per share ("0.8") on an entry, each by a new expert."""
    return [make_ballot(make_assignment(submission), scores_at(share)) for share in totals]
