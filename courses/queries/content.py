"""Reads of a course's content: its units in order, and one unit with its neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from courses.models import CoursePage, Module, Unit


@dataclass
class Part:
    """One module with its units, and which of them are completed."""

    module: Module
    units: list[Unit] = field(default_factory=list)
    completed: frozenset[int] = frozenset()

    @property
    def done(self) -> int:
        """How many units are completed."""
        return sum(unit.pk in self.completed for unit in self.units)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.units)

    @property
    def hours(self) -> Decimal:
        """Class hours of the module."""
        return sum((unit.hours for unit in self.units), Decimal(0))


def units_of(course: CoursePage) -> list[Unit]:
    """Return a course's units in reading order, without their texts, in one query."""
    units = Unit.objects.filter(module__course=course).select_related("module")
    ordered = units.order_by("module__position", "module__pk", "position", "pk")
    return list(ordered.defer("body", "self_check"))


def outline(units: Iterable[Unit], completed: Iterable[int] = ()) -> list[Part]:
    """Return units grouped by their modules, in the order given."""
    done = frozenset(completed)
    parts: dict[int, Part] = {}
    for unit in units:
        part = parts.setdefault(unit.module_id, Part(unit.module, completed=done))
        part.units.append(unit)
    return list(parts.values())


def next_unit(units: Iterable[Unit], completed: Iterable[int]) -> Unit | None:
    """Return the first unit that is not completed yet."""
    done = frozenset(completed)
    return next((unit for unit in units if unit.pk not in done), None)


def neighbours(units: list[Unit], unit: Unit) -> tuple[Unit | None, Unit | None]:
    """Return the units before and after one."""
    place = next((n for n, one in enumerate(units) if one.pk == unit.pk), 0)
    before = units[place - 1] if place else None
    after = units[place + 1] if place + 1 < len(units) else None
    return before, after
