"""How a certificate stands on a given day, how long it counts and when it can be renewed.

Days are days of programme time (Asia/Shanghai); the caller takes them from the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Standing(StrEnum):
    """The five states a check can answer with."""

    VALID = "valid"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Renewal(StrEnum):
    """Whether a certificate can be renewed on a given day."""

    BARRED = "barred"  # revoked or superseded, or suspended just now
    TOO_EARLY = "too_early"
    HOURS_SHORT = "hours_short"
    READY = "ready"
    LAPSED = "lapsed"  # expired: the examination is to be sat again


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension from its first day up to the day it is lifted, which counts no more."""

    since: date
    lifted_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.lifted_on is None or day < self.lifted_on)


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """All that decides how a certificate stands. ValueError when it ends before it begins."""

    issued_on: date
    expires_on: date
    suspensions: tuple[Suspension, ...] = ()
    revoked_on: date | None = None
    superseded_on: date | None = None

    def __post_init__(self) -> None:
        if self.expires_on < self.issued_on:
            raise ValueError("the certificate ends before it begins")


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """Years of validity, class hours for a renewal, and days before the end when it opens."""

    years: int = 3
    hours: Decimal = Decimal(30)
    window_days: int = 90


STANDARD = RenewalRule()


def last_valid_day(issued_on: date, years: int = STANDARD.years) -> date:
    """Rule: three years, the day of issue counted: 5 March 2026 to 4 March 2029. What is issued on
    29 February ends on 28 February.
    """
    try:
        anniversary = issued_on.replace(year=issued_on.year + years)
    except ValueError:  # 29 February in a year that has none
        anniversary = date(issued_on.year + years, 3, 1)
    return anniversary - timedelta(days=1)


def standing(facts: StandingFacts, day: date) -> Standing:
    """How the certificate stands on a day; ValueError for a day before it was issued.

    Rule: revoked before superseded before expired before suspended before valid. Revoked and
    superseded are final; a paper that ended while suspended has expired, for lifting would not
    make it valid again.
    """
    if day < facts.issued_on:
        raise ValueError("the certificate was not issued yet")
    if facts.revoked_on and facts.revoked_on <= day:
        return Standing.REVOKED
    if facts.superseded_on and facts.superseded_on <= day:
        return Standing.SUPERSEDED
    if day > facts.expires_on:
        return Standing.EXPIRED
    is_suspended = any(suspension.covers(day) for suspension in facts.suspensions)
    return Standing.SUSPENDED if is_suspended else Standing.VALID


def renewal(
    facts: StandingFacts, *, hours: Decimal, day: date, rule: RenewalRule = STANDARD
) -> Renewal:
    """Whether the certificate can be renewed; `hours` are the holder's since it was issued.

    Rule: a valid certificate is renewed in its last 90 days by 30 class hours taken while it ran.
    """
    state = standing(facts, day)
    if state == Standing.EXPIRED:
        return Renewal.LAPSED
    if state != Standing.VALID:
        return Renewal.BARRED
    if day <= facts.expires_on - timedelta(days=rule.window_days):
        return Renewal.TOO_EARLY
    return Renewal.READY if hours >= rule.hours else Renewal.HOURS_SHORT


def renewed_until(facts: StandingFacts, rule: RenewalRule = STANDARD) -> date:
    """Rule: a renewed certificate counts three years from the end of the old one, so that nothing
    is lost by renewing early.
    """
    return last_valid_day(facts.expires_on + timedelta(days=1), rule.years)
