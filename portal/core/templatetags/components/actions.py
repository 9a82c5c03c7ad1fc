"""Tags for what people press, type into and answer: icons, buttons, search, dialog, toast."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.core.templatetags.components.registry import attributes, component, register


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One drawing of the sprite; silent for screen readers unless it has a label."""
    if label:
        return format_html(
            '<svg class="i" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name
        )
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def button_class(kind: str, size: str, wide: bool) -> str:
    """Class names of a button: kind primary, quiet, danger or plain; size sm or none."""
    parts = ["btn"]
    parts += [f"btn--{word}" for word in (kind, size) if word]
    if wide:
        parts.append("btn--wide")
    return " ".join(parts)


@register.simple_tag
def button(
    text: str,
    *,
    kind: str = "",
    size: str = "",
    icon: str = "",
    wide: bool = False,
    type: str = "submit",
    why: str = "",
    busy: bool = False,
    class_: str = "",
    **attrs: Any,
) -> SafeString:
    """A button; ``why`` greys it out (still focusable) and says the reason beneath."""
    attrs = {"type": type, "aria_busy": "true" if busy else None, **attrs}
    return component(
        "button",
        {
            "text": text,
            "icon": icon,
            "why": why,
            "classes": f"{button_class(kind, size, wide)} {class_}".strip(),
            "attrs": attributes(attrs),
        },
    )


@register.simple_tag
def button_link(
    text: str,
    url: str,
    *,
    kind: str = "",
    size: str = "",
    icon: str = "",
    wide: bool = False,
    class_: str = "",
    **attrs: Any,
) -> SafeString:
    """A link that looks like a button: it goes somewhere and changes nothing."""
    return component(
        "button_link",
        {
            "text": text,
            "url": url,
            "icon": icon,
            "classes": f"{button_class(kind, size, wide)} {class_}".strip(),
            "attrs": attributes(attrs),
        },
    )


@register.inclusion_tag("components/search_form.html")
def search_form(
    action: str = "",
    value: str = "",
    label: str = "",
    placeholder: str = "",
    name: str = "q",
    kind: str = "primary",
    hidden: list[tuple[str, str]] | None = None,
    suggest: str = "",
) -> dict[str, Any]:
    """A search field with its button; ``hidden`` keeps other conditions as (name, value),
    ``suggest`` is the address that answers with suggestions while somebody types."""
    return {
        "action": action,
        "value": value,
        "label": label,
        "placeholder": placeholder,
        "name": name,
        "kind": kind,
        "hidden": hidden or [],
        "suggest": suggest,
    }


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A modal dialog; opened by any button with ``data-dialog="<id>"``, closed by Escape."""
    return component("dialog", {"content": content, "id": id, "title": title})


@register.inclusion_tag("components/toast.html")
def toast(text: str, url: str = "", action: str = "", tone: str = "") -> dict[str, Any]:
    """A short word that something is done, with one way back."""
    return {"text": text, "url": url, "action": action, "tone": tone}
