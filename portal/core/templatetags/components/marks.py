"""Tags for small marks inside text: notices, tags, pills, evidence, effects, time left."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.files.wording import scan_words
from portal.core.models import PrivateFile
from portal.core.templatetags.components.registry import (
    attributes,
    component,
    escaped,
    kept,
    register,
)

NOTICE_ICONS = {"warn": "warn", "bad": "ban", "good": "ok"}
HURRY = timedelta(days=3)


@register.simple_block_tag
def notice(
    content: str, tone: str = "", title: str = "", icon: str = "", role: str = ""
) -> SafeString:
    """A ruled strip of explanation; ``role="status"`` or ``"alert"`` when it appears later."""
    return component(
        "notice",
        {
            "content": SafeString(content.strip()),
            "tone": tone,
            "title": title,
            "icon": icon or NOTICE_ICONS.get(tone, "info"),
            "role": role,
        },
    )


@register.inclusion_tag("components/tag.html")
def tag(text: str, url: str = "", on: bool = False, removable: bool = False) -> dict[str, Any]:
    """A class word (direction, industry); ``removable`` draws the cross of an applied filter."""
    return {"text": text, "url": url, "on": on, "removable": removable}


@register.simple_tag
def pill(text: str, tone: str = "") -> SafeString:
    """A state word with its tone; the mark differs by shape too, never by colour alone."""
    return format_html('<span class="pill" data-tone="{}">{}</span>', tone or "info", text)


@register.simple_tag
def scan_note(file: PrivateFile) -> SafeString:
    """How far the virus scan of a private file is, in words; loud only where it is locked."""
    words, tone = scan_words(file)
    return pill(words, "bad") if tone == "bad" else format_html("<span>{}</span>", words)


def evidence_names() -> dict[str, str]:
    """Names of the four evidence levels, strongest first."""
    return {
        "A": _("every figure documented"),
        "B": _("third-party tested"),
        "C": _("confirmed by users"),
        "D": _("stated by the applicant"),
    }


@register.simple_tag
def evidence(level: str, name: str = "", short: bool = False) -> SafeString:
    """Evidence level A to D as four bars, a letter and words."""
    bars = {"A": 4, "B": 3, "C": 2, "D": 1}.get(level, 0)
    shapes = [
        {"x": 5 * place, "y": 6 - 3 * place, "height": 3 + 3 * place, "on": place < bars}
        for place in range(4)
    ]
    return kept(
        "evidence",
        {
            "level": level,
            "name": name or evidence_names().get(level, ""),
            "short": short,
            "shapes": shapes,
        },
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The first character of a name in a disc; decoration, so hidden from screen readers."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', str(name).strip()[:1])


@register.simple_tag
def delta(label: str, before: Any, after: Any, unit: str = "") -> SafeString:
    """One effect: what was before and what is after."""
    return lone_effect({"label": label, "before": before, "after": after, "unit": unit})


@register.simple_tag
def deltas(items: list[dict[str, Any]], large: bool = False) -> SafeString:
    """Effects side by side; items are ``{label, before, after, unit}``."""
    inside = "".join(f'<div class="delta">{effect(item)}</div>' for item in items)
    return SafeString(f'<dl class="deltas{" deltas--l" if large else ""}">{inside}</dl>')


def lone_effect(item: dict[str, Any]) -> SafeString:
    """One effect as a list of its own."""
    return SafeString(f'<dl class="delta">{effect(item)}</dl>')


def effect(item: dict[str, Any]) -> SafeString:
    """The term and figures of one effect; a string, because a list of solutions has sixty."""
    label, before, after, unit = (
        escaped(localize(item.get(name, ""))) for name in ("label", "before", "after", "unit")
    )
    earlier = ""
    if item.get("before") not in (None, ""):
        became = escaped(_("became"))  # named here: no message is found inside an f-string
        earlier = (
            f'<span class="from">{before}</span><span class="vh">{became}</span>'
            '<svg class="i" aria-hidden="true"><use href="#i-arrow"/></svg>'
        )
    of_what = f'<span class="unit">{unit}</span>' if item.get("unit") else ""
    return SafeString(f"<dt>{label}</dt><dd>{earlier}<b>{after}</b>{of_what}</dd>")


def time_left(deadline: datetime, now: datetime) -> tuple[str, tuple[int, ...]]:
    """Pattern and numbers for the time left: days and hours, or hours and minutes, or over."""
    left = deadline - now
    if left <= timedelta(0):
        return _("Past the deadline"), ()
    minutes = int(left.total_seconds() // 60)
    if left >= timedelta(days=1):
        return _("{} d {} h left"), (minutes // 1440, minutes % 1440 // 60)
    return _("{} h {} min left"), (minutes // 60, minutes % 60)


def bold_time_left(deadline: datetime, now: datetime) -> SafeString:
    """The time left with its numbers in bold."""
    pattern, numbers = time_left(deadline, now)
    if not numbers:
        return format_html("<b>{}</b>", pattern)
    return format_html(pattern, *[format_html("<b>{}</b>", number) for number in numbers])


@register.simple_tag
def time_left_text(deadline: datetime) -> SafeString:
    """The time left alone, without date or tone, for lists and table cells."""
    return bold_time_left(deadline, timezone.now())


@register.inclusion_tag("components/due.html")
def due(
    deadline: datetime | None, label: str = "", mine: bool = True, note: str = ""
) -> dict[str, Any]:
    """Time left to a deadline with date and zone; amber under three days if it is yours to act."""
    if deadline is None:
        return {"deadline": None, "note": note}
    now = timezone.now()
    tone = "bad" if deadline <= now else "warn" if mine and deadline - now < HURRY else ""
    return {
        "deadline": deadline,
        "left": bold_time_left(deadline, now),
        "label": label,
        "tone": tone,
        "mine": mine,
        "note": note,
    }


@register.simple_tag
def progress(value: float, maximum: float = 100, label: str = "", tone: str = "") -> SafeString:
    """A bar for how far something has come; the label says it in words."""
    shown = min(value, maximum)
    attrs = {"value": shown, "max": maximum, "aria_label": label, "data_tone": tone}
    if value == 0:
        attrs["value"] = "0"
    return format_html("<progress{}></progress>", attributes(attrs))


@register.inclusion_tag("components/meter.html")
def meter(
    label: str,
    value: float,
    maximum: float,
    unit: str = "",
    note: str = "",
    tone: str = "",
    figure: str = "",
) -> dict[str, Any]:
    """A count against its limit (progress, quota); over the limit it turns red by itself."""
    return {
        "label": label,
        "value": value,
        "shown": min(value, maximum),
        "maximum": maximum,
        "unit": unit,
        "note": note,
        "figure": figure,
        "tone": tone or ("bad" if value > maximum else ""),
    }
