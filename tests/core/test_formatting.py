"""Dates, money, sizes and authors' text as the site writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.core.templatetags import formatting

EVENING = datetime(2026, 3, 5, 16, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "2026年3月6日 00:30"), ("en", "6 Mar 2026, 00:30")],
)
def test_moment_is_in_programme_time(language: str, expected: str) -> None:
    with translation.override(language):
        assert formatting.moment(EVENING) == expected


def test_day_takes_plain_dates() -> None:
    with translation.override("zh-hans"):
        assert formatting.day(date(2026, 12, 1)) == "2026年12月1日"


def test_clock_shows_seconds() -> None:
    assert formatting.clock(EVENING) == "00:30:07"


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("zh-hans", "486", "486.00 万元"),
        ("zh-hans", "1215.505", "1215.51 万元"),
        ("zh-hans", None, "–"),
        ("en", "486", "CNY 4.86 million"),
        ("en", "486.05", "CNY 4.8605 million"),
    ],
)
def test_wan_writes_money(language: str, value: str | None, expected: str) -> None:
    with translation.override(language):
        assert formatting.wan(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("84.185", "84.19"), (70, "70.00"), ("", "–"), ("x", "–")]
)
def test_score_has_two_decimals_with_halves_up(value: object, expected: str) -> None:
    assert formatting.score(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(812, "812 B"), (655_360, "640 KB"), (3_355_443, "3.2 MB"), (None, "")],
)
def test_filesize_short(value: int | None, expected: str) -> None:
    assert formatting.filesize_short(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.004", "<1%"), ("0.997", ">99%"), ("0.44", "44%"), (0, "0%"), (1, "100%")],
)
def test_percent_never_claims_certainty(value: object, expected: str) -> None:
    assert formatting.percent(value) == expected


def test_markdown_shows_raw_html_as_text_and_refuses_script_links() -> None:
    html = formatting.markdown_text("# 题\n<script>alert(1)</script> [x](javascript:alert(1))")
    assert html == (
        "<h3>题</h3>\n<p>&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))</p>\n"
    )


def test_markdown_links_pass_on_no_rank() -> None:
    html = formatting.markdown_text("[文](https://example.org)")
    assert 'rel="nofollow noopener noreferrer"' in html
