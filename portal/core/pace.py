"""How often somebody may try: counters in the cache, shared by all workers that share it.

The numbers are in settings.RATE_LIMITS. A counter never lets through more than its number within
one window; between windows it counts the part of the last one that still lies in reach. Not for
limits that must survive a restart: those count rows (portal/accounts/rules/members.py).
"""

import hashlib
import math

from django.conf import settings
from django.core.cache import cache

from portal.core import clock


class TooOften(Exception):
    """A limit is reached; `seconds` says how long to wait (whole seconds, at least 1)."""

    def __init__(self, name: str, seconds: int) -> None:
        super().__init__(name)
        self.name, self.seconds = name, seconds


def key_of(name: str, who: str, span: int, window: int) -> str:
    """The cache's name of one counter; addresses and mail addresses are not readable in it."""
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    return f"pace:{name}:{span}:{window}:{digest}"


def spend(name: str, who: str) -> None:
    """Count one try of `who` under the limits called `name`; raise TooOften at the first reached.

    A try that is refused is not counted, so that waiting as long as told always helps.
    """
    if not settings.RATE_LIMITS_ENABLED:
        return
    now = clock.now().timestamp()
    spent: list[str] = []
    for times, span in settings.RATE_LIMITS[name]:
        window = int(now // span)
        key = key_of(name, who, span, window)
        before = cache.get(key_of(name, who, span, window - 1), 0)
        count = count_up(key, 2 * span + 60)
        spent.append(key)
        passed = (now % span) / span
        if count + before * (1 - passed) > times:
            for one in spent:
                cache.decr(one)
            raise TooOften(name, wait(times, span, count - 1, before, passed))


def count_up(key: str, keep: int) -> int:
    """Add one to a counter kept for `keep` seconds; return it."""
    cache.add(key, 0, timeout=keep)
    try:
        return int(cache.incr(key))
    except ValueError:  # pushed out of a full cache in between
        cache.set(key, 1, timeout=keep)
        return 1


def wait(times: int, span: int, count: int, before: int, passed: float) -> int:
    """Return after how many whole seconds the next try would be let through."""
    room = times - 1 - count
    if room >= 0 and before:
        needed = 1 - room / before - passed
        return max(1, math.ceil(needed * span))
    needed = 1 - passed + max(0.0, 1 - (times - 1) / max(count, 1))
    return max(1, math.ceil(needed * span))


def give_back(name: str, who: str) -> None:
    """Take back one try: it was a success, and only failures count."""
    if not settings.RATE_LIMITS_ENABLED:
        return
    now = clock.now().timestamp()
    for _times, span in settings.RATE_LIMITS[name]:
        key = key_of(name, who, span, int(now // span))
        if cache.get(key, 0) > 0:
            cache.decr(key)
