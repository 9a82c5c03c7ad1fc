"""Filters that write dates, money, sizes, scores and editors' text the way the site does.

Dates are shown in programme time (the project's TIME_ZONE); nothing here rounds for keeping,
only for showing.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.core import contacts

register = template.Library()

WEEKDAYS = "一二三四五六日"
TOP_HEADING = 3

DIGITS_MAX = 18


def in_chinese() -> bool:
    """Whether the page is read in Chinese."""
    return (get_language() or "").lower().startswith("zh")


def local(value: datetime | date) -> datetime | date:
    """An aware moment in programme time; dates stay as they are."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def day(value: datetime | date | None) -> str:
    """2026年3月5日, or 5 Mar 2026."""
    if not value:
        return ""
    here = local(value)
    if in_chinese():
        return f"{here.year}年{here.month}月{here.day}日"
    return date_format(here, "j M Y")


@register.filter
def day_short(value: datetime | date | None) -> str:
    """3月5日, or 5 Mar: where the year is plain."""
    if not value:
        return ""
    here = local(value)
    return f"{here.month}月{here.day}日" if in_chinese() else date_format(here, "j M")


@register.filter
def day_with_weekday(value: datetime | date) -> str:
    """2026年3月5日 星期四, or Thu 5 Mar 2026."""
    here = local(value)
    if in_chinese():
        return f"{day(here)} 星期{WEEKDAYS[here.weekday()]}"
    return date_format(here, "D j M Y")


@register.filter
def clock(value: datetime | time | None) -> str:
    """14:30:07, for saved and received times."""
    if value is None:
        return ""
    here = local(value) if isinstance(value, datetime) else value
    return f"{here:%H:%M:%S}"


@register.filter
def moment(value: datetime | None) -> str:
    """2026年3月5日 14:30, or 5 Mar 2026, 14:30."""
    if not value:
        return ""
    here = local(value)
    separator = " " if in_chinese() else ", "
    return f"{day(here)}{separator}{here:%H:%M}"


@register.filter
def moment_short(value: datetime | None) -> str:
    """3月5日 14:30, or 5 Mar, 14:30."""
    if not value:
        return ""
    here = local(value)
    separator = " " if in_chinese() else ", "
    return f"{day_short(here)}{separator}{here:%H:%M}"


def as_decimal(value: Any) -> Decimal | None:
    """A number as Decimal, or nothing for blanks, words and what is no size (NaN, 1E+99)."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < DIGITS_MAX else None


@register.filter
def score(value: Any) -> str:
    """Rule: scores are shown with two decimals, halves rounded up; a dash where there is none."""
    number = as_decimal(value)
    if number is None:
        return "–"
    return str(number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@register.filter
def wan(value: Any) -> str:
    """Money kept in 万元: 486.00 万元, or CNY 4.86 million (exact to the yuan hundred)."""
    number = as_decimal(value)
    if number is None:
        return "–"
    if in_chinese():
        return f"{number.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)} 万元"
    million = (number / 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    whole, _point, part = str(million).partition(".")
    return _("CNY {amount} million").format(amount=f"{whole}.{part[:2]}{part[2:].rstrip('0')}")


@register.filter
def filesize_short(value: int | None) -> str:
    """812 B, 640 KB, 3.2 MB: one decimal from a megabyte on, powers of 1024."""
    if value is None:
        return ""
    if value < 1024:
        return f"{value} B"
    if value < 1024**2:
        return f"{value / 1024:.0f} KB"
    return f"{value / 1024**2:.1f} MB"


@register.filter
def percent(value: Any, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage; the ends are shown as <1% and >99%."""
    number = as_decimal(value)
    if number is None:
        return "–"
    if not digits and 0 < number < Decimal("0.01"):
        return "<1%"
    if not digits and Decimal("0.99") < number < 1:
        return ">99%"
    return f"{number * 100:.{digits}f}%"


@register.filter
def masked(value: str | None) -> str:
    """138****5678, z***@example.org: contacts within a text, for who need not call."""
    return contacts.masked(value or "")


def demote(tokens: list[Token]) -> None:
    """Let the author's highest heading be an h3, below the page's own two levels; h6 is lowest."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + TOP_HEADING)}"


def keep_links_modest(tokens: list[Token]) -> None:
    """Links in applicants' text pass on no rank and no referrer."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("rel", "nofollow noopener noreferrer")


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables; raw HTML is shown as text, pictures are left out."""
    return (
        MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    )


@register.filter(name="markdown")
def markdown_text(value: str | None) -> SafeString:
    """Safe HTML from an author's Markdown: no raw HTML, no pictures, no script links."""
    return html_of(str(value)) if value else SafeString("")


@lru_cache(maxsize=512)
def html_of(text: str) -> SafeString:
    """The HTML of one text; a paper of thirty questions is shown to a whole room at once."""
    reader = parser()
    tokens = reader.parse(text)
    demote(tokens)
    keep_links_modest(tokens)
    html = reader.renderer.render(tokens, reader.options, {})
    # The parser escapes every text and refuses javascript:, data: and file: addresses.
    return mark_safe(html)  # noqa: S308
