"""Prints the parts of a hit: ``{% load marking %}``, ``{{ hit.title|marked }}``.

One string for a whole title or snippet: a template for every part costs more than the search.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from search.queries.highlighting import Part

register = template.Library()


@register.filter
def marked(parts: Iterable[Part]) -> SafeString:
    """Return the parts as markup, each escaped, the matches in ``<mark>``."""
    return SafeString(
        "".join(
            f"<mark>{escape(part.text)}</mark>" if part.is_match else escape(part.text)
            for part in parts
        )
    )
