"""Tags for tables, charts and descriptions: data people compare."""

from typing import Any

from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.core.templatetags.components.registry import attributes, component, register


@register.simple_block_tag
def table(
    content: str,
    caption: str,
    *,
    cards: bool = True,
    pad: bool = False,
    bleed: bool = False,
    show_caption: bool = False,
    **attrs: Any,
) -> SafeString:
    """A table around ``<thead>`` and ``<tbody>``; on phones rows become cards.

    Cells of a card table carry ``data-label``; numbers have class ``n``; ``pad`` and ``bleed``
    let a table run to the edges of its panel.
    """
    return component(
        "table",
        {
            "content": content,
            "caption": caption,
            "cards": cards,
            "pad": pad or bleed,
            "bleed": bleed,
            "show_caption": show_caption,
            "attrs": attributes(attrs),
        },
    )


def query_with(context: RequestContext, changes: dict[str, Any]) -> str:
    """The page's query string with some keys changed; ``None`` removes, lists repeat."""
    request = context.get("request")
    params = request.GET.copy() if request else None
    if params is None:
        return ""
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        elif isinstance(value, (list, tuple)):
            params.setlist(key, [str(one) for one in value])
        else:
            params[key] = str(value)
    return "?" + params.urlencode()


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(
    context: RequestContext, label: str, key: str, numeric: bool = False, param: str = "sort"
) -> dict[str, Any]:
    """A column head that sorts: first press ascending, second descending; page starts anew."""
    request = context.get("request")
    current = request.GET.get(param, "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    following = f"-{key}" if direction == "ascending" else key
    return {
        "label": label,
        "direction": direction,
        "numeric": numeric,
        "url": query_with(context, {param: following, "page": None}),
    }


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "") -> SafeString:
    """What stands where nothing is yet: why, and what to do first."""
    return component(
        "empty_state", {"content": SafeString(content.strip()), "title": title, "text": text}
    )


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines while something loads."""
    return {"lines": range(lines)}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: RequestContext, page_obj: Page, param: str = "page", unit: str = ""
) -> dict[str, Any]:
    """Pages of a list with the present query kept; nothing to show for a single page."""
    paginator = page_obj.paginator
    pages = [
        {
            "number": number,
            "current": number == page_obj.number,
            "url": query_with(context, {param: number}) if isinstance(number, int) else "",
        }
        for number in paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    ]
    previous = page_obj.number - 1 if page_obj.has_previous() else None
    following = page_obj.number + 1 if page_obj.has_next() else None
    return {
        "page": page_obj,
        "pages": pages if paginator.num_pages > 1 else [],
        "previous_url": query_with(context, {param: previous}) if previous else "",
        "next_url": query_with(context, {param: following}) if following else "",
        "unit": unit,
    }


@register.inclusion_tag("components/facts.html")
def facts(rows: list[tuple[str, Any]], ruled: bool = False) -> dict[str, Any]:
    """Terms and their descriptions; ``ruled`` draws a hairline under each."""
    return {"rows": rows, "ruled": ruled}


@register.inclusion_tag("components/kv.html")
def kv(rows: list[tuple[str, Any]]) -> dict[str, Any]:
    """Terms and descriptions side by side in one line."""
    return {"rows": rows}


@register.simple_tag
def cell_bar(value: float, maximum: float = 100, tone: str = "", before: Any = None) -> SafeString:
    """A bar in a table cell; with ``before`` two bars. The figures stand beside it as text."""
    top = max(float(maximum), float(value), float(before or 0)) or 1
    bars = [{"width": 100 * float(value) / top, "tone": tone or "1"}]
    if before is not None:
        bars.insert(0, {"width": 100 * float(before) / top, "tone": "0"})
    return component("cell_bar", {"bars": bars, "track": before is None})


@register.simple_tag
def cell_interval(
    low: float, high: float, value: float, start: float, end: float, tone: str = ""
) -> SafeString:
    """An interval with its middle mark on a scale from ``start`` to ``end``, for a table cell."""
    span = float(end) - float(start) or 1
    at = {
        name: round(192 * (float(number) - float(start)) / span, 1)
        for name, number in (("low", low), ("high", high), ("value", value))
    }
    marks = [round(192 * part / 4, 1) for part in (1, 2, 3)]
    return component("cell_interval", {**at, "marks": marks, "tone": tone or "l1"})


@register.simple_block_tag
def chart(
    content: str,
    title: str,
    note: str = "",
    svg: str = "",
    head: list[str] | None = None,
    rows: list[list[Any]] | None = None,
    wide: bool = False,
) -> SafeString:
    """A figure: drawn SVG, what it shows, and the same data as a table to unfold.

    The block may add remarks under the drawing.
    """
    return component(
        "chart",
        {
            "content": SafeString(content.strip()),
            "title": title,
            "note": note,
            "svg": svg,
            "head": head or [],
            "rows": rows or [],
            "wide": wide,
        },
    )


@register.inclusion_tag("components/units.html")
def units(
    done: int, coming: int = 0, target: int = 0, label: str = "", target_label: str = ""
) -> dict[str, Any]:
    """Counted squares for a goal: reached, on the way, still missing, with the target line."""
    total = max(24, done + coming, target)
    squares = [
        {"x": 26 * place, "tone": "1" if place < done else "0" if place < done + coming else "bg"}
        for place in range(total)
    ]
    return {
        "squares": squares,
        "width": 26 * total,
        "line": 26 * target - 2 if target else None,
        "target": target,
        "label": label,
        "target_label": target_label,
    }


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> SafeString:
    """``{% query page=2 sort=None %}``: the present query string with these keys changed."""
    return format_html("{}", query_with(context, changes))
