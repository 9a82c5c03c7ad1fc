"""Filters that write class hours: 2, 1.5, 10 class hours."""

from decimal import Decimal

from django import template
from django.utils.translation import ngettext

from courses.certification.hours import figure

register = template.Library()


@register.filter
def hours(value: Decimal | None) -> str:
    """Return class hours as a figure without needless zeros."""
    return "–" if value is None else figure(Decimal(value))


@register.filter
def class_hours(value: Decimal) -> str:
    """Return class hours in words."""
    number = Decimal(value)
    # English says "1 class hour" of exactly one and "1.5 class hours" of everything else.
    count = 1 if number == 1 else 2
    return ngettext("%(hours)s class hour", "%(hours)s class hours", count) % {
        "hours": figure(number)
    }
