"""From a Vega-Lite specification to an inline SVG that follows the page's style."""

import hashlib
import json
import re
from typing import Any

import vl_convert
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Spec = dict[str, Any]

TEXT_SIZE = 12
KEEP_SECONDS = 30 * 24 * 3600
CONFIG: Spec = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink-2)",
        "titleColor": "var(--ink-2)",
        "labelFontSize": TEXT_SIZE,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domainColor": "var(--line-2)",
        "tickColor": "var(--line-2)",
    },
    "text": {"fontSize": TEXT_SIZE, "color": "var(--ink-2)"},
}


def drawing(spec: Spec, title: str, description: str) -> SafeString:
    """The SVG of a specification, drawn once for its data and kept."""
    source = json.dumps([spec, title, description], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(source.encode()).hexdigest()[:24]
    key = f"chart:1:{digest}"
    kept = cache.get(key)
    if kept is None:
        kept = tidy(
            vl_convert.vegalite_to_svg({**spec, "config": CONFIG}), title, description, digest
        )
        cache.set(key, kept, KEEP_SECONDS)
    # Every text comes escaped from the renderer or from tidy().
    return mark_safe(kept)  # noqa: S308


def tidy(svg: str, title: str, description: str, digest: str) -> str:
    """One picture for screen readers, with the page's type, without size, style or inner labels."""
    svg = re.sub(r' (aria-[a-z]+|role|font-family|style|pointer-events)="[^"]*"', "", svg)
    svg = re.sub(r'<path class="(?:background|foreground)"[^>]*/>', "", svg)
    svg = re.sub(r' (?:class|opacity)="(?:mark-[^"]*|1)"', "", svg)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    width, height = size.groups() if size else ("400", "100")
    head = (
        f'<svg class="drawn" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="c{digest[:8]}t c{digest[:8]}d">'
        f'<title id="c{digest[:8]}t">{escape(title)}</title>'
        f'<desc id="c{digest[:8]}d">{escape(description)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _match: head, svg)
