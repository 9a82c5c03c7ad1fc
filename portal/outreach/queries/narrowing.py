"""Short public lists narrowed by a few conditions in the address.

Rule: conditions narrow each other; the number beside an option obeys every other condition.
The lists are short (tens of pages), so one query reads them and the rest is done here: the two
databases have no common way to look into a list of codes. Not for solutions, which are many.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Condition:
    """One way to narrow a list: its name in addresses, its options, the values of a page."""

    name: str
    label: Any
    options: Sequence[tuple[str, Any]]
    values: Callable[[Any], Iterable[str]]


class Narrowed:
    """A list as an address asks for it; values nobody offers are left out of account."""

    def __init__(
        self, pages: Sequence[Any], conditions: Sequence[Condition], asked: Mapping[str, str]
    ) -> None:
        self.pages = pages
        self.conditions = conditions
        self.chosen = {
            one.name: asked[one.name]
            for one in conditions
            if asked.get(one.name) in {code for code, _name in one.options}
        }

    def passes(self, page: Any, but: str = "") -> bool:
        """Say whether a page meets every chosen condition, leaving one out of account."""
        return all(
            one.name == but or one.name not in self.chosen or self.chosen[one.name] in values
            for one in self.conditions
            for values in [set(one.values(page))]
        )

    @cached_property
    def shown(self) -> list[Any]:
        """The pages that meet all conditions, in the order they came."""
        return [page for page in self.pages if self.passes(page)]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen)

    def address(self, name: str, value: str) -> str:
        """Return the address of the list with one condition set, or dropped by an empty value."""
        kept = {key: one for key, one in {**self.chosen, name: value}.items() if one}
        return f"?{urlencode(kept)}"

    def groups(self) -> list[dict[str, Any]]:
        """Return the conditions with the options that occur, each with its number and address."""
        return [self.group(one) for one in self.conditions]

    def group(self, condition: Condition) -> dict[str, Any]:
        """Return one condition: all, then its options."""
        pages = [page for page in self.pages if self.passes(page, but=condition.name)]
        counts = Counter(value for page in pages for value in set(condition.values(page)))
        chosen = self.chosen.get(condition.name, "")
        every = {
            "label": _("All"),
            "count": len(pages),
            "url": self.address(condition.name, ""),
            "current": not chosen,
        }
        options = [
            {
                "label": name,
                "count": counts[code],
                "url": self.address(condition.name, code),
                "current": code == chosen,
            }
            for code, name in condition.options
            if counts[code] or code == chosen
        ]
        return {"label": condition.label, "options": [every, *options]}
