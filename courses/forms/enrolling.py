"""A request for a place, a decision on it, a withdrawal, a list of participants."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedForm

NOTE_MAX = 300


class RequestForm(TypedForm):
    """What a person says when asking for a place."""

    note = forms.CharField(
        label=_("Note to the organisers"),
        required=False,
        max_length=NOTE_MAX,
        help_text=_("For example your experience or what you need. No identity number, please."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(TypedForm):
    """Why a place is given up."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=NOTE_MAX,
        help_text=_("Kept in the record; you need not give one."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionForm(TypedForm):
    """Admit, deny or take out; the last two with a reason."""

    decision = forms.ChoiceField(
        choices=[("admit", _("Admit")), ("deny", _("Do not admit")), ("remove", _("Take out"))]
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=NOTE_MAX,
        help_text=_("The person reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever is refused learns why."""
        data = super().clean() or {}
        refuses = data.get("decision") in {"deny", "remove"}
        if refuses and not data.get("reason", "").strip():
            self.add_error("reason", _("Give a reason: the person concerned reads it."))
        return data


class RosterForm(TypedForm):
    """A list of participants as a file."""

    file = forms.FileField(
        label=_("List of participants (.xlsx or .csv)"),
        help_text=_("Title lines may stay above the headings; columns may stand in any order."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
