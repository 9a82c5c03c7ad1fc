"""A round from the programme template, and its way through its states.

What a round is made of (stages, directions, form, quotas, numbers of the rules) is set while
it is in preparation and frozen when it opens. Criteria belong to evaluation.
"""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation
from portal.core import audit, calendar
from showcase.lifecycle import ROUND
from showcase.models import Direction, FormVersion, Programme, Quota, Round, Stage
from showcase.rules.rounds import check_can_advance_round, check_can_manage_rounds

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "default_programme.json"
Window = tuple[datetime, datetime]


@cache
def default_programme() -> dict[str, Any]:
    """Return the shipped programme template; treat it as read-only."""
    return json.loads(TEMPLATE.read_text(encoding="utf-8"))


@transaction.atomic
def create_round_from_template(
    programme: Programme | str | None = None,
    *,
    code: str,
    year: int,
    title: str,
    title_en: str = "",
    opens_at: datetime,
    by: Any,
    windows: Mapping[str, Window] | None = None,
    rules: Mapping[str, Any] | None = None,
    places: Mapping[str, int] | None = None,
    quotas: Mapping[Organisation, int] | None = None,
) -> Round:
    """Create a round in preparation, with all its parts from the template.

    `opens_at` (aware) begins the application stage; the other stages follow with the
    template's days unless `windows` {stage kind: (opens, closes)} says otherwise. `rules` and
    `places` {direction code: places} override single numbers. Writes the rows, then the audit
    event. Raises Denied, and ValidationError where the code is taken.
    """
    check_can_manage_rounds(by)
    if Round.objects.filter(code=code).exists():
        raise ValidationError({"code": _("A round with this code exists already.")})
    template = default_programme()
    owner = programme_of(programme)
    new = Round.objects.create(
        programme=owner,
        code=code,
        year=year,
        title=title,
        title_en=title_en,
        form=form_version(owner, template["form"]),
        rules=template["rules"] | dict(rules or {}),
    )
    add_stages(new, stage_windows(opens_at, dict(windows or {})))
    add_directions(new, dict(places or {}))
    for authority, number in (quotas or {}).items():
        Quota.objects.create(round=new, authority=authority, places=number)
    audit.record(action="round.created", obj=new, by=by, after=new.state, facts={"code": code})
    return new


def programme_of(programme: Programme | str | None) -> Programme:
    """Return the programme meant: itself, by code, or the template's own (created if new)."""
    if isinstance(programme, Programme):
        return programme
    facts = default_programme()["programme"]
    names = {"name": facts["name"], "name_en": facts["name_en"]}
    return Programme.objects.get_or_create(code=programme or facts["code"], defaults=names)[0]


def form_version(programme: Programme, schema: dict[str, Any]) -> FormVersion:
    """Return the programme's latest form if it is this schema, else add it as the next version."""
    latest = programme.forms.order_by("-number").first()
    if latest is not None and latest.schema == schema:
        return latest
    number = latest.number + 1 if latest else 1
    return FormVersion.objects.create(programme=programme, number=number, schema=schema)


def stage_windows(opens_at: datetime, given: Mapping[str, Window]) -> dict[str, Window]:
    """Return every stage's window in order; one that is not given begins where the last ended.

    Rule: application 30 days, recommendation 10, check 5, correction 5, review 15, public
    notice 5 working days; every stage closes at the template's hour in programme time.
    """
    template, start, found = default_programme(), opens_at, {}
    for stage in template["stages"]:
        kind = stage["kind"]
        if kind in given:
            found[kind] = given[kind]
        else:
            found[kind] = (start, stage_end(start, stage["days"], stage["working"]))
        start = found[kind][1]
    return found


def stage_end(start: datetime, days: int, working: bool) -> datetime:
    """Return the closing moment: `days` after the start day, at the template's hour."""
    day = timezone.localdate(start)
    last = calendar.add_working_days(day, days) if working else day + timedelta(days=days)
    hour = time(default_programme()["closes_at_hour"])
    return timezone.make_aware(datetime.combine(last, hour))


def add_stages(round: Round, windows: Mapping[str, Window]) -> None:
    """Write the stages of a new round."""
    Stage.objects.bulk_create(
        Stage(round=round, kind=kind, opens_at=opens, closes_at=closes)
        for kind, (opens, closes) in windows.items()
    )


def add_directions(round: Round, places: Mapping[str, int]) -> None:
    """Write the template's directions with the places given, the template's otherwise."""
    template = default_programme()["directions"]
    rows = [row | {"places": places.get(row["code"], row["places"])} for row in template]
    Direction.objects.bulk_create(
        Direction(round=round, order=order, **row) for order, row in enumerate(rows, start=1)
    )


@transaction.atomic
def set_quota(round: Round, *, authority: Organisation, places: int, by: Any) -> Quota:
    """Set how many entries an authority may recommend; writes the audit event."""
    check_can_manage_rounds(by)
    quota, _made = Quota.objects.update_or_create(
        round=round, authority=authority, defaults={"places": places}
    )
    audit.record(
        action="round.quota_set",
        obj=round,
        by=by,
        after=places,
        facts={"authority": authority.uscc},
    )
    return quota


@transaction.atomic
def advance_round(round: Round, verb: str, *, by: Any) -> Round:
    """Take one arrow of the round's lifecycle and return the locked, moved round.

    Locks the row, checks the rule, moves, writes the audit event. Raises Denied.
    """
    locked = Round.objects.select_for_update().get(pk=round.pk)
    check_can_advance_round(by, locked, verb)
    ROUND.move(locked, verb, by=by)
    round.state = locked.state
    return locked
