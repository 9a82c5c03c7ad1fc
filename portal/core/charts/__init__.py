"""Charts drawn on the server as inline SVG: Vega-Lite specifications through vl-convert.

Colours are the style sheet's roles (``var(--accent)``), so that one drawing serves the light and
the dark scheme and print. A drawing carries title and description; the page puts the same data
beside it as a table (``{% chart %}``). Drawings are kept in the cache by a hash of their data.
Not here: where the data comes from, and small bars inside tables (``{% cell_bar %}``).
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.charts.rendering import TEXT_SIZE, Spec, drawing

LINE_HEIGHT = 15
LABEL_EMS = 20
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+d')"
COLOURS = {
    "": "var(--accent)",
    "mid": "var(--accent-mid)",
    "warn": "var(--warn-mark)",
    "bad": "var(--bad-mark)",
    "good": "var(--good-mark)",
    "mute": "var(--line-2)",
}


@dataclass(frozen=True)
class Interval:
    """One row of an interval chart: where it lies, between which bounds, and a remark."""

    label: str
    value: float
    low: float
    high: float
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: its length, what is on the way, the goal, and a figure as text."""

    label: str
    value: float
    tone: str = ""
    target: float | None = None
    coming: float = 0
    figure: str = ""


def ems(text: str) -> float:
    """Width of a text in ems: Chinese signs are one wide, Latin ones a little over half."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.58 for sign in text)


def break_lines(text: str, widest: float = LABEL_EMS) -> list[str]:
    """The text in even lines of at most ``widest`` ems; nothing is cut, Latin words stay whole."""
    needed = max(1, math.ceil(ems(text) / widest))
    even = fill_lines(text, min(widest, ems(text) / needed + 1.5))
    return even if len(even) <= needed else fill_lines(text, widest)


def fill_lines(text: str, width: float) -> list[str]:
    """The text in lines of at most ``width`` ems, each as full as it gets."""
    lines = [""]
    for part in re.findall(r"[!-~]+\s*|.", text):
        if lines[-1] and ems(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def label_axis(labels: Sequence[str]) -> tuple[Spec, int]:
    """An axis for row labels with room for the widest line, and the height of a row in pixels."""
    broken = [break_lines(label) for label in labels]
    widest = max((ems(line) for lines in broken for line in lines), default=1)
    most = max((len(lines) for lines in broken), default=1)
    axis = {
        "title": None,
        "labelExpr": "split(datum.label, '\\n')",
        "labelLimit": 0,
        "labelLineHeight": LINE_HEIGHT,
        "labelOffset": {"expr": f"-{LINE_HEIGHT / 2} * (length(split(datum.label, '\\n')) - 1)"},
        "labelPadding": 10,
        "minExtent": round(widest * TEXT_SIZE) + 12,
        "domain": False,
        "ticks": False,
    }
    return axis, most * LINE_HEIGHT + 11


def row_name(place: int, label: str) -> str:
    """A name for the row that stays unique when two rows share a label.

    The number is written in zero-width signs, which neither show nor take room.
    """
    mark = "".join("\u200b\u200c"[int(bit)] for bit in f"{place:b}")
    return "\n".join(break_lines(label)) + mark


def rows_of(items: Sequence[Interval | Bar]) -> list[Spec]:
    """Data rows with their drawn names, colours and place."""
    return [
        {**asdict(item), "name": row_name(place, item.label), "colour": COLOURS[item.tone]}
        for place, item in enumerate(items)
    ]


def rows_spec(rows: list[Spec], labels: Sequence[str], width: int, layers: list[Spec]) -> Spec:
    """A chart of horizontal rows in the given order."""
    axis, step = label_axis(labels)
    return {
        "width": width,
        "height": {"step": step},
        "data": {"values": rows},
        "encoding": {"y": {"field": "name", "type": "nominal", "sort": None, "axis": axis}},
        "layer": layers,
    }


COLOUR = {"field": "colour", "type": "nominal", "scale": None}


def interval_layers(x: Spec, thickness: int) -> list[Spec]:
    """A band from low to high and a dot at the value."""
    return [
        {
            "mark": {
                "type": "rule",
                "strokeWidth": thickness,
                "strokeCap": "round",
                "opacity": 0.45 if thickness > 3 else 1,
            },
            "encoding": {
                "x": {"field": "low", "type": "quantitative", **x},
                "x2": {"field": "high"},
                "color": COLOUR,
            },
        },
        {
            "mark": {"type": "circle", "size": 80, "opacity": 1},
            "encoding": {"x": {"field": "value", "type": "quantitative"}, "color": COLOUR},
        },
    ]


def line_at(place: float, text: str) -> list[Spec]:
    """A line across all rows with a word at its foot."""
    line = {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5, "strokeDash": [4, 3]}
    values = {"values": [{"place": place, "text": text}]}
    at = {"x": {"field": "place", "type": "quantitative"}, "y": None}
    word = {
        "type": "text",
        "y": "height",
        "dy": 14,
        "color": "var(--ink)",
        "fontWeight": "bold",
    }
    return [
        {"data": values, "mark": line, "encoding": at},
        {
            "data": values,
            "mark": word,
            "encoding": {**at, "text": {"field": "text", "type": "nominal"}},
        },
    ]


def interval_chart(
    rows: Sequence[Interval],
    *,
    cut: int | None = None,
    title: str,
    description: str,
    cut_label: str = "",
    width: int = 340,
) -> SafeString:
    """Rank intervals with the line between the last place that is in and the first that is out."""
    last = max([row.high for row in rows] + [1])
    ticks = list(range(1, int(last) + 1, max(1, int(last) // 15)))
    scale = {
        "scale": {"domain": [0.6, last + 0.4], "nice": False, "zero": False},
        "axis": {"orient": "top", "values": ticks, "title": None, "format": "d", "domain": False},
    }
    layers = interval_layers(scale, 7)
    if cut is not None:
        text = cut_label or _("Selection line: {count}").format(count=cut)
        layers += line_at(cut + 0.5, text)
    spec = rows_spec(rows_of(rows), [row.label for row in rows], width, layers)
    return drawing(spec, title, description)


def severity_chart(
    rows: Sequence[Interval],
    *,
    title: str,
    description: str,
    low_word: str = "",
    high_word: str = "",
    width: int = 300,
) -> SafeString:
    """How far each expert lies below or above the common mean, in points, with intervals."""
    reach = max([abs(row.low) for row in rows] + [abs(row.high) for row in rows] + [1])
    bound = 5 * (int(reach // 5) + 1)
    scale = {
        "scale": {"domain": [-bound, bound]},
        "axis": {
            "orient": "top",
            "title": None,
            "tickCount": 5,
            "domain": False,
            "labelExpr": SIGNED,
        },
    }
    layers = [
        {
            "data": {"values": [{"place": 0}]},
            "mark": {"type": "rule", "color": "var(--line-2)", "strokeWidth": 1.5},
            "encoding": {"x": {"field": "place", "type": "quantitative"}, "y": None},
        },
        *interval_layers(scale, 2),
        {
            "mark": {"type": "text", "align": "left", "x": width + 8},
            "encoding": {"text": {"field": "note", "type": "nominal"}},
        },
        *end_words(low_word or _("stricter"), high_word or _("more lenient"), bound),
    ]
    spec = rows_spec(rows_of(rows), [row.label for row in rows], width, layers)
    return drawing(spec, title, description)


def end_words(low: str, high: str, bound: float) -> list[Spec]:
    """What the two ends of a scale mean, under it."""
    return [
        {
            "data": {"values": [{"place": place, "text": text}]},
            "mark": {"type": "text", "y": "height", "dy": 12, "align": align},
            "encoding": {
                "x": {"field": "place", "type": "quantitative"},
                "y": None,
                "text": {"field": "text", "type": "nominal"},
            },
        }
        for place, text, align in ((-bound, low, "left"), (bound, high, "right"))
    ]


def bar_layers(rows: list[Spec], x: Spec) -> list[Spec]:
    """Bars from zero with their figures as text at the end."""
    for row in rows:
        row["end"] = row["value"] + row["coming"]
        row["figure"] = row["figure"] or f"{row['value']:g}"
    return [
        {
            "mark": {"type": "bar", "height": 14, "cornerRadiusEnd": 1, "color": COLOURS["mid"]},
            "encoding": {"x": {"field": "end", "type": "quantitative", **x}},
        },
        {
            "mark": {"type": "bar", "height": 14, "cornerRadiusEnd": 1},
            "encoding": {"x": {"field": "value", "type": "quantitative"}, "color": COLOUR},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "color": "var(--ink)"},
            "encoding": {
                "x": {"field": "end", "type": "quantitative"},
                "text": {"field": "figure", "type": "nominal"},
            },
        },
    ]


def bar_chart(
    rows: Sequence[Bar], *, title: str, description: str, unit: str = "", width: int = 420
) -> SafeString:
    """Compared amounts as horizontal bars in the given order, each with its figure."""
    x = {"axis": {"title": unit or None, "tickCount": 5, "domain": False, "ticks": False}}
    drawn = rows_of(rows)
    spec = rows_spec(drawn, [row.label for row in rows], width, bar_layers(drawn, x))
    return drawing(spec, title, description)


def targets_chart(
    rows: Sequence[Bar], *, title: str, description: str, width: int = 420
) -> SafeString:
    """Goals against what is reached: bar, what is on the way in a lighter tone, mark at the goal.

    Amounts are drawn as shares of their own goal, since goals have different units.
    """
    drawn = rows_of(rows)
    goal_word = _("Goal")
    for row in drawn:
        goal = row["target"] or 1
        row["figure"] = row["figure"] or f"{row['value']:g}/{goal:g}"
        row["value"], row["coming"] = row["value"] / goal, row["coming"] / goal
    most = max([row["value"] + row["coming"] for row in drawn] + [1])
    x = {
        "scale": {"domain": [0, round(most * 1.08, 2)], "nice": False},
        "axis": {
            "title": None,
            "values": [0, 0.5, 1],
            "format": ".0%",
            "labelExpr": f"datum.value == 1 ? {json.dumps(goal_word)} : datum.label",
            "domain": False,
            "ticks": False,
        },
    }
    layers = [
        *bar_layers(drawn, x),
        {
            "data": {"values": [{"place": 1}]},
            "mark": {
                "type": "rule",
                "color": "var(--ink)",
                "strokeWidth": 1.5,
                "strokeDash": [4, 3],
            },
            "encoding": {"x": {"field": "place", "type": "quantitative"}, "y": None},
        },
    ]
    spec = rows_spec(drawn, [row.label for row in rows], width, layers)
    return drawing(spec, title, description)


def distribution_chart(
    bars: Sequence[Bar], *, title: str, description: str, width: int = 400, height: int = 130
) -> SafeString:
    """Counts in classes, left to right, each with its count above."""
    rows = rows_of(bars)
    for place, row in enumerate(rows):
        row["name"] = row_name(place, row["label"])
        row["figure"] = row["figure"] or f"{row['value']:g}"
    spec = {
        "width": width,
        "height": height,
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "scale": {"paddingInner": 0.12, "paddingOuter": 0.1},
                "axis": {"title": None, "labelAngle": 0, "ticks": False},
            },
            "y": {"field": "value", "type": "quantitative", "axis": None},
        },
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": COLOUR}},
            {
                "mark": {"type": "text", "dy": -8},
                "encoding": {"text": {"field": "figure", "type": "nominal"}},
            },
        ],
    }
    return drawing(spec, title, description)
