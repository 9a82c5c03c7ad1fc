"""Public pages for tests: the tree of a fresh site and solutions in it."""

import itertools
from datetime import date, timedelta
from typing import Any

from wagtail.models import Page

from portal.core import clock
from portal.demo.site import SECTIONS, ensure_home, ensure_page, ensure_site_tree
from portal.outreach.models import HomePage, NewsPage
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, SolutionPage
from tests.factories.showcase import make_round, make_submission

numbers = itertools.count(1)


def make_site() -> HomePage:
    """Return the home page of a fresh site."""
    return ensure_site_tree()


def make_section(slug: str) -> Page:
    """Return one section of the site, made with no more than the home page above it."""
    model, texts = next((model, texts) for name, model, texts in SECTIONS if name == slug)
    return ensure_page(ensure_home(), model, slug, **texts)


def make_solution(**facts: Any) -> SolutionPage:
    """Publish a solution below /solutions/; anything may be said, the rest is plain."""
    number = next(numbers)
    round = facts.pop("round", None) or Round.objects.first() or make_round(RoundState.ANNOUNCED)
    submission = make_submission(round, state=SubmissionState.LISTED, data={})
    values: dict[str, Any] = {
        "submission": submission,
        "title": f"示例方案{number}",
        "slug": f"example-{number}",
        "applicant_name": submission.applicant.name,
        "direction_code": "control",
        "direction_name": "控制安全",
        "direction_name_en": "Control security",
        "region": "320000",
        "industry": "C31",
        "objects_protected": ["control"],
        "round_title": round.title,
        "year": 2026,
        "abstract": "这是一段公开摘要。",
        "abstract_en": "A public abstract.",
        "effects": [
            {"metric": "高危指令", "before": "193", "after": "14", "unit": "次", "evidence": "日志"}
        ],
        "sections": [{"key": "tx.background", "zh": "背景与需求", "text": "**原因**写在这里。"}],
        "evidence": "B",
        "listed_on": clock.today() - timedelta(days=30),
        "valid_until": clock.today() + timedelta(days=700),
    }
    page = SolutionPage(**(values | facts))
    make_section("solutions").add_child(instance=page)
    return page


def make_news(**facts: Any) -> NewsPage:
    """Publish a piece of news below /news/."""
    number = next(numbers)
    values: dict[str, Any] = {
        "title": f"示例新闻{number}",
        "slug": f"news-{number}",
        "source": "示例秘书处",
        "published_on": date(2026, 3, 5),
    }
    page = NewsPage(**(values | facts))
    make_section("news").add_child(instance=page)
    return page
