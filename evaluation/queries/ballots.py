"""Reads about one score sheet: its criteria, what is still missing, its digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from evaluation.criteria import VETO_GROUNDS, CriterionSet
from evaluation.models import Ballot
from evaluation.models import CriterionSet as StoredCriteria
from portal.core.exact import digest
from showcase.models import Round

VETO_CODES = tuple(code for code, _zh, _en in VETO_GROUNDS)
VETO_REASON_LENGTH = 20


@dataclass(frozen=True)
class Gap:
    """What keeps a sheet from being signed: a stable code and the item or veto ground."""

    code: str
    item: str


def sheet_of(round: Round) -> CriterionSet | None:
    """Return the round's criteria for reckoning, or None before they are given."""
    stored = StoredCriteria.objects.filter(round=round).first()
    return CriterionSet.from_data(stored.data) if stored else None


def points_of(scores: Mapping[str, str]) -> dict[str, Decimal]:
    """Return a sheet's scores as Decimals, leaving out what is no finite number."""
    found = {}
    for code, text in scores.items():
        try:
            number = Decimal(text)
        except InvalidOperation:
            continue
        if number.is_finite():
            found[code] = number
    return found


def total_of(sheet: CriterionSet, scores: Mapping[str, str]) -> Decimal | None:
    """Return the sum of all items when every one has a possible value, else None.

    Rule: a missing score is not zero; an incomplete sheet has no total.
    """
    points = points_of(scores)
    bad = {"missing", "out_of_range", "off_step", "unknown_item"}
    if any(fault.code in bad for fault in sheet.faults(points, {})):
        return None
    return sheet.total(points)


def gaps_of(sheet: CriterionSet, ballot: Ballot | None) -> list[Gap]:
    """Return everything that keeps a sheet from being signed, in the order of the sheet.

    Rule: every item scored in half points within its range, a comment of 20 characters where an
    item is under 60 % or from 90 % of its maximum, a reason of 20 for every veto ground raised.
    """
    scores = ballot.scores if ballot else {}
    comments = ballot.comments if ballot else {}
    found = [Gap(fault.code, fault.item) for fault in sheet.faults(points_of(scores), comments)]
    for flag in ballot.flags if ballot else []:
        if len("".join(flag.get("reason", "").split())) < VETO_REASON_LENGTH:
            found.append(Gap("veto_reason", flag["code"]))
    return found


def content_digest(ballot: Ballot) -> str:
    """Return the SHA-256 (hex) over what a signed sheet says; the ballot must have its total."""
    content: dict[str, Any] = {
        "assignment": ballot.assignment.public_id,
        "scores": ballot.scores,
        "comments": ballot.comments,
        "flags": ballot.flags,
        "overall": ballot.overall,
        "total": ballot.total,
    }
    return digest(content)
