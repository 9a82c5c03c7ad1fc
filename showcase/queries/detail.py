"""One solution as its public page shows it: figures, steps of its term, facts, sections."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.taxonomies import industry_name, region_name, term_name
from portal.core.templatetags.formatting import day
from showcase.models import SolutionPage
from showcase.queries.cases import TONES, headline, measured, revocation
from showcase.queries.solutions import related_solutions

# How the sections of the application are called where the public reads them.
TITLES = {
    "background": gettext_lazy("The problem"),
    "innovation": gettext_lazy("What is new"),
    "implementation": gettext_lazy("How it was carried out"),
    "benefit": gettext_lazy("What it brought"),
    "replicability": gettext_lazy("If you want to do the same"),
    "compliance": gettext_lazy("Security and compliance"),
}
# Sections that follow the measured effects; all others come before them.
AFTER_EFFECTS = {"benefit", "replicability", "compliance"}
# What each level means; the rule itself is in queries/publication.py.
EVIDENCE_MEANING = {
    "A": gettext_lazy(
        "A third-party report and users' statements are on file, and every figure names the file "
        "that proves it."
    ),
    "B": gettext_lazy("A third party tested the system; its report is on file."),
    "C": gettext_lazy("Organisations that use it confirm the effect in writing."),
    "D": gettext_lazy("The figures are the applicant's own."),
}


def sections(page: SolutionPage) -> list[dict[str, Any]]:
    """Return the published sections with their public titles; empty ones are left out."""
    shown = []
    for place, section in enumerate(page.sections, start=1):
        part = str(section.get("key", "")).rpartition(".")[2]
        if text := section.get("text"):
            title = TITLES.get(part) or section.get("zh", "")
            shown.append(
                {
                    "id": f"section-{place}",
                    "title": title,
                    "text": text,
                    "is_late": part in AFTER_EFFECTS,
                }
            )
    return shown


def days_left(until: date) -> str:
    """Return the days to a date in words, today counting as none."""
    left = (until - clock.today()).days
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def steps(page: SolutionPage) -> list[dict[str, Any]]:
    """Return the life of the award: listed, its term, the end of it or its revocation."""
    listed = {"label": _("Listed"), "state": "done", "notes": [day(page.listed_on)]}
    end = {"label": _("End of the term"), "state": "", "notes": [day(page.valid_until)]}
    term = {
        "label": _("Demonstration term"),
        "state": "now",
        "notes": [days_left(page.valid_until)],
    }
    match page.validity:
        case SolutionPage.Validity.REVOKED:
            stop = {"label": _("Revoked"), "state": "stop", "tone": "bad"}
            return [listed, {**stop, "notes": [day(page.revoked_on)]}]
        case SolutionPage.Validity.EXPIRED:
            return [listed, {**term, "state": "done", "notes": []}, {**end, "state": "done"}]
    return [listed, term, end]


def facts(page: SolutionPage) -> list[tuple[str, Any]]:
    """Return the plain facts of a solution, empty ones left out."""
    objects = [term_name("objects", code) for code in page.objects_protected]
    rows = [
        (_("Applicant"), page.applicant_name),
        (_("Partners"), pgettext("list", ", ").join(page.partner_names)),
        (_("Region"), region_name(page.region)),
        (_("Industry"), f"{page.industry} {industry_name(page.industry)}".strip()),
        (_("Objects protected"), pgettext("list", ", ").join(objects)),
        (_("Direction"), page.direction_label),
        (_("Selected in"), page.round_title),
        (_("Listed on"), day(page.listed_on)),
        (_("Valid until"), day(page.valid_until)),
    ]
    return [row for row in rows if row[1]]


def standards(page: SolutionPage) -> list[dict[str, str]]:
    """Return the standards as number and title, so that the number can be read at a glance."""
    rows = []
    for line in page.standards:
        parts = str(line).split(" ")
        # "GB/T 22239-2019 title": the number is the letters and the digits after them.
        at = 2 if len(parts) > 2 and parts[1][:1].isdigit() else 1
        rows.append({"number": " ".join(parts[:at]), "title": " ".join(parts[at:])})
    return rows


def adopters(page: SolutionPage) -> list[dict[str, Any]]:
    """Return who adopted the solution; `since` as a date in the reader's language."""
    return [
        {
            "name": adopter.get("name", ""),
            "since": shown_day(adopter.get("since", "")),
            "scope": adopter.get("scope", ""),
        }
        for adopter in page.adopters
    ]


def shown_day(text: str) -> str:
    """Return an ISO date as the site writes dates; anything else as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def contents(
    page: SolutionPage, shown: list[dict[str, Any]], effects: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the headings of the page in their order, for jumping."""
    items = [section for section in shown if not section["is_late"]]
    if effects:
        items.append({"id": "effects", "title": _("Effects")})
    items += [section for section in shown if section["is_late"]]
    if page.adopters:
        items.append({"id": "adopters", "title": _("Who has adopted it")})
    return items if len(items) > 2 else []


def solution_detail(page: SolutionPage) -> dict[str, Any]:
    """Return everything the page of a solution shows; one query, for the related ones."""
    shown, effects = sections(page), measured(page.effects)
    revoked = page.validity == SolutionPage.Validity.REVOKED
    return {
        "solution": page,
        "lede": page.in_language("abstract"),
        "pill": (page.validity.label, TONES[page.validity]),
        "revocation": revocation(page) if revoked else "",
        "headline": headline(page.effects, 4),
        "effects": effects,
        "steps": steps(page),
        "facts": facts(page),
        "early": [section for section in shown if not section["is_late"]],
        "late": [section for section in shown if section["is_late"]],
        "contents": contents(page, shown, effects),
        "is_chinese_only": bool(shown) and (get_language() or "").startswith("en"),
        "adopters": adopters(page),
        "standards": standards(page),
        "evidence_meaning": EVIDENCE_MEANING.get(page.evidence, ""),
        "related": [
            {"title": other.display_title, "url": other.get_url(), "meta": other.applicant_name}
            for other in related_solutions(page)
        ],
    }
