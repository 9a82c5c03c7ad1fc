"""The page that shows every component in its states, with invented samples in both languages.

The samples are in data/styleguide.json as pairs, not in the translation catalogues, since no
reader of the site ever meets them.
"""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.core.charts import (
    Bar,
    Interval,
    bar_chart,
    distribution_chart,
    interval_chart,
    severity_chart,
    targets_chart,
)

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "styleguide.json"
RANKS = [(1, 1, 3), (2, 1, 4), (3, 1, 5), (4, 2, 6), (5, 3, 8), (6, 3, 8), (7, 4, 8), (8, 6, 8)]
CLOSE = range(5, 8)
EXPERTS = [(7, -6.1, 6), (2, -3.8, 7), (11, -2.4, 5), (9, -0.4, 6), (6, 0.9, 6), (3, 3.1, 5)]
COUNTS = [2, 5, 9, 14, 22, 31, 27, 19, 11, 6]


def in_language(node: Any, language: str) -> Any:
    """The samples with every pair ``{"zh": …, "en": …}`` replaced by one of the two."""
    if isinstance(node, dict):
        if set(node) == {"zh", "en"}:
            return node[language]
        return {key: in_language(value, language) for key, value in node.items()}
    if isinstance(node, list):
        return [in_language(value, language) for value in node]
    return node


@cache
def samples(language: str) -> dict[str, Any]:
    """All samples in one language, zh or en."""
    return in_language(json.loads(SAMPLES.read_text(encoding="utf-8")), language)


def present_samples() -> dict[str, Any]:
    """All samples in the reader's language."""
    return samples("en" if (get_language() or "").startswith("en") else "zh")


class SampleForm(forms.Form):
    """A form with one field of each kind; words and choices come from the samples."""

    code = forms.CharField(max_length=18)
    title = forms.CharField(max_length=40)
    summary = forms.CharField(max_length=60, widget=forms.Textarea(attrs={"rows": 4}))
    direction = forms.ChoiceField()
    amount = forms.DecimalField(max_digits=12, decimal_places=2, required=False)
    joint = forms.ChoiceField(widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    agreed = forms.BooleanField()
    attachment = forms.FileField(required=False)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = present_samples()
        for name, words in found["fields"].items():
            self.fields[name].label = words["label"]
            self.fields[name].help_text = words["hint"]
        for name, choices in found["choices"].items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices


def faulty_form(words: dict[str, Any]) -> SampleForm:
    """The sample form as it comes back with two errors."""
    form = SampleForm(
        {"code": "919900000000000197", "title": words["title"], "summary": words["summary"]}
    )
    form.is_valid()
    form.errors.clear()
    form.add_error("code", words["code_error"])
    form.add_error("summary", words["summary_error"])
    return form


def sample_charts(found: dict[str, Any]) -> dict[str, SafeString]:
    """One drawing of each kind."""
    heads = {
        name: {"title": title, "description": description}
        for name, (title, description) in found["charts"].items()
    }
    words = found["words"]
    ranks = [
        Interval(title, *rank, tone="warn" if rank[0] in CLOSE else "")
        for title, rank in zip(found["titles"], RANKS, strict=True)
    ]
    experts = [
        Interval(
            f"{words['expert']} {number:02}",
            value,
            value - 2,
            value + 2,
            tone="warn" if abs(value) > 5 else "",
            note=words["sheets"].format(count),
        )
        for number, value, count in EXPERTS
    ]
    scores = [
        Bar(str(50 + 5 * place), count, "mid" if place < 4 else "")
        for place, count in enumerate(COUNTS)
    ]
    regions = [Bar(**row) for row in found["regions"]]
    return {
        "intervals": interval_chart(ranks, cut=5, **heads["intervals"]),
        "severity": severity_chart(experts, **heads["severity"]),
        "distribution": distribution_chart(scores, **heads["distribution"]),
        "targets": targets_chart([Bar(**row) for row in found["goals"]], **heads["targets"]),
        "bars": bar_chart(regions, unit=words["unit"], **heads["bars"]),
    }


def styleguide(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = present_samples()
    theme = request.GET.get("theme", "")
    context = {
        **found,
        "theme": theme if theme in {"light", "dark"} else "",
        "now": now,
        "later": now + timedelta(days=15, hours=2, minutes=30),
        "soon": now + timedelta(hours=3, minutes=40),
        "past": now - timedelta(hours=1),
        "form": SampleForm(),
        "faulty": faulty_form(found["words"]),
        "rows": [(place, title, 486 / place) for place, title in enumerate(found["titles"][:3], 1)],
        "page_obj": Paginator(range(115), 5).get_page(request.GET.get("page", 4)),
        "cases": [{**found["cases"][0], "deltas": found["deltas"]}, found["cases"][1]],
        "short_cases": [{**case, "deltas": found["deltas"]} for case in found["short_cases"]],
        "news": [{**found["news_entry"], "date": now.date()}],
        "open_items": [
            {
                "title": found["news_entry"]["title"],
                "url": "#",
                "deadline": now + timedelta(days=days),
                "percent": percent,
                "percent_label": f"{percent}%",
            }
            for days, percent in ((15.1, 51), (2.2, 80), (0.2, 98))
        ],
        "charts": sample_charts(found),
        "rank_rows": [
            [title, rank[0], f"{rank[1]}–{rank[2]}"]
            for title, rank in zip(found["titles"], RANKS, strict=True)
        ],
    }
    return render(request, "styleguide.html", context)
