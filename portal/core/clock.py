"""The one clock of the programme: what time a rule is judged at.

Services ask `now()`, never the operating system, so that a demo or a test can live through
weeks in a second. Not for measuring durations.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """Return the current aware time, or the time fixed by `at`."""
    return _fixed.get() or timezone.now()


def today() -> date:
    """Return the current date in the programme's time zone (Asia/Shanghai by default)."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Judge everything inside the block as if it happened at `moment` (aware)."""
    if timezone.is_naive(moment):
        raise ValueError("clock.at needs an aware datetime")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
