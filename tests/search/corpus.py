"""The judged corpus as real public pages, and the score of an order against the judgements."""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from courses.models import CoursePage
from portal.core import clock
from portal.demo.content import dossiers
from portal.demo.content import read as read_data
from portal.demo.outreach import ensure_outreach
from portal.demo.site import ensure_demo_pages, ensure_site_tree
from portal.outreach.models import (
    EventPage,
    FaqEntryPage,
    GuidePage,
    NewsPage,
    PolicyReadingPage,
    StandardPage,
)
from search.models import Document
from search.queries.content import key_of
from showcase.models import SolutionPage
from tests.factories.pages import make_solution

# Sections that applicants publish; architecture and key technology stay private.
PUBLIC_SECTIONS = ("background", "innovation", "implementation", "benefit", "replicability")
PUBLIC_SECTIONS += ("compliance", "next_plan")
AT = 10


def relevance() -> Any:
    """The judged queries and what they are judged on."""
    return read_data("relevance")


def make_corpus() -> dict[int, str]:
    """Publish everything that is judged; return the judge's names by document."""
    ensure_site_tree()
    ensure_demo_pages()
    ensure_outreach()
    for slug in relevance()["corpus"]["solutions"]:
        make_solution_of(slug)
    return names()


def make_solution_of(slug: str) -> SolutionPage:
    """Publish one dossier the way a listing does, without its application."""
    one = dossiers()[slug]
    facts = one.facts
    return make_solution(
        title=one.title,
        title_en=facts["en"]["title"],
        slug=slug,
        applicant_name=facts["org"]["name"],
        partner_names=[partner["name"] for partner in facts["partners"]],
        direction_code=one.direction,
        direction_name=facts["direction"],
        region=facts["org"]["region"],
        industry=facts["org"]["industry"]["code"],
        objects_protected=facts["project"]["objects"],
        round_title="示例轮次",
        year=2026,
        abstract=facts["project"]["public_abstract"],
        abstract_en=facts["en"]["public_abstract"],
        effects=facts["effects"],
        sections=[{"key": key, "text": facts["sections"][key]} for key in PUBLIC_SECTIONS],
        adopters=facts["adopters"],
        standards=facts["standards"],
        listed_on=clock.today() - timedelta(days=30),
        valid_until=clock.today() + timedelta(days=700),
    )


def names() -> dict[int, str]:
    """The judge's name (kind:key) of every judged document, by the document's id."""
    fields: list[tuple[Any, str]] = [(model, "slug") for model in BY_SLUG]
    fields += [(StandardPage, "number"), (FaqEntryPage, "title")]
    documents = dict(Document.objects.present().values_list("key", "pk"))
    return {
        documents[key_of(pk)]: f"{model.search_kind}:{name}"
        for model, field in fields
        for pk, name in model.objects.values_list("pk", field)
    }


BY_SLUG = (SolutionPage, CoursePage, NewsPage, PolicyReadingPage, GuidePage, EventPage)


def gain(grade: int) -> int:
    return 2**grade - 1


def ndcg(order: Iterable[str], judged: dict[str, int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    got = sum(
        gain(judged.get(name, 0)) / math.log2(place + 2)
        for place, name in enumerate(itertools.islice(order, AT))
    )
    best = sorted((gain(grade) for grade in judged.values()), reverse=True)[:AT]
    return got / sum(value / math.log2(place + 2) for place, value in enumerate(best))


def scores(order_of: Callable[[str], list[int]], known: dict[int, str]) -> dict[str, list[float]]:
    """The score of every query by its kind; documents of kinds that are not judged are dropped."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in relevance()["queries"]:
        order = [known[pk] for pk in order_of(row["q"]) if pk in known]
        found[row["kind"]].append(ndcg(order, row["judged"]))
    return found


def mean(found: dict[str, list[float]]) -> float:
    """The mean over all queries."""
    every = [score for scores in found.values() for score in scores]
    return sum(every) / len(every)
