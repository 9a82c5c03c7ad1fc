"""How often somebody may try: counters in the cache, shared by all workers that share it.

The numbers are in settings.RATE_LIMITS. A counter never lets through more than its number within
one window; between windows it counts the part of the last one that still lies in reach. When the
cache does not answer, this process counts by itself: the site goes on working and nobody can try
without limit (neither open nor closed). Not for limits that must survive a restart: those count
rows (portal/accounts/rules/members.py).
"""

import hashlib
import ipaddress
import logging
import math
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from portal.core import clock

log = logging.getLogger(__name__)
OWN_MEMORY = LocMemCache("pace", {})
IPV6_PREFIX = 64


class TooOften(Exception):
    """A limit is reached; `seconds` says how long to wait (whole seconds, at least 1)."""

    def __init__(self, name: str, seconds: int) -> None:
        super().__init__(name)
        self.name, self.seconds = name, seconds


def address_of(request: HttpRequest) -> str:
    """Return who asks: an IPv4 address, or the /64 network of an IPv6 one, which one host holds.

    Rule: X-Forwarded-For is believed for as many entries as there are proxies in front
    (TRUSTED_PROXY_COUNT).
    """
    text = str(request.META.get("REMOTE_ADDR") or "")
    hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(forwarded) >= hops:
        text = forwarded[-hops] or text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


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
        before = look_at(key_of(name, who, span, window - 1))
        count = count_up(key, 2 * span + 60)
        spent.append(key)
        passed = (now % span) / span
        if count + before * (1 - passed) > times:
            for one in spent:
                count_down(one)
            raise TooOften(name, wait(times, span, count - 1, before, passed))


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
        count_down(key_of(name, who, span, int(now // span)))


def counted(name: str, who: str, span: int) -> int:
    """Count one more of `who` in the present window of `span` seconds; return how many it makes.

    For what is not refused, only written down less often: settings.RATE_LIMITS does not matter.
    """
    window = int(clock.now().timestamp() // span)
    return count_up(key_of(name, who, span, window), 2 * span)


# --- the counters ---------------------------------------------------------------------------------


def in_a_cache(deed: Callable[[BaseCache], int]) -> int:
    """Do something with a counter in the shared cache or else in this process."""
    try:
        return deed(cache)
    except Exception:  # whatever a cache that is down raises
        log.warning("the cache does not answer: limits are counted in this process")
        return deed(OWN_MEMORY)


def look_at(key: str) -> int:
    """Return what a counter says."""
    return in_a_cache(lambda store: int(store.get(key, 0)))


def count_up(key: str, keep: int) -> int:
    """Add one to a counter kept for `keep` seconds; return it."""

    def added(store: BaseCache) -> int:
        store.add(key, 0, timeout=keep)
        try:
            return int(store.incr(key))
        except ValueError:  # pushed out of a full cache in between
            store.set(key, 1, timeout=keep)
            return 1

    return in_a_cache(added)


def count_down(key: str) -> int:
    """Take one from a counter that is there and above nothing."""

    def taken(store: BaseCache) -> int:
        try:
            return int(store.decr(key)) if store.get(key, 0) > 0 else 0
        except ValueError:  # pushed out of a full cache in between
            return 0

    return in_a_cache(taken)
