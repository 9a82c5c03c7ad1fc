"""The one tag library all component modules register with, how attributes are written, and how a
component becomes markup.
"""

import json
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.base import Template
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


def attributes(values: dict[str, Any]) -> SafeString:
    """HTML attributes from keyword arguments; underscores become hyphens, empties are left out."""
    kept = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in values.items()
        if value not in (None, False, "")
    }
    return flatatt(kept)


def escaped(value: Any) -> str:
    """A value as HTML; what is markup already stays.

    For tags that write a line for each of many things: Django's `conditional_escape` goes through
    its care for lazy texts every time, which costs more than the work.
    """
    text = value if isinstance(value, str) else str(value)
    return text if isinstance(text, SafeString) else escape(text)


def component(name: str, values: dict[str, Any]) -> SafeString:
    """Render ``components/<name>.html`` with plain values, trimmed of outer white space."""
    return SafeString(render_to_string(f"components/{name}.html", values).strip())


def kept(name: str, values: dict[str, Any]) -> SafeString:
    """Render ``components/<name>.html`` like `component`, once for each language and values.

    For the parts of a frame that a thousand pages show alike. The template gets these values and
    nothing else, no request and no person, so that nothing can change unseen; they are plain
    (texts, numbers, lists and dicts of them; markup would be escaped). Never for tokens.
    """
    # The template is part of the key: while somebody works on it, it is another after each change.
    source: Template = get_template(f"components/{name}.html").template  # type: ignore[attr-defined]
    return made_once(source, get_language() or "", json.dumps(values, default=str))


@lru_cache(maxsize=512)
def made_once(source: Template, _language: str, values: str) -> SafeString:
    """The markup of a template for values written as JSON."""
    return SafeString(source.render(template.Context(json.loads(values))).strip())
