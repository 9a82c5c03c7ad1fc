"""The demo's expert pool, entered through the service."""

from datetime import date
from typing import Any

from evaluation.models import Expert
from evaluation.services.pooling import enter_expert
from portal.accounts.models import User
from portal.demo.content import read
from portal.demo.people import direction_codes, person


def ensure_experts(*, by: User) -> None:
    """Enter the 24 experts who are not in the pool yet."""
    for row in read("experts")["experts"]:
        enter_expert(
            person(row["email"]),
            by=by,
            employments=[employment(row["employer"]), *map(employment, row["past_employers"])],
            title=row["title"],
            title_en=row["title_en"],
            kind=row["kind"],
            region=row["region"],
            directions=direction_codes(row["directions"]),
        )


def employment(row: dict[str, Any]) -> dict[str, Any]:
    """Return one employer of the file as the service takes it; months become days."""
    return {
        "uscc": row["uscc"],
        "name": row["name"],
        "started_on": day(row.get("since") or row["from"]),
        "ended_on": day(row["to"]) if row.get("to") else None,
    }


def day(text: str) -> date:
    """Return the day of "2016-03" or "2016-03-15"."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def expert_of(email: str) -> Expert:
    """Return an expert by address."""
    return Expert.objects.get(user__email=email)


def chairs() -> dict[str, Expert]:
    """Return the chair of each direction by its code."""
    return {
        code: expert_of(row["email"])
        for row in read("people")
        if row.get("chairs")
        for code in direction_codes(row["chairs"])
    }
