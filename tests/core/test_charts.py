"""Drawings: whole, described, in the style sheet's colours, with nothing the policy forbids."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from django.core.cache import cache
from django.utils.safestring import SafeString

from portal.core import charts
from portal.core.charts import Bar, Interval
from portal.core.charts.series import Point, series_chart

LONG = "动力电池化成段控制器准入与审计以及集团另外两个基地的复制推广做法说明"
ROWS = [Interval("甲", 1, 1, 2), Interval(LONG, 2, 1, 3, tone="warn", note="6 份")]
BARS = [Bar("甲", 12, target=20, coming=2), Bar("甲", 7, "mid", target=5)]
POINTS = [Point(date(2025, 6, 5), 16, "16"), Point(date(2026, 3, 5), 23, "23")]
SHADE = {"title": "题", "description": "说明"}


def drawings() -> dict[str, SafeString]:
    return {
        "interval": charts.interval_chart(ROWS, cut=1, **SHADE),
        "severity": charts.severity_chart(ROWS, **SHADE),
        "bar": charts.bar_chart(BARS, **SHADE),
        "targets": charts.targets_chart(BARS, **SHADE),
        "series": series_chart(POINTS, target=20, **SHADE),
        "distribution": charts.distribution_chart(BARS, **SHADE),
    }


def test_every_drawing_is_one_described_picture() -> None:
    for name, svg in drawings().items():
        root = ElementTree.fromstring(svg)
        marks = [child.tag.rpartition("}")[2] for child in root][:2]
        assert (name, root.get("role"), marks) == (name, "img", ["title", "desc"])


def test_no_drawing_brings_style_script_or_fixed_colours() -> None:
    for svg in drawings().values():
        assert re.findall(r"<style|<script|style=|href=|#[0-9a-fA-F]{3,6}", svg) == []


def test_labels_are_whole_though_broken_into_lines() -> None:
    svg = charts.interval_chart(ROWS, cut=1, **SHADE)
    shown = re.sub(r"<[^>]+>|[\u200b\u200c]", "", svg)
    assert LONG in shown


def test_rows_with_one_name_stay_apart() -> None:
    svg = charts.bar_chart(BARS, **SHADE)
    assert re.sub(r"[\u200b\u200c]", "", svg).count(">甲<") == 2


def test_texts_are_escaped() -> None:
    svg = charts.bar_chart([Bar("<b>&", 1)], title="<i>", description='"&')
    ElementTree.fromstring(svg)
    assert "<i>" not in svg
    assert "<b>" not in svg


@pytest.mark.parametrize("count", [0, 1, 60])
def test_charts_stand_any_number_of_rows(count: int) -> None:
    rows = [Interval(f"项{place}", place + 1, place + 1, place + 2) for place in range(count)]
    ElementTree.fromstring(charts.interval_chart(rows, cut=5, **SHADE))


def test_same_data_is_drawn_once() -> None:
    cache.clear()
    first = charts.bar_chart(BARS, **SHADE)
    keys = len(cache._cache)
    assert charts.bar_chart(BARS, **SHADE) == first
    assert len(cache._cache) == keys


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("焊装产线", ["焊装产线"]),
        ("一二三四五六七八九十" * 2 + "甲", ["一二三四五六七八九十一二", "三四五六七八九十甲"]),
        (
            "Segmentation of OT networks in cold rolling mills",
            ["Segmentation of OT networks in", "cold rolling mills"],
        ),
    ],
)
def test_lines_break_evenly_and_keep_words_whole(text: str, lines: list[str]) -> None:
    assert charts.break_lines(text) == lines
