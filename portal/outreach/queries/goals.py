"""The goals against their targets, and what the portal itself has come to."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.core import clock
from portal.core.templatetags.formatting import day
from portal.outreach.models import Goal, GoalValue


def plain(number: Decimal) -> str:
    """Return a number without the zeros that only the column keeps: 20.00 is 20."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


@dataclass(frozen=True)
class Progress:
    """A goal with its dated values, oldest first; the last one counts."""

    goal: Goal
    values: list[GoalValue]

    @property
    def latest(self) -> GoalValue | None:
        return self.values[-1] if self.values else None

    @property
    def is_example(self) -> bool:
        """Whether any value was invented to show the page."""
        return any(value.is_example for value in self.values)

    @property
    def reached(self) -> Decimal:
        """The latest value, 0 where nothing has been reported."""
        return self.latest.value if self.latest else Decimal(0)

    @cached_property
    def figure(self) -> str:
        """What was reached of what is aimed at, with the unit: 23/20 项."""
        reached = plain(self.reached) if self.latest else "–"
        aim = f"/{plain(self.goal.target)}" if self.goal.target else ""
        return f"{reached}{aim} {self.goal.unit_label}".strip()

    @property
    def is_met(self) -> bool:
        return bool(self.goal.target) and self.reached >= (self.goal.target or 0)

    @property
    def shown(self) -> Decimal:
        """How long the bar is: a goal that is exceeded fills it and no more."""
        return min(self.reached, self.goal.target or self.reached)

    @property
    def tone(self) -> str:
        return "good" if self.is_met else ""

    @property
    def is_late(self) -> bool:
        """Whether the day has passed without the target being reached.

        Only what was really reported can be late: no value, or an invented one, proves nothing.
        """
        due = self.goal.due
        told = bool(self.latest) and not self.is_example
        return bool(told and self.goal.target and due and due < clock.today() and not self.is_met)

    def rows(self) -> list[dict[str, Any]]:
        """Return day, value, remark and source of every value, newest first, for the table."""
        return [
            {
                "day": day(one.on),
                "value": f"{plain(one.value)} {self.goal.unit_label}".strip(),
                "note": one.note_text,
                "source": one.source,
                "is_example": one.is_example,
            }
            for one in reversed(self.values)
        ]


def progress() -> list[Progress]:
    """Return every goal with its values up to today, in two queries."""
    today = clock.today()
    goals = Goal.objects.prefetch_related("values")
    return [Progress(goal, [one for one in goal.values.all() if one.on <= today]) for goal in goals]
