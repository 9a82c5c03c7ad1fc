"""Tags for forms: one field, groups, the list of errors, saved indicator, scoring scale."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

from portal.core.templatetags.components.registry import attributes, component, register

GROUPED = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def widget_kind(field: BoundField) -> str:
    """How a field is laid out: group of choices, single check, file, several parts, or line."""
    widget = field.field.widget
    if isinstance(widget, GROUPED):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.MultiWidget):
        return "parts"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "line"


def character_limit(field: BoundField, counter: bool | None) -> int | None:
    """The limit to count against, taken off the widget so that pasted text is never cut."""
    widget = field.field.widget
    wanted = isinstance(widget, forms.Textarea) if counter is None else counter
    limit = getattr(field.field, "max_length", None)
    if not wanted or not limit:
        return None
    widget.attrs.pop("maxlength", None)
    return int(limit)


@register.simple_tag
def field(
    bound: BoundField,
    *,
    label: str | None = None,
    hint: str | None = None,
    counter: bool | None = None,
    advice: str = "",
    cards: bool = False,
    hide_label: bool = False,
    optional: bool = True,
    suffix: str = "",
    after: str = "",
    **attrs: Any,
) -> SafeString:
    """A bound field with label, hint, errors beside it and, for long text, a counter.

    ``attrs`` go onto the control; ``cards`` draws choices as cards; ``advice`` stands under the
    control; ``optional=False`` leaves the word for optional fields out; ``suffix`` is a unit.
    """
    if bound.is_hidden:
        return bound.as_widget()
    limit = character_limit(bound, counter)
    control_attrs = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in attrs.items()
        if value not in (None, False)
    }
    if limit:
        control_attrs["data-limit"] = limit
    text = bound.value() or ""
    return component(
        "field",
        {
            "field": bound,
            "kind": widget_kind(bound),
            "control": bound.as_widget(attrs=control_attrs),
            "label": bound.label if label is None else label,
            "hint": bound.help_text if hint is None else hint,
            "limit": limit,
            "used": len(str(text)),
            "over": max(0, len(str(text)) - (limit or 0)),
            "remaining": max(0, (limit or 0) - len(str(text))),
            "advice": advice,
            "cards": cards,
            "hide_label": hide_label,
            "mark_optional": optional and not bound.field.required,
            "suffix": suffix,
            "after": after,
        },
    )


@register.simple_block_tag
def fieldset(content: str, legend: str, hint: str = "", hide_legend: bool = False) -> SafeString:
    """Fields that belong together, with their legend."""
    return component(
        "fieldset",
        {"content": content, "legend": legend, "hint": hint, "hide_legend": hide_legend},
    )


def form_errors(form: BaseForm) -> list[dict[str, Any]]:
    """Errors of one form as ``{target, text}``, general ones first, without a target."""
    found: list[dict[str, Any]] = [{"target": "", "text": text} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id
        found += [{"target": target, "text": text} for text in bound.errors]
    return found


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: BaseForm | Iterable[BaseForm] | None) -> dict[str, Any]:
    """All errors of forms and formsets as a linked list; nothing when there are none."""
    errors: list[dict[str, Any]] = []
    for source in sources:
        if source is None:
            continue
        if isinstance(source, BaseForm):
            errors += form_errors(source)
            continue
        if hasattr(source, "non_form_errors"):
            errors += [{"target": "", "text": text} for text in source.non_form_errors()]
        for form in source:
            errors += form_errors(form)
    return {"errors": errors}


@register.inclusion_tag("components/saved_indicator.html")
def saved_indicator(saved_at: datetime | None = None) -> dict[str, Any]:
    """When the draft was last saved; the autosave script rewrites it in place."""
    return {"saved_at": saved_at}


@register.simple_tag
def autosave_attrs(url: str, revision: int | str, key: str = "") -> SafeString:
    """Attributes that make a form save by itself: address, revision and key of the local copy."""
    return attributes(
        {"data_autosave": url, "data_revision": str(revision), "data_key": key or url}
    )


@register.inclusion_tag("components/score_scale.html")
def score_scale(
    name: str,
    label: str,
    maximum: Any,
    bands: list[dict[str, Any]],
    value: Any = None,
    step: str = "0.5",
    comment: BoundField | None = None,
    comment_hint: str = "",
    errors: list[str] | None = None,
    weight: Any = None,
    disabled: bool = False,
) -> dict[str, Any]:
    """A sub-criterion: number field, anchored bands ``{name, low, high, anchor}``, comment."""
    chosen = None
    shown = []
    for band in bands:
        is_on = value not in (None, "") and float(band["low"]) <= float(value) <= float(
            band["high"]
        )
        shown.append({**band, "on": is_on and chosen is None})
        if is_on and chosen is None:
            chosen = band
    return {
        "name": name,
        "label": label,
        "maximum": maximum,
        "bands": shown,
        "chosen": chosen,
        "value": "" if value is None else value,
        "step": step,
        "comment": comment,
        "comment_hint": comment_hint,
        "errors": errors or [],
        "weight": weight,
        "disabled": disabled,
    }
