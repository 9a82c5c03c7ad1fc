"""A list narrowed by facets: which values are chosen, what remains, how many each option has.

Rule: options within one facet are alternatives, facets narrow each other; a facet's counts obey
all other facets but not its own choice. Works on records that were read already; what the records
are and how they are read is the app's business.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list: its name in addresses, a record's values, their words, their order.

    `values` gives a record's values as texts; `label` the words of a value; `order` sorts (value,
    count) pairs.
    """

    name: str
    title: Any
    values: Callable[[Any], tuple[str, ...]]
    label: Callable[[str], Any]
    order: Callable[[tuple[str, int]], Any] = lambda option: option[0]
    is_open: bool = True


class FacetedList:
    """One view of a list, as an address asks for it; conditions nobody could mean are left out."""

    def __init__(self, facets: Iterable[Facet], records: Iterable[Any], params: QueryDict) -> None:
        self.facets, self.records, self.params = tuple(facets), list(records), params

    @cached_property
    def known(self) -> dict[str, set[str]]:
        """For every facet the values that occur."""
        return {
            facet.name: {value for one in self.records for value in facet.values(one)}
            for facet in self.facets
        }

    @cached_property
    def wanted(self) -> dict[str, set[str]]:
        """The chosen values that occur at all."""
        return {
            facet.name: set(self.params.getlist(facet.name)) & self.known[facet.name]
            for facet in self.facets
        }

    def passes(self, record: Any, but: str = "") -> bool:
        """Say whether a record meets every chosen facet, leaving one out of account."""
        return all(
            not self.wanted[facet.name]
            or facet.name == but
            or self.wanted[facet.name] & set(facet.values(record))
            for facet in self.facets
        )

    @cached_property
    def found(self) -> list[Any]:
        """The records that meet every condition, in their given order."""
        return [one for one in self.records if self.passes(one)]

    @property
    def is_narrowed(self) -> bool:
        """Whether any facet leaves something out."""
        return any(self.wanted.values())

    def groups(self) -> list[dict[str, Any]]:
        """Return the facets for the `facet_list` component; one without a choice is left out."""
        groups = [self.group(facet) for facet in self.facets]
        return [group for group in groups if group["options"]]

    def group(self, facet: Facet) -> dict[str, Any]:
        """Return one facet with its options, counts and what is chosen."""
        counts = Counter(
            value
            for one in self.records
            if self.passes(one, but=facet.name)
            for value in facet.values(one)
        )
        counts.update(dict.fromkeys(self.wanted[facet.name], 0))
        options = [
            {
                "value": value,
                "label": facet.label(value),
                "count": count,
                "checked": value in self.wanted[facet.name],
            }
            for value, count in sorted(counts.items(), key=facet.order)
        ]
        is_open = facet.is_open or bool(self.wanted[facet.name])
        return {"name": facet.name, "title": facet.title, "open": is_open, "options": options}

    def address(self, **changes: Iterable[str]) -> str:
        """Return the address of this list with some conditions replaced."""
        params = QueryDict(mutable=True)
        kept = {name: sorted(values) for name, values in self.wanted.items()}
        for key, values in (kept | changes).items():
            params.setlist(key, list(values))
        return f"?{params.urlencode()}"

    def applied(self) -> list[dict[str, Any]]:
        """Return the chosen conditions with the address that drops each of them."""
        return [
            {
                "text": facet.label(value),
                "url": self.address(**{facet.name: self.wanted[facet.name] - {value}}),
            }
            for facet in self.facets
            for value in sorted(self.wanted[facet.name])
        ]
