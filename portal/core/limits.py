"""Limits on how often one address may ask: counted in the shared cache, by the minute.

When the cache does not answer, this process counts by itself: the page goes on working and nobody
can ask without limit (neither open nor closed). Not for sign-in, which has limits of its own.
"""

import hashlib
import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from portal.core import clock

log = logging.getLogger(__name__)
OWN_MEMORY = LocMemCache("limits", {})
IPV6_PREFIX = 64


class TooManyRequests(Exception):
    """An address has asked too often; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def address_of(request: HttpRequest) -> str:
    """Return who asks: an IPv4 address, or the /64 network of an IPv6 one, which one host holds.

    Rule: X-Forwarded-For is believed for as many entries as there are proxies (PROXY_HOPS).
    """
    text = str(request.META.get("REMOTE_ADDR") or "")
    forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if settings.PROXY_HOPS and len(forwarded) >= settings.PROXY_HOPS:
        text = forwarded[-settings.PROXY_HOPS] or text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def count_request(request: HttpRequest, kind: str, *, most: int, seconds: int = 60) -> None:
    """Count one request of a kind; raise TooManyRequests beyond `most` in the present window."""
    now = int(clock.now().timestamp())
    window = now // seconds
    who = hashlib.sha256(address_of(request).encode()).hexdigest()[:24]
    if counted(f"limit:{kind}:{window}:{who}", 2 * seconds) > most:
        raise TooManyRequests(seconds - now % seconds)


def counted(key: str, timeout: int) -> int:
    """Add one to a counter and return it, in the shared cache or else in this process."""
    try:
        return added(cache, key, timeout)
    except Exception:  # whatever a cache that is down raises
        log.warning("the cache does not answer: limits are counted in this process")
        return added(OWN_MEMORY, key, timeout)


def added(store: BaseCache, key: str, timeout: int) -> int:
    """Add one to a counter of one cache; a counter that vanished meanwhile begins anew."""
    store.add(key, 0, timeout)
    try:
        return store.incr(key)
    except ValueError:
        store.set(key, 1, timeout)
        return 1
