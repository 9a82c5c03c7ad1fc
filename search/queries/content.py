"""What a page gives to search: read at this moment, and only if everybody may read the page.

Rule: a document exists for a page that is live, that no view restriction covers (on it or above
it), that has a kind and an address. Nothing else is ever read into search.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import override
from wagtail.models import Page

from portal.core.searchable import HAN_RUN, BilingualPageMixin, folded, open_to_all
from search.slips import syllables
from search.terms import packed

LONGEST_TITLE = 500


@dataclass(frozen=True)
class Content:
    """The columns of a document that come from its page."""

    kind: str
    url: str
    title: str
    title_en: str
    lead: str
    lead_en: str
    text: str
    text_en: str
    note: str
    note_en: str
    pinyin: str
    facets: dict[str, list[str]] = field(default_factory=dict)
    day: date | None = None
    terms: bytes = b""


@cache
def searchable_models() -> dict[str, type[Any]]:
    """Return the page types that search finds, by their kind."""
    return {
        model.search_kind: model
        for model in apps.get_models()
        if issubclass(model, BilingualPageMixin) and model.search_kind
    }


def key_of(page_id: int) -> str:
    """Return the key of a page's document."""
    return f"page-{page_id}"


def public_pages() -> Iterable[int]:
    """Return the ids of all pages that should have a document."""
    found: list[int] = []
    for model in searchable_models().values():
        found += open_to_all(model.objects.live()).order_by("pk").values_list("pk", flat=True)
    return found


def public_page(page_id: int) -> Any | None:
    """Return the page as its own type if everybody may read it now, else None."""
    page = open_to_all(Page.objects.live().filter(pk=page_id)).first()
    model: Any = page.specific_class if page else None
    if page is None or not getattr(model, "search_kind", ""):
        return None
    return model.objects.filter(pk=page.pk).first()


def content_of(page_id: int) -> Content | None:
    """Return what search may know of a page now; None if that is nothing."""
    page = public_page(page_id)
    url = page.get_url() if page else None
    if page is None or not url:
        return None
    with override("en"):
        title_en, note_en = page.display_title, page.search_note()
    with override("zh-hans"):
        title, note = page.display_title, page.search_note()
        lines = page.searchable_text().split("\n")
    lead, lead_en = page.search_leads()
    told = {page.title, page.title_en, title, title_en, lead, lead_en}
    rest = [line.strip() for line in lines if line.strip() and line not in told]
    text, text_en = by_language(rest)
    day = page.search_date()
    return Content(
        kind=page.search_kind,
        url=url,
        title=title[:LONGEST_TITLE],
        title_en="" if title_en == title else title_en[:LONGEST_TITLE],
        lead=lead,
        lead_en=lead_en,
        text=text,
        text_en=text_en,
        note=note[:LONGEST_TITLE],
        note_en=note_en[:LONGEST_TITLE],
        pinyin=pinyin_of(title),
        facets=facets_of(page, day),
        day=day,
        terms=packed(f"{title}\n{title_en}", f"{lead}\n{lead_en}", f"{text}\n{text_en}"),
    )


def facets_of(page: Any, day: date | None) -> dict[str, list[str]]:
    """Return the page's facets; what has a day has its year too."""
    year = {"year": [str(day.year)]} if day else {}
    return {**year, **page.search_facets()}


def by_language(lines: list[str]) -> tuple[str, str]:
    """Return the lines that hold Chinese and those that do not, each as one text."""
    chinese = [line for line in lines if HAN_RUN.search(line)]
    other = [line for line in lines if not HAN_RUN.search(line)]
    return "\n".join(chinese), "\n".join(other)


def pinyin_of(title: str) -> str:
    """Return a title in letters, once joined and once by first letters: "gongkong gk"."""
    plain = folded(title)
    joined = HAN_RUN.sub(lambda run: "".join(syllables(run.group())), plain)
    first = HAN_RUN.sub(lambda run: "".join(s[0] for s in syllables(run.group()) if s), plain)
    return f"{joined} {first}" if joined != plain else ""
