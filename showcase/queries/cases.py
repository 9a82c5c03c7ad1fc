"""How a solution page is said in a list and on its own page: plain values for the templates.

Numbers come as the applicant wrote them; only what is plainly a number gets a bar.
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.core.taxonomies import industry_name, region_name
from showcase.models import SolutionPage

TONES = {
    SolutionPage.Validity.VALID: "good",
    SolutionPage.Validity.EXPIRED: "mute",
    SolutionPage.Validity.REVOKED: "bad",
}


def number(value: Any) -> Decimal | None:
    """Return the value as a number of at least zero, or nothing where it is words."""
    try:
        found = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def measured(effects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the effects in the applicant's order, with numbers for bars where there are any."""
    rows = []
    for effect in effects:
        before, after = number(effect.get("before")), number(effect.get("after"))
        has_bar = before is not None and after is not None and max(before, after) > 0
        rows.append(
            {
                "label": effect.get("metric", ""),
                "before": effect.get("before", ""),
                "after": effect.get("after", ""),
                "unit": effect.get("unit", ""),
                "source": effect.get("evidence", ""),
                "bar": (before, after, max(before, after)) if has_bar else None,  # type: ignore[type-var]
            }
        )
    return rows


def headline(effects: Iterable[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """Return the first effects that read as "from a number to a number"."""
    return [row for row in measured(effects) if row["bar"]][:limit]


def organisations(page: SolutionPage) -> str:
    """Return the applicant and its partners in one line."""
    return pgettext("list", ", ").join([page.applicant_name, *page.partner_names])


def reach(page: SolutionPage) -> list[str]:
    """Return what speaks for repeating it: how many adopted it, which standards it follows."""
    facts = []
    if count := len(page.adopters):
        text = ngettext("adopted by %(n)s organisation", "adopted by %(n)s organisations", count)
        facts.append(text % {"n": count})
    if count := len(page.standards):
        facts.append(ngettext("%(n)s standard", "%(n)s standards", count) % {"n": count})
    return facts


def revocation(page: SolutionPage) -> str:
    """Return the words a revoked solution is listed with."""
    text = _("Revoked: %(reason)s The page stays for the record and is no longer recommended.")
    return text % {"reason": page.revoked_reason}


def card(page: SolutionPage, request: HttpRequest | None = None) -> dict[str, Any]:
    """Return a solution as `case_card` shows it in the list; a revoked one without figures."""
    validity = page.validity
    revoked = validity == SolutionPage.Validity.REVOKED
    return {
        "title": page.display_title,
        "url": page.get_url(request),
        "summary": revocation(page) if revoked else page.in_language("abstract"),
        "tags": [page.direction_label],
        "pill": (validity.label, TONES[validity]),
        "meta": [
            organisations(page),
            region_name(page.region),
            industry_name(page.industry),
            str(page.year),
        ],
        "deltas": [] if revoked else headline(page.effects, 3),
        "evidence": page.evidence,
        "facts": [] if revoked else reach(page),
    }


def line(page: SolutionPage) -> dict[str, Any]:
    """Return a solution in the short form: one effect, few facts."""
    return {
        **card(page),
        "meta": [page.applicant_name, region_name(page.region)],
        "deltas": headline(page.effects, 1),
    }
