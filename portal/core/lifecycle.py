"""The generic transition engine: states are a table, one function changes them.

Each app declares its table in its own `lifecycle.py`; docs/lifecycles.md is printed from
these tables. No rule about people lives here: services check those before they move.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import audit
from portal.core.denials import Denied


@dataclass(frozen=True)
class Transition:
    """One arrow: the verb, where it may start, where it ends, who owns it, its audit code."""

    verb: str
    sources: tuple[str, ...]
    target: str
    owner: str
    code: str


class IllegalTransition(Denied):
    """The object is not in a state from which this verb starts."""


class Lifecycle:
    """A named table of transitions over the `state` field of one model."""

    registry: ClassVar[dict[str, "Lifecycle"]] = {}

    def __init__(self, name: str, states: type[models.TextChoices], arrows: list[Transition]):
        self.name, self.states = name, states
        self.arrows = {arrow.verb: arrow for arrow in arrows}
        Lifecycle.registry[name] = self

    def allows(self, obj: Any, verb: str) -> bool:
        """Say whether `verb` may start from the object's present state."""
        return obj.state in self.arrows[verb].sources

    def check(self, obj: Any, verb: str) -> None:
        """Raise IllegalTransition unless `verb` may start from the present state."""
        if not self.allows(obj, verb):
            label = self.states(obj.state).label
            raise IllegalTransition(
                _("This step is not possible now: the state is “%(state)s”.") % {"state": label},
                code=f"state.{self.name}.{verb}",
            )

    def move(
        self, obj: Any, verb: str, *, by: Any, more: dict[str, Any] | None = None, **facts: Any
    ) -> None:
        """Change the locked object's state, save that field, write the audit row.

        Call inside the service's transaction, on a row it has locked. `facts` go into the
        audit row beside the states before and after; `more` holds fields that a constraint ties
        to the state, written by the same statement. Raises IllegalTransition.
        """
        self.check(obj, verb)
        arrow, before = self.arrows[verb], obj.state
        obj.state = arrow.target
        for name, value in (more or {}).items():
            setattr(obj, name, value)
        obj.save(update_fields=["state", *(more or {})])
        audit.record(
            action=arrow.code, obj=obj, by=by, before=before, after=arrow.target, facts=facts
        )
