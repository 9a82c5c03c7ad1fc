"""One mechanism for what the portal holds about a person: shown, explained, erased.

Each app registers what it holds (`queries/personal.py`) and how it forgets (`services/
forgetting.py`); the person's own pages put it together and know none of them. An app that has a
table with a person in it must be here (tests/accounts/test_personal.py counts).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Section:
    """A table of the export: every row maps a heading in words to a plain value."""

    title: Text
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """Something that stays after an account is closed, and why."""

    what: Text
    why: Text


Held = Callable[[Any], Iterator[Section]]
KeptOf = Callable[[Any], Iterable[Kept]]
Obstacles = Callable[[Any], Iterable[Text]]
Forget = Callable[[Any, str], dict[str, int]]

HELD: dict[str, Held] = {}
KEPT: dict[str, KeptOf] = {}
OBSTACLES: dict[str, Obstacles] = {}
FORGET: dict[str, Forget] = {}


def register(app: str, *, held: Held, kept: KeptOf, obstacles: Obstacles) -> None:
    """Register what an app holds about people, what of it must stay, what must be settled first."""
    HELD[app], KEPT[app], OBSTACLES[app] = held, kept, obstacles


def forgets(app: str) -> Callable[[Forget], Forget]:
    """Register how an app forgets a person: (person, alias) → how many rows of what.

    Called inside the transaction that closes the account. What is signed or hashed stays as it is.
    """

    def decorate(forget: Forget) -> Forget:
        FORGET[app] = forget
        return forget

    return decorate


def sections_of(person: Any) -> Iterator[tuple[str, Section]]:
    """Yield (app, section) of everything held about a person, empty sections left out."""
    for app, held in sorted(HELD.items()):
        for section in held(person):
            if section.rows:
                yield app, section


def kept_of(person: Any) -> list[Kept]:
    """Return what stays of a person after the account is closed."""
    return [one for _app, kept in sorted(KEPT.items()) for one in kept(person)]


def obstacles_of(person: Any) -> list[Text]:
    """Return what keeps an account from being closed now, each as a sentence with a remedy."""
    return [text for _app, found in sorted(OBSTACLES.items()) for text in found(person)]


def forget(person: Any, alias: str) -> dict[str, dict[str, int]]:
    """Let every app forget a person; return the counts by app. The accounts' own comes last."""
    order = sorted(FORGET, key=lambda app: (app == "accounts", app))
    return {app: FORGET[app](person, alias) for app in order}
