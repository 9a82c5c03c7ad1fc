"""The score sheet laid out for the page: criteria, items, bands, sums."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from evaluation.criteria import Criterion, Item
from evaluation.forms.balloting import BallotForm, as_text, in_language, item_name, veto_name
from evaluation.queries.ballots import VETO_CODES


def points_typed(form: BallotForm, code: str) -> Decimal | None:
    """Return the points that stand in the form, or None for blank and for what is no number."""
    value = form[code].value()
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except ArithmeticError:
        return None


def criterion_rows(form: BallotForm) -> list[dict[str, Any]]:
    """Return the criteria with their items and where each lies on the bar of the total."""
    rows, start = [], Decimal(0)
    for criterion in form.sheet.criteria:
        rows.append(criterion_row(form, criterion, start))
        start += criterion.points
    open_one = next((row for row in rows if row["has_error"] or not row["is_complete"]), None)
    (open_one or rows[0])["is_open"] = True
    return rows


def criterion_row(form: BallotForm, criterion: Criterion, start: Decimal) -> dict[str, Any]:
    """Return one criterion: its name, items, sum and its part of the bar (100 wide)."""
    given = [points_typed(form, item.code) for item in criterion.items]
    known = [points for points in given if points is not None]
    items = [item_row(form, item) for item in criterion.items]
    scale = (criterion.points - Decimal("0.5")) / criterion.points
    return {
        "code": criterion.code,
        "name": in_language(criterion.zh, criterion.en),
        "points": as_text(criterion.points),
        "given": as_text(sum(known, Decimal(0))) if known else "",
        "is_complete": len(known) == len(items),
        "is_open": False,
        "has_error": any(item["errors"] or item["comment"].errors for item in items),
        "items": items,
        "x": as_text(start),
        "width": as_text(criterion.points - Decimal("0.5")),
        "bar": f"{sum(known, Decimal(0)) * scale:.2f}",
        "scale": f"{scale:.4f}",
    }


def item_row(form: BallotForm, item: Item) -> dict[str, Any]:
    """Return one item with its bands in words and points, lowest first."""
    bands = [
        {
            "name": in_language(band.anchor.zh, band.anchor.en),
            "low": as_text(band.low),
            "high": as_text(band.high),
            "anchor": in_language(band.anchor.meaning_zh, band.anchor.meaning_en),
        }
        for band in reversed(form.sheet.bands(item))
    ]
    points = points_typed(form, item.code)
    typed = form[item.code].value()
    return {
        "code": item.code,
        "name": item_name(item),
        "maximum": as_text(item.points),
        "bands": bands,
        "value": as_text(points) if points is not None else (typed or ""),
        "comment": form[f"comment_{item.code}"],
        "errors": list(form[item.code].errors),
        "hint": _("Under 60 %% or from 90 %%: at least %(length)d characters")
        % {"length": form.sheet.comment_length},
    }


def sums(form: BallotForm) -> dict[str, str]:
    """Return points given, points reachable with the items judged, points still to be given."""
    judged = [
        (points, item.points)
        for item in form.sheet.items()
        if (points := points_typed(form, item.code)) is not None
    ]
    given = sum((points for points, _top in judged), Decimal(0))
    reachable = sum((top for _points, top in judged), Decimal(0))
    return {
        "given": as_text(given),
        "reachable": as_text(reachable),
        "left": as_text(Decimal(100) - reachable),
    }


def veto_rows(form: BallotForm) -> list[dict[str, Any]]:
    """Return the veto grounds with their boxes and reasons."""
    return [
        {
            "code": code,
            "name": veto_name(code),
            "flag": form[f"flag_{code}"],
            "reason": form[f"reason_{code}"],
        }
        for code in VETO_CODES
    ]
