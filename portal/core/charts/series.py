"""A series of dated values as a stepped line with its points, and a dashed line at the target.

Between two reports nothing is known, so the line keeps the last value instead of sloping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.charts import COLOURS
from portal.core.charts.rendering import Spec, drawing


@dataclass(frozen=True)
class Point:
    """A value on a day, with its figure as text."""

    on: date
    value: float
    figure: str = ""


def target_layers(target: float) -> list[Spec]:
    """A dashed line at the target with its word at the right end."""
    values = {"values": [{"goal": target, "text": _("Goal")}]}
    at = {"y": {"field": "goal", "type": "quantitative"}, "x": None}
    rule = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5, "strokeDash": [4, 3]}
    word = {"type": "text", "x": "width", "dx": 6, "align": "left", "color": "var(--ink)"}
    return [
        {"data": values, "mark": rule, "encoding": at},
        {
            "data": values,
            "mark": word,
            "encoding": {**at, "text": {"field": "text", "type": "nominal"}},
        },
    ]


def series_chart(
    points: Sequence[Point],
    *,
    title: str,
    description: str,
    target: float | None = None,
    width: int = 420,
    height: int = 120,
) -> SafeString:
    """Dated values, oldest first, from zero up; each point carries its figure."""
    rows: list[dict[str, Any]] = [
        {"on": f"{point.on:%Y-%m-%d}", "value": point.value, "figure": point.figure}
        for point in points
    ]
    most = max([point.value for point in points] + [target or 0, 1])
    x = {
        "field": "on",
        "type": "temporal",
        "scale": {"padding": 18},
        "axis": {"title": None, "format": "%Y-%m", "tickCount": 5, "grid": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, round(most * 1.25, 2)], "nice": False},
        "axis": {"title": None, "tickCount": 4, "domain": False, "ticks": False},
    }
    both = {"x": x, "y": y}
    words = {"text": {"field": "figure", "type": "nominal"}}
    layers: list[Spec] = [
        *(target_layers(target) if target else []),
        {
            "mark": {"type": "line", "interpolate": "step-after", "color": COLOURS[""]},
            "encoding": both,
        },
        {
            "mark": {"type": "point", "filled": True, "size": 60, "color": COLOURS[""]},
            "encoding": both,
        },
        # Each figure twice: the first, broad in the paper's colour, keeps lines off the second.
        {
            "mark": {
                "type": "text",
                "dy": -11,
                "color": "var(--paper)",
                "stroke": "var(--paper)",
                "strokeWidth": 4,
            },
            "encoding": {**both, **words},
        },
        {
            "mark": {"type": "text", "dy": -11, "color": "var(--ink)"},
            "encoding": {**both, **words},
        },
    ]
    spec = {"width": width, "height": height, "data": {"values": rows}, "layer": layers}
    return drawing(spec, title, description)
