"""What results can be narrowed by, with counts.

Rule: values within one facet are alternatives, facets narrow each other; a facet's counts obey all
other facets but not its own choice. The kind of page is a facet like any other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.taxonomies import scheme
from search.engines.catalogue import Entry
from search.queries.content import searchable_models

KIND = "kind"
TITLES = {
    "object": _("Object protected"),
    "direction": _("Direction"),
    "industry": _("Industry"),
    "region": _("Region"),
    "task": _("Task of the guideline"),
    "level": _("Course level"),
    "year": _("Year"),
}
SCHEMES = {"object": "objects", "industry": "industries", "region": "regions", "task": "tasks"}
LONGEST = 10
KIND_ORDER = ("solution", "practice", "course", "reading", "standard", "guide")
Chosen = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Narrowed:
    """The entries that pass every choice, and the counts of every facet."""

    entries: list[Entry]
    counts: dict[str, Counter[str]] = field(default_factory=dict)


def codes_of(entry: Entry, facet: str) -> list[str]:
    """Return an entry's values of a facet."""
    return [entry.kind] if facet == KIND else entry.facets.get(facet, [])


def narrowed(entries: Iterable[Entry], chosen: Chosen) -> Narrowed:
    """Return what is left after all choices, in order, with every facet's counts."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in (KIND, *TITLES)}
    left = []
    for entry in entries:
        failed = [
            facet for facet, codes in chosen.items() if not codes & set(codes_of(entry, facet))
        ]
        if not failed:
            left.append(entry)
        for facet in counts if not failed else failed if len(failed) == 1 else ():
            counts[facet].update(codes_of(entry, facet))
    return Narrowed(left, counts)


@lru_cache(maxsize=64)
def told_names(facet: str, _language: str, _mark: tuple[int, int]) -> dict[str, str]:
    """Return the names that pages know of a facet's codes; asks them once for every state of the
    documents."""
    names: dict[str, str] = {}
    for model in searchable_models().values():
        names |= model.search_facet_names(facet)
    return names


def names_of(facet: str, mark: tuple[int, int]) -> Callable[[str], str]:
    """Return what the codes of a facet are called in the active language."""
    if facet in SCHEMES:
        terms = scheme(SCHEMES[facet])
        return lambda code: terms[code].name if code in terms else code
    if facet == "year":
        return lambda code: code
    names = told_names(facet, get_language() or "", mark)
    return lambda code: names.get(code, code)


def kind_names() -> dict[str, Any]:
    """Return the kinds with their names, in the order pages show them."""
    models = searchable_models()
    rest = sorted(kind for kind in models if kind not in KIND_ORDER)
    order = [*(kind for kind in KIND_ORDER if kind in models), *rest]
    return {kind: models[kind]._meta.verbose_name_plural for kind in order}


def order_of(facet: str) -> Callable[[tuple[str, int]], Any]:
    """Return the order of a facet's values: of the taxonomy, newest year, or most first."""
    if facet in ("object", "task"):
        places = {code: place for place, code in enumerate(scheme(SCHEMES[facet]))}
        return lambda option: (places.get(option[0], len(places)), option[0])
    if facet == "year":
        return lambda option: (-int(option[0]) if option[0].isdecimal() else 0, option[0])
    if facet == "level":
        return lambda option: option[0]
    return lambda option: (-option[1], option[0])


def facet_groups(narrowed: Narrowed, chosen: Chosen, mark: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the facets worth showing as the component takes them; chosen values always show.

    `mark` is the state of the documents (`Results.mark`).
    """
    counts = narrowed.counts
    groups = []
    for facet, title in TITLES.items():
        ticked = chosen.get(facet, frozenset())
        options = {**counts[facet], **{code: counts[facet][code] for code in ticked}}
        if not ticked and (len(options) < 2):
            continue
        name = names_of(facet, mark)
        rows = sorted(options.items(), key=order_of(facet))
        shown = [row for place, row in enumerate(rows) if place < LONGEST or row[0] in ticked]
        groups.append(
            {
                "name": facet,
                "title": title,
                "open": bool(ticked) or facet in ("object", "direction"),
                "options": [
                    {
                        "value": code,
                        "label": name(code),
                        "count": n,
                        "checked": code in ticked,
                        "evidence": "",  # a key the template need not miss
                    }
                    for code, n in shown
                ],
            }
        )
    return groups
