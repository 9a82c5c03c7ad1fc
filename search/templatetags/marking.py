"""Prints hits: ``{% load marking %}``, ``{% hit_list hits level=3 %}``.

In one string each, and a title or snippet as a whole: a template for every hit and every part
costs more than the search.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.queries.finding import Hit
from search.queries.highlighting import Part

register = template.Library()


HIT = """<li class="hit">
  <h{0}><a href="{1}">{2}</a></h{0}>
  <p class="sum">{3}</p>
  <p class="meta">{4}{5}</p>
</li>"""


def marked(parts: Iterable[Part]) -> SafeString:
    """Return the parts as markup, each escaped, the matches in ``<mark>``."""
    return SafeString(
        "".join(
            f"<mark>{escape(part.text)}</mark>" if part.is_match else escape(part.text)
            for part in parts
        )
    )


@register.simple_tag
def hit_list(
    hits: Iterable[Hit], level: int, labels: Mapping[str, Any] | None = None
) -> SafeString:
    """Return hits as items of a list, their titles as headings of this level; `labels` names
    their kinds, which stay unsaid without it."""
    return format_html_join("\n", HIT, (values_of(hit, level, labels or {}) for hit in hits))


def values_of(hit: Hit, level: int, labels: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what stands in the markup of a hit, in order."""
    label = labels.get(hit.kind)
    return (
        level,
        hit.url,
        marked(hit.title),
        marked(hit.snippet),
        format_html('<span class="tag">{}</span>', label) if label else "",
        format_html("<span>{}</span>", hit.note) if hit.note else "",
    )
