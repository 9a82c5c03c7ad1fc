"""Public pages for tests: the tree of a fresh site and solutions in it."""

import itertools
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.db.models.sql import InsertQuery
from wagtail.models import Locale, Page

from portal.core import clock
from portal.demo.site import SECTIONS, ensure_home, ensure_page, ensure_site_tree
from portal.outreach.models import HomePage, NewsPage
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Round, SolutionPage
from tests.factories.showcase import make_round, make_submission

numbers = itertools.count(1)
AnyPage = TypeVar("AnyPage", bound=Page)


def make_site() -> HomePage:
    """Return the home page of a fresh site."""
    return ensure_site_tree()


def make_section(slug: str) -> Page:
    """Return one section of the site, made with no more than the home page above it."""
    model, texts = next((model, texts) for name, model, texts in SECTIONS if name == slug)
    return ensure_page(ensure_home(), model, slug, **texts)


def lay_below(slug: str, page: AnyPage) -> AnyPage:
    """Write a page below a section of the site as bare rows and return it.

    The CMS's own way checks it, tells search and logs it in some thirty statements: nothing that
    a test needs whose course only has to be there, and half of the time of such tests.
    """
    parent = Page.objects.filter(depth=3, slug=slug).first() or make_section(slug)
    last = parent.get_last_child()
    page.path = last._inc_path() if last else parent._get_path(parent.path, parent.depth + 1, 1)
    page.depth, page.numchild, page.live = parent.depth + 1, 0, True
    page.draft_title, page.locale = page.title, Locale.get_default()
    page.content_type = ContentType.objects.get_for_model(type(page))
    page.set_url_path(parent)
    insert_row(Page, page)
    page.page_ptr_id = page.pk = Page.objects.values_list("pk", flat=True).get(path=page.path)
    insert_row(type(page), page)
    page._state.adding = False
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    return page


def insert_row(model: type[Page], page: Page) -> None:
    """Insert what a page has in the table of one model."""
    fields = [
        one for one in model._meta.local_concrete_fields if model is not Page or one.name != "id"
    ]
    query = InsertQuery(model)
    query.insert_values(fields, [page])
    query.get_compiler("default").execute_sql()


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
