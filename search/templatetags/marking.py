"""Prints hits: ``{% load marking %}``, ``{% hit_list hits level=3 %}``.

In one string each, and a title or snippet as a whole: a template for every hit and every part
costs more than the search.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.core.templatetags.components.registry import escaped
from search.queries.finding import Hit
from search.queries.highlighting import Part

register = template.Library()


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
    names = {kind: escaped(label) for kind, label in (labels or {}).items()}
    return SafeString("\n".join(item(hit, level, names.get(hit.kind)) for hit in hits))


def item(hit: Hit, level: int, label: str | None) -> str:
    """Return one hit as an item of a list; its label is escaped already."""
    kind = f'<span class="tag">{label}</span>' if label else ""
    note = f"<span>{escaped(hit.note)}</span>" if hit.note else ""
    return (
        f'<li class="hit">\n'
        f'<h{level}><a href="{escaped(hit.url)}">{marked(hit.title)}</a></h{level}>\n'
        f'<p class="sum">{marked(hit.snippet)}</p>\n'
        f'<p class="meta">{kind}{note}</p>\n'
        f"</li>"
    )
