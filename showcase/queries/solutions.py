"""The public list of solutions: keyword, facets with counts, order, pages.

Rule: options within one facet are alternatives, facets narrow each other; a facet's counts obey
all other facets but not its own choice. One query reads the few facts of every public solution,
one the page shown, one more the keyword: their number never depends on how many there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models.fields.json import KeyTransform
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.searchable import open_to_all, query_terms
from portal.core.taxonomies import scheme, term_name
from showcase.models import SolutionPage
from showcase.queries.cases import card

PER_PAGE = 20
LONGEST_GROUP = 10
SORTS = {
    "relevance": _("Relevance"),
    "newest": _("Newest"),
    "evidence": _("Evidence level"),
    "adopted": _("Most adopted"),
    "name": _("Name"),
}
# Facets whose options stand in the official order of a taxonomy.
SCHEMES = {"object": "objects", "task": "tasks", "region": "regions"}
COLUMNS = (
    "pk",
    "title",
    "direction_code",
    "direction_name",
    "direction_name_en",
    "region",
    "industry",
    "objects_protected",
    "year",
    "evidence",
    "listed_on",
    "valid_until",
    "revoked_on",
    "adopters",
)


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list: its name in addresses, its values in a solution, its words."""

    name: str
    title: Any
    values: Callable[[SolutionPage], tuple[str, ...]]
    label: Callable[[str, dict[str, SolutionPage]], str]
    is_open: bool = True
    by_count: bool = False


def task_codes() -> KeyTransform:
    """Return the tasks of the guideline an applicant named, for a queryset of solutions.

    They stand in the submission: the page's own columns were released without them.
    """
    return KeyTransform("pj.tasks", "submission__data")


def ranked(name: str) -> Callable[[str], int]:
    """Return the official place of a code in its taxonomy; unknown codes come last."""
    places = {code: place for place, code in enumerate(scheme(name))}
    return lambda code: places.get(code, len(places))


FACETS = (
    Facet(
        "direction",
        _("Direction"),
        lambda page: (page.direction_code,),
        lambda code, samples: samples[code].direction_label if code in samples else code,
        by_count=True,
    ),
    Facet(
        "object",
        _("Object protected"),
        lambda page: tuple(page.objects_protected),
        lambda code, _samples: term_name("objects", code),
    ),
    Facet(
        "task",
        _("Task of the guideline"),
        lambda page: tuple(page.tasks or ()),  # type: ignore[attr-defined]  # annotated
        lambda code, _samples: f"{code} {term_name('tasks', code)}",
        is_open=False,
    ),
    Facet(
        "industry",
        _("Industry"),
        lambda page: (page.industry,),
        lambda code, _samples: term_name("industries", code),
        by_count=True,
    ),
    Facet(
        "region",
        _("Region"),
        lambda page: (page.region,),
        lambda code, _samples: term_name("regions", code),
        is_open=False,
    ),
    Facet("year", _("Year"), lambda page: (str(page.year),), lambda code, _samples: code),
    Facet(
        "evidence",
        _("Evidence level"),
        lambda page: (page.evidence,),
        lambda code, _samples: f"{code} {SolutionPage.Evidence(code).label}",
    ),
    Facet(
        "state",
        _("State"),
        lambda page: (page.validity.value,),
        lambda code, _samples: str(SolutionPage.Validity(code).label),
    ),
)


def option_order(facet: Facet) -> Callable[[tuple[str, int]], Any]:
    """Return the sort key of a facet's options: official order, newest year, or most first."""
    if facet.by_count:
        return lambda option: (-option[1], option[0])
    if facet.name == "year":
        return lambda option: -int(option[0])
    if facet.name in SCHEMES:
        place = ranked(SCHEMES[facet.name])
        return lambda option: place(option[0])
    return lambda option: option[0]


def sort_key(order: str, places: dict[int, int]) -> Callable[[SolutionPage], Any]:
    """Return the sort key of a list; ties always fall to the newest, then the title."""
    firsts: dict[str, Callable[[SolutionPage], Any]] = {
        "relevance": lambda page: places.get(page.pk, 0),
        "evidence": lambda page: page.evidence,
        "adopted": lambda page: -len(page.adopters),
        "name": lambda page: page.title,
    }
    first = firsts.get(order, lambda page: 0)
    return lambda page: (first(page), -page.listed_on.toordinal(), page.title)


