"""Notices about the demo's rounds, written from what the rounds came to: dates and counts."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation

from evaluation.models import PublicNotice
from portal.core.templatetags.formatting import day, local, moment
from portal.demo.site import ensure_news
from portal.outreach.models import SectionPage
from showcase.lifecycle import RoundState
from showcase.models import Round, SolutionPage, Stage

TEXTS = Path(__file__).resolve().parent / "data" / "outreach" / "round_news.json"
LANGUAGES = ("zh-hans", "en")


def stage_table(round: Round) -> str:
    """Return the stages of a round as a Markdown table, last moments as the round has them."""
    rows = [
        f"| {stage.get_kind_display()} | {moment(stage.opens_at)} | {moment(stage.closes_at)} |"
        for stage in round.stages.all()
    ]
    return "\n".join(["| 环节 | 开始 | 截止 |", "|---|---|---|", *rows])


def call_facts(round: Round) -> dict[str, Any]:
    """Return what the call for applications says."""
    stage = round.stages.get(kind=Stage.Kind.APPLY)
    names = [direction.display_name for direction in round.directions.all()]
    return {
        "opens": day(stage.opens_at),
        "closes": moment(stage.closes_at),
        "directions": len(names),
        "direction_names": "、".join(names),
        "partners": round.rules["partners_max"],
        "projects": round.rules["projects_per_entity"],
        "stages": stage_table(round),
    }


def publicity_facts(notice: PublicNotice) -> dict[str, Any]:
    """Return what the announcement of a public notice says."""
    return {
        "proposed": len(notice.entries),
        "days": notice.working_days,
        "objections": moment(notice.closes_at),
    }


def listed_facts(pages: list[SolutionPage]) -> dict[str, Any]:
    """Return what the announcement of a list says."""
    return {"listed": len(pages), "until": day(pages[0].valid_until)}


def told(kind: str, round: Round, when: datetime | date, facts: Any) -> dict[str, Any]:
    """Return one notice as an entry of news.json; `facts()` is asked in each language."""
    text = json.loads(TEXTS.read_text(encoding="utf-8"))[kind]
    said: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = {"title": round.display_title, "code": round.code, **facts()}
    zh, en = said["zh-hans"], said["en"]
    here = local(when)
    return {
        "slug": text["slug"].format(**zh),
        "kind": text["kind"],
        "source": text["source"],
        "date": (here.date() if isinstance(here, datetime) else here).isoformat(),
        "title": text["title"].format(**zh),
        "summary": text["summary"].format(**zh),
        "body": text["body"].format(**zh),
        "en": {key: value.format(**en) for key, value in text["en"].items()},
    }


def notices_of(round: Round) -> list[dict[str, Any]]:
    """Return the notices a round has given rise to so far: call, publicity, list."""
    apply = round.stages.get(kind=Stage.Kind.APPLY)
    rows = [told("call", round, apply.opens_at, lambda: call_facts(round))]
    if notice := PublicNotice.objects.filter(round=round).first():
        rows.append(told("publicity", round, notice.published_at, lambda: publicity_facts(notice)))
    pages = list(SolutionPage.objects.live().filter(submission__round=round))
    if pages:
        rows.append(told("listed", round, pages[0].listed_on, lambda: listed_facts(pages)))
    return rows


def ensure_round_news() -> None:
    """Publish the notices of the rounds the public hears of now: open, in publicity, announced."""
    section = SectionPage.objects.get(slug="news")
    heard = (RoundState.APPLYING, RoundState.PUBLICITY, RoundState.ANNOUNCED)
    for round in Round.objects.filter(state__in=heard).order_by("code"):
        for row in notices_of(round):
            ensure_news(section, row)
