"""What an address of the search page says, cleaned: nothing anybody can type is an error."""

from collections.abc import Mapping

from django.http import QueryDict

from search.queries.facets import KIND, TITLES, kind_names
from search.queries.finding import Search

GROUPED = "kinds"
LONGEST_CODE = 40
MOST_CODES = 30


def number_of(text: str) -> int:
    """Return the page asked for; anything but a small number is the first."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def choices_of(params: QueryDict) -> Mapping[str, frozenset[str]]:
    """Return what was ticked by facet; unknown kinds and overlong codes are dropped."""
    chosen = {
        facet: frozenset(code for code in params.getlist(facet)[:MOST_CODES] if is_code(code))
        for facet in TITLES
    }
    chosen[KIND] = frozenset({params.get(KIND, "")}) & frozenset(kind_names())
    return {facet: codes for facet, codes in chosen.items() if codes}


def is_code(text: str) -> bool:
    """Whether this can be a code of a facet."""
    return 0 < len(text) <= LONGEST_CODE and text.isprintable()


def search_of(params: QueryDict) -> Search:
    """Return the search that an address asks for."""
    chosen = choices_of(params)
    return Search(
        text=params.get("q", "").strip(),
        chosen=chosen,
        page=number_of(params.get("page", "")),
        is_grouped=params.get("view") == GROUPED and KIND not in chosen,
        is_exact=params.get("exact") == "1",
    )