def folded_tail(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a facet with many options as two: the first ten, and the others folded away."""
    options = group["options"]
    if len(options) <= LONGEST_GROUP:
        return [group]
    head, tail = options[:LONGEST_GROUP], options[LONGEST_GROUP:]
    title = _("Other: %(facet)s (%(n)s)") % {"facet": group["title"], "n": len(tail)}
    is_open = any(option["checked"] for option in tail)
    return [
        {**group, "options": head},
        {**group, "title": title, "options": tail, "open": is_open},
    ]


class SolutionList:
    """One view of the list, as an address asks for it; unknown conditions are left out."""

    def __init__(self, params: QueryDict) -> None:
        self.query = params.get("q", "").strip()
        self.params = params
        self.page_number = params.get("page", "1")
        self.chosen = {facet.name: set(params.getlist(facet.name)) for facet in FACETS}

    @cached_property
    def places(self) -> dict[int, int]:
        """Where the keyword's hits stand, by solution; empty without a keyword."""
        terms = query_terms(self.query)
        if not terms:
            return {}
        hits = SolutionPage.objects.live().search(" ".join(terms), operator="and")
        pks = hits.get_queryset().values_list("pk", flat=True)
        return {pk: place for place, pk in enumerate(pks)}

    @cached_property
    def live(self) -> list[SolutionPage]:
        """Every public solution, with the facts facets need."""
        pages = open_to_all(SolutionPage.objects.live()).only(*COLUMNS)
        return list(pages.annotate(tasks=task_codes()))

    @cached_property
    def everything(self) -> list[SolutionPage]:
        """Every public solution that the keyword finds."""
        if not self.query:
            return self.live
        return [page for page in self.live if page.pk in self.places]

    def passes(self, page: SolutionPage, but: str = "") -> bool:
        """Say whether a solution meets every chosen facet, leaving one out of account."""
        return all(
            not self.wanted[facet.name]
            or facet.name == but
            or self.wanted[facet.name] & set(facet.values(page))
            for facet in FACETS
        )

    @cached_property
    def known(self) -> dict[str, dict[str, SolutionPage]]:
        """For every facet the values that occur, each with a solution that has it."""
        return {
            facet.name: {value: page for page in self.live for value in facet.values(page)}
            for facet in FACETS
        }

    @cached_property
    def wanted(self) -> dict[str, set[str]]:
        """The chosen values without those that nobody could have meant."""
        allowed = {
            "evidence": set(SolutionPage.Evidence.values),
            "state": set(SolutionPage.Validity.values),
            "object": set(scheme("objects")),
            "task": set(scheme("tasks")),
            "region": set(scheme("regions")),
            "industry": set(scheme("industries")),
        }
        return {
            name: values & (allowed.get(name, set()) | set(self.known[name]))
            for name, values in self.chosen.items()
        }

    @cached_property
    def found(self) -> list[SolutionPage]:
        pages = [page for page in self.everything if self.passes(page)]
        return sorted(pages, key=sort_key(self.order, self.places))

    @property
    def order(self) -> str:
        """The order asked for; by relevance if there is a keyword, else the newest first."""
        order = self.params.get("sort", "")
        usual = "relevance" if self.query else "newest"
        possible = order in SORTS and (order != "relevance" or bool(self.query))
        return order if possible else usual

    @property
    def total(self) -> int:
        return len(self.found)

    @cached_property
    def page(self) -> Page:
        """The part shown; a number out of range gives the nearest page there is."""
        return Paginator(self.found, PER_PAGE).get_page(self.page_number)

    def cards(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """Return the solutions of this page for `case_card`, read in one query."""
        pks = [page.pk for page in self.page]
        whole = SolutionPage.objects.in_bulk(pks)
        return [card(whole[pk], request) for pk in pks]

    def groups(self) -> list[dict[str, Any]]:
        """Return the facets for `facet_list`; a facet with nothing to choose is left out."""
        groups = [part for facet in FACETS for part in folded_tail(self.group(facet))]
        return [group for group in groups if group["options"]]

    def group(self, facet: Facet) -> dict[str, Any]:
        """Return one facet with its options, counts and what is chosen."""
        counts = Counter(
            value
            for page in self.everything
            if self.passes(page, but=facet.name)
            for value in facet.values(page)
        )
        counts.update(dict.fromkeys(self.wanted[facet.name], 0))
        return {
            "name": facet.name,
            "title": facet.title,
            "open": facet.is_open or bool(self.wanted[facet.name]),
            "options": [
                {
                    "value": value,
                    "label": self.label(facet, value),
                    "count": count,
                    "checked": value in self.wanted[facet.name],
                    "evidence": value if facet.name == "evidence" else "",
                }
                for value, count in sorted(counts.items(), key=option_order(facet))
            ],
        }

    def label(self, facet: Facet, value: str) -> str:
        return str(facet.label(value, self.known[facet.name]))

    def address(self, **changes: Iterable[str]) -> str:
        """Return the address of this list with some conditions replaced; pages start anew."""
        params = QueryDict(mutable=True)
        kept = {"q": [self.query] if self.query else [], "sort": self.params.getlist("sort")[:1]}
        kept |= {name: sorted(values) for name, values in self.wanted.items()}
        for key, values in (kept | changes).items():
            params.setlist(key, list(values))
        return f"?{params.urlencode()}"

    def applied(self) -> list[dict[str, str]]:
        """Return the chosen conditions with the address that drops each of them."""
        return [
            {
                "text": self.label(facet, value),
                "url": self.address(**{facet.name: self.wanted[facet.name] - {value}}),
            }
            for facet in FACETS
            for value in sorted(self.wanted[facet.name])
        ]

    def cleared(self) -> str:
        """Return the address without any facet; the keyword stays."""
        return self.address(**{facet.name: () for facet in FACETS})

    def orders(self) -> list[dict[str, Any]]:
        """Return the orders to choose from."""
        usable = [key for key in SORTS if key != "relevance" or self.query]
        return [
            {"label": SORTS[key], "url": self.address(sort=[key]), "current": key == self.order}
            for key in usable
        ]

    @property
    def is_narrowed(self) -> bool:
        """Whether a keyword or any facet leaves something out."""
        return bool(self.query) or any(self.wanted.values())

    def hidden_facets(self) -> list[tuple[str, str]]:
        """Return what the keyword's form must carry along: the facets and the order."""
        chosen = [(name, value) for name, values in self.wanted.items() for value in sorted(values)]
        return chosen + [pair for pair in self.hidden() if pair[0] == "sort"]

    def hidden(self) -> list[tuple[str, str]]:
        """Return what the facets' form must carry along: keyword and order."""
        sort = self.params.get("sort", "")
        return [pair for pair in (("q", self.query), ("sort", sort)) if pair[1]]


def related_solutions(page: SolutionPage, limit: int = 4) -> list[SolutionPage]:
    """Return the newest standing solutions of the same direction, in one query."""
    pages = open_to_all(SolutionPage.objects.live()).filter(
        direction_code=page.direction_code, revoked_on=None
    )
    return list(pages.exclude(pk=page.pk).order_by("-listed_on", "title")[:limit])
