"""Tags for lists with a shape of their own: steps, events, cases, facets, files, checks."""

from typing import Any

from django.utils.safestring import SafeString

from portal.core.audit.timeline import Line
from portal.core.templatetags.components.marks import deltas, evidence, lone_effect
from portal.core.templatetags.components.registry import escaped, register

CHECK_ICONS = {"good": "ok", "warn": "warn", "bad": "cross", "todo": "todo", "mute": "todo"}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: list[dict[str, Any]], label: str = "") -> dict[str, Any]:
    """The lifecycle. Steps: ``{label, state, tone, notes}``; state done, now, stop or empty."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(events: list[dict[str, Any]]) -> dict[str, Any]:
    """What happened and what comes. Events: ``{when, who, text, done, tone, url, strong}``."""
    return {"events": events}


@register.inclusion_tag("components/history.html")
def history(lines: list[Line]) -> dict[str, Any]:
    """What the record tells this reader of a case (portal.core.audit.timeline), newest first."""
    return {"lines": lines}


@register.inclusion_tag("components/case_card.html")
def case_card(case: dict[str, Any], row: bool = False, level: int = 3) -> dict[str, Any]:
    """A solution in a list.

    ``{title, url, summary, tags: [text], pill: (text, tone), meta: [text],
    deltas: [{label, before, after, unit}], evidence: "A", facts: [text]}``; ``row`` is the short
    form with one effect.
    """
    effects = case.get("deltas") or []
    return {
        "case": case,
        "row": row,
        "level": level,
        "tags": spans(case.get("tags"), ' class="tag"' if row else ' class="tag" data-on'),
        "meta": spans(case.get("meta")),
        "facts": spans(case.get("facts")),
        "effects": (lone_effect(effects[0]) if row else deltas(effects)) if effects else "",
    }


def spans(texts: list[Any] | None, attrs: str = "") -> SafeString:
    """Short texts, each in a span with these attributes."""
    return SafeString("".join(f"<span{attrs}>{escaped(text)}</span>" for text in texts or []))


@register.inclusion_tag("components/facet_list.html")
def facet_list(
    groups: list[dict[str, Any]], action: str = "", hidden: list[tuple[str, str]] | None = None
) -> dict[str, Any]:
    """Facets: ``{name, title, open, options: [{value, label, count, checked, evidence}]}``."""
    return {
        "groups": [{**group, "boxes": facet_boxes(group)} for group in groups],
        "action": action,
        "hidden": hidden or [],
    }


def facet_boxes(group: dict[str, Any]) -> SafeString:
    """The options of a facet as boxes to tick. No template: a page has fifty of them, and to walk
    one in a template takes ten times as long."""
    name = escaped(group["name"])
    return SafeString("".join(facet_box(name, option) for option in group["options"]))


def facet_box(name: str, option: dict[str, Any]) -> str:
    """One option as a box to tick; the name is escaped already."""
    level, count = option.get("evidence"), option.get("count")
    label = evidence(level) if level else escaped(option["label"])
    return (
        f'<label><input type="checkbox" name="{name}" value="{escaped(option["value"])}"'
        f"{' checked' if option.get('checked') else ''}><span>{label}</span>"
        f"{'' if count is None else f'<small>{escaped(count)}</small>'}</label>"
    )


@register.inclusion_tag("components/file_list.html")
def file_list(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Files: ``{code, title, required, name, url, note, tone, pill: (text, tone), percent,
    actions}``; ``actions`` is ready markup."""
    return {"files": files}


@register.inclusion_tag("components/checks.html")
def checks(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Checked items: ``{tone, text, note, url, action}``; tone good, warn, bad or todo."""
    shown = [
        {**item, "icon": CHECK_ICONS.get(item.get("tone") or "good", "info")} for item in items
    ]
    return {"items": shown}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: list[dict[str, Any]], label: str = "") -> dict[str, Any]:
    """Numbered parts of a longer job: ``{label, url, current, pill: (text, tone)}``."""
    return {"tasks": tasks, "label": label}


@register.inclusion_tag("components/queue.html")
def queue(items: list[dict[str, Any]], label: str = "") -> dict[str, Any]:
    """A strip of numbered jobs: ``{label, url, state, current, title}``; done, out or warn."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/news_list.html")
def news_list(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Dated entries: ``{date, title, url, meta: [text]}``."""
    return {"items": items}


@register.inclusion_tag("components/open_list.html")
def open_list(items: list[dict[str, Any]]) -> dict[str, Any]:
    """What is open now: ``{title, url, deadline, percent, percent_label}``, ruled by its window."""
    return {"items": items}
