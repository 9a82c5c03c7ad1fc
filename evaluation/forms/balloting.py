"""The score sheet as a form, made from the round's criteria, and the words of its faults.

A draft may be incomplete; the form refuses only what cannot be a score at all. What is missing
for a signature is said by `gap_words`.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from evaluation.criteria import VETO_GROUNDS, CriterionSet, Item
from evaluation.models import Ballot, ConflictFact
from evaluation.queries.ballots import VETO_REASON_LENGTH, Gap
from evaluation.services.balloting import SheetContent
from portal.core.typed import TypedForm

COMMENT_LIMIT = 1000
OVERALL_LIMIT = 2000


def in_language(zh: str, en: str) -> str:
    """Return the text of the active language."""
    return en if (get_language() or "").startswith("en") else zh


def item_name(item: Item) -> str:
    """Return an item's name in the active language."""
    return in_language(item.zh, item.en)


def veto_name(code: str) -> str:
    """Return a veto ground's name in the active language."""
    return next((in_language(zh, en) for key, zh, en in VETO_GROUNDS if key == code), code)


class BallotForm(TypedForm):
    """All items with their comments, veto grounds with their reasons, and a closing remark."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sheet: CriterionSet, **kwargs: Any) -> None:
        self.sheet = sheet
        super().__init__(*args, **kwargs)
        for item in sheet.items():
            self.fields[item.code] = score_field(item)
            self.fields[f"comment_{item.code}"] = comment_field(item)
        for code, _zh, _en in VETO_GROUNDS:
            self.fields[f"flag_{code}"] = forms.BooleanField(required=False, label=veto_name(code))
            self.fields[f"reason_{code}"] = reason_field(code)
        self.fields["overall"] = forms.CharField(
            required=False,
            max_length=OVERALL_LIMIT,
            label=gettext_lazy("Overall opinion"),
            widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        )

    def content(self) -> SheetContent:
        """Return what was typed as the service wants it; the form must be valid."""
        data = self.cleaned_data
        scores = {item.code: as_text(data[item.code]) for item in self.sheet.items()}
        comments = {item.code: data[f"comment_{item.code}"] for item in self.sheet.items()}
        flags = [
            {"code": code, "reason": data[f"reason_{code}"]}
            for code, _zh, _en in VETO_GROUNDS
            if data[f"flag_{code}"]
        ]
        return SheetContent(scores, comments, flags, data["overall"])


def score_field(item: Item) -> forms.DecimalField:
    """Return the field of one item; half points are asked for when signing, not when saving."""
    return forms.DecimalField(
        required=False,
        label=item_name(item),
        min_value=Decimal(0),
        max_value=item.points,
        decimal_places=2,
        error_messages={
            "invalid": _("Enter points from 0 to %(maximum)s.") % {"maximum": item.points},
            "min_value": _("Enter points from 0 to %(maximum)s.") % {"maximum": item.points},
            "max_value": _("Enter points from 0 to %(maximum)s.") % {"maximum": item.points},
        },
    )


def comment_field(item: Item) -> forms.CharField:
    """Return the comment beside one item."""
    return forms.CharField(
        required=False,
        max_length=COMMENT_LIMIT,
        label=_("Comment on %(item)s") % {"item": item_name(item)},
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )


def reason_field(code: str) -> forms.CharField:
    """Return the reason for raising one veto ground."""
    return forms.CharField(
        required=False,
        max_length=COMMENT_LIMIT,
        label=_("Reason: %(ground)s") % {"ground": veto_name(code)},
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )


def as_text(number: Decimal | None) -> str:
    """Return points as they are stored: no exponent, no superfluous zeros; blank for none."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def initial_of(ballot: Ballot | None) -> dict[str, Any]:
    """Return a stored sheet as the form's initial values, by field name."""
    if ballot is None:
        return {"revision": 0}
    values: dict[str, Any] = {"revision": ballot.revision, "overall": ballot.overall}
    values |= dict(ballot.scores)
    values |= {f"comment_{code}": text for code, text in ballot.comments.items()}
    for flag in ballot.flags:
        values[f"flag_{flag['code']}"] = True
        values[f"reason_{flag['code']}"] = flag.get("reason", "")
    return values


def posted_of(ballot: Ballot) -> dict[str, str]:
    """Return a stored sheet as a browser would post it, for the comparison of two tabs."""
    values = {key: value for key, value in initial_of(ballot).items() if key != "revision"}
    return {key: "on" if value is True else str(value) for key, value in values.items()}


def gap_words(gap: Gap, sheet: CriterionSet) -> dict[str, str]:
    """Return one gap as `{target, text}`: the control to go to and what to do there."""
    if gap.code == "veto_reason":
        text = _("%(ground)s: give the reason in at least %(length)d characters.")
        values: dict[str, Any] = {"ground": veto_name(gap.item), "length": VETO_REASON_LENGTH}
        return {"target": f"id_reason_{gap.item}", "text": text % values}
    known = {item.code: item for item in sheet.items()}
    item = known.get(gap.item)
    name = item_name(item) if item else gap.item
    patterns = {
        "missing": _("%(item)s is not scored yet."),
        "out_of_range": _("%(item)s: enter points from 0 to %(maximum)s."),
        "off_step": _("%(item)s: enter whole or half points."),
        "comment_short": _("%(item)s: write a comment of at least %(length)d characters."),
        "unknown_item": _("%(item)s is not an item of these criteria."),
    }
    target = f"id_comment_{gap.item}" if gap.code == "comment_short" else gap.item
    values = {
        "item": name,
        "maximum": item.points if item else "",
        "length": sheet.comment_length,
    }
    return {"target": target, "text": patterns[gap.code] % values}


class DeclarationForm(TypedForm):
    """The declaration before a dossier opens: confidentiality, and ties or none."""

    class Answer:
        NONE, DOUBT, RECUSE = "none", "doubt", "recuse"

    pledged = forms.BooleanField(
        required=False,
        label=gettext_lazy(
            "I keep the material and everything about this review confidential, copy nothing "
            "and pass nothing on."
        ),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("Your ties to the applicant and its partners"),
        widget=forms.RadioSelect,
        choices=[
            (Answer.NONE, gettext_lazy("I have none of the ties listed beside")),
            (Answer.DOUBT, gettext_lazy("There may be one: let the chair decide")),
            (Answer.RECUSE, gettext_lazy("I have one and step back from this entry")),
        ],
        error_messages={"required": gettext_lazy("Say whether you have a tie to this entry.")},
    )
    kind = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Kind of tie"),
        choices=[("", gettext_lazy("Choose one")), *ConflictFact.Kind.choices],
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("What the tie is"),
        help_text=gettext_lazy("For the chair and the secretariat only."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the pledge where the dossier is to open, for a tie's kind and note."""
        data = super().clean() or {}
        answer = data.get("answer")
        if answer in {self.Answer.NONE, self.Answer.DOUBT} and not data.get("pledged"):
            self.add_error("pledged", _("Confirm that you keep the material confidential."))
        if answer in {self.Answer.DOUBT, self.Answer.RECUSE}:
            if not data.get("kind"):
                self.add_error("kind", _("Choose what ties you to this entry."))
            if not (data.get("note") or "").strip():
                self.add_error("note", _("Say in a few words what the tie is."))
        return data


class ReasonForm(TypedForm):
    """One reason in words, for a decision that goes on record."""

    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Give the reason; it goes on record.")},
    )
