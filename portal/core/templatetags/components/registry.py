"""The one tag library all component modules register with, and how attributes are written."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


def attributes(values: dict[str, Any]) -> SafeString:
    """HTML attributes from keyword arguments; underscores become hyphens, empties are left out."""
    kept = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in values.items()
        if value not in (None, False, "")
    }
    return flatatt(kept)


def component(name: str, values: dict[str, Any]) -> SafeString:
    """Render ``components/<name>.html`` with plain values, trimmed of outer white space."""
    return SafeString(render_to_string(f"components/{name}.html", values).strip())
