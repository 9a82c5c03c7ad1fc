"""What a rule's outcome is called for people: faults of the form and findings F1 to F10.

Each says what is wrong and what to do, in the reader's language. No rule is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal.core.identifiers import uscc_fault
from portal.core.templatetags.formatting import day, moment
from showcase import form_schema
from showcase.eligibility import Finding, Outcome

FAULTS = {
    "required": gettext_lazy("Fill this in."),
    "pledge": gettext_lazy("Read and tick this pledge."),
    "choice": gettext_lazy("Choose one of the list."),
    "too_many": gettext_lazy("Choose at most %(max)s."),
    "too_many_rows": gettext_lazy("At most %(max)s rows. Remove the others."),
    "too_few_rows": gettext_lazy("At least %(min)s rows are needed."),
    "twice": gettext_lazy("The same credit code stands in two rows. Remove one."),
    "too_long": gettext_lazy(
        "%(over)s characters too many; the limit is %(max)s. Shorten the text; it is kept as it is."
    ),
    "money": gettext_lazy(
        "Write the amount in 10,000 yuan, digits with at most two decimals, for example 486.00."
    ),
    "mobile": gettext_lazy(
        "Write an 11-digit mobile number, or a landline with area code such as 010-12345678."
    ),
    "email": gettext_lazy("Write a whole e-mail address such as name@example.org."),
    "date": gettext_lazy("Write the date as year-month-day, for example 2026-03-05."),
    "int": gettext_lazy("Write a whole number in digits."),
    "identity": gettext_lazy(
        "This looks like a resident identity number. It must not be collected; remove it."
    ),
    "before_start": gettext_lazy("The project cannot go into operation before it started."),
    "before_online": gettext_lazy("Acceptance cannot lie before the start of operation."),
    "other_code": gettext_lazy(
        "This is another organisation's code. The organisation that applies has %(code)s."
    ),
    "lead_as_partner": gettext_lazy("The applicant itself cannot be its own partner."),
}


def fault_text(fault: form_schema.Fault) -> str:
    """Return what is wrong with one field and what to do."""
    if fault.code == "uscc":
        return str(uscc_fault(fault.params.get("value", "")) or "")
    return str(FAULTS[fault.code]) % dict(fault.params)


def sentence(title: str, note: str) -> str:
    """Return a title with its note as running text."""
    return _("%(title)s. %(note)s") % {"title": title, "note": note} if note else title


def labelled(label: str, text: str) -> str:
    """Return a text behind the name of what it speaks of."""
    return _("%(label)s: %(text)s") % {"label": label.rstrip("。."), "text": text}


def in_words(item: Mapping[str, Any], name: str = "") -> str:
    """Return an item's text in the active language: its label, or its `name`_zh / _en."""
    zh, en = (f"{name}_zh", f"{name}_en") if name else ("zh", "en")
    english = (get_language() or "").startswith("en")
    return item.get(en if english else zh) or item.get(zh, "")


def field_label(schema: form_schema.Schema, key: str) -> str:
    """Return the label of the field a fault points to, with row and column in a table."""
    name, *rest = key.split("#")
    one = form_schema.fields_by_key(schema).get(name)
    if one is None:
        return key
    if not rest:
        return in_words(one)
    column = next(c for c in one["columns"] if c["key"] == rest[1])
    return _("%(table)s, row %(row)d: %(column)s") % {
        "table": in_words(one),
        "row": int(rest[0]) + 1,
        "column": in_words(column),
    }


@dataclass(frozen=True)
class Words:
    """A finding for people: what is checked, how it stands, what to do."""

    code: str
    outcome: Outcome
    title: str
    note: str = ""

    @property
    def tone(self) -> str:
        """The tone of the checks component."""
        return {Outcome.MET: "good", Outcome.UNMET: "warn", Outcome.OPEN: "todo"}[self.outcome]


def finding_words(finding: Finding) -> Words:
    """Return the words for one finding."""
    title, note = SAY[finding.code](finding.is_met, finding.figures)
    return Words(finding.code, finding.outcome, str(title), str(note))


def say_on_time(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if f.get("closes_at") is None:
        return _("The round has no application stage"), _("Ask the secretariat.")
    closes = {"time": moment(f["closes_at"])}
    if met:
        return _("Within the application period"), _("Until %(time)s") % closes
    return _("The application period is over"), _("It ended at %(time)s.") % closes


def say_form(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("All required fields are filled in, no text too long"), ""
    text = ngettext(
        "%(n)d field is still missing or wrong",
        "%(n)d fields are still missing or wrong",
        f["faults"],
    )
    return text % {"n": f["faults"]}, _("See the check before submission.")


def say_codes(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("Credit codes pass their check"), " ".join(f["codes"])
    if not f["codes"]:
        return _("No credit code yet"), _("Fill in the code of your organisation.")
    return _("A credit code is wrong"), _("Correct %(codes)s.") % {"codes": " ".join(f["bad"])}


def say_projects(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    limit = _("Limit %(max)d, as lead or partner") % {"max": f["max"]}
    if met:
        text = ngettext(
            "Your organisation takes part in %(n)d project",
            "Your organisation takes part in %(n)d projects",
            f["count"],
        )
        return text % {"n": f["count"]}, limit
    note = _("%(codes)s: withdraw one application or change the partner. %(limit)s.")
    return _("Too many projects in this round"), note % {
        "codes": " ".join(f["over"]),
        "limit": limit,
    }


def say_partners(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    counts = {"n": f["count"], "max": f["max"]}
    if met:
        return _("Partners: %(n)d, at most %(max)d") % counts, ""
    return _("Partners: %(n)d, more than %(max)d") % counts, _("Remove the others.")


def say_direction(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("One direction is chosen"), ""
    return _("No direction is chosen yet"), _("Choose exactly one of this round.")


def say_operation(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("In operation"), day(f["online"])
    if f["online"] is None:
        return _("The date of operation is missing"), _("Fill it in under the project.")
    return (
        _("Not in operation yet"),
        _("Projects not yet in operation cannot be selected. Check the date: %(day)s.")
        % {"day": day(f["online"])},
    )


def say_award(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("No running award of the same kind"), ""
    return (
        _("An award of the same kind is still running"),
        _("Apply in another direction, or after its term has ended."),
    )


def say_quota(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if not f:
        return _("Within the authority's places"), _("Judged when the authority recommends")
    counts = {"used": f["used"], "places": f["places"]}
    if met:
        return _("Within the authority's places"), _("%(used)d of %(places)d") % counts
    return _("The authority recommended too many"), _("%(used)d of %(places)d") % counts


def say_files(met: bool, f: Mapping[str, Any]) -> tuple[str, str]:
    if met:
        return _("Required attachments are there"), ""
    missing = {"codes": " ".join(f["missing"])}
    return _("Required attachments are missing"), _("Upload %(codes)s.") % missing


SAY = {
    "F1": say_on_time,
    "F2": say_form,
    "F3": say_codes,
    "F4": say_projects,
    "F5": say_partners,
    "F6": say_direction,
    "F7": say_operation,
    "F8": say_award,
    "F9": say_quota,
    "F10": say_files,
}
