"""Forms of the public notice: an objection, and the secretariat's decision on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import Objection
from evaluation.rules.notices import ANSWER_SHORTEST
from portal.core.typed import TypedForm


class ObjectionForm(TypedForm):
    """An objection by a named person or organisation; entries are chosen by their number."""

    entry = forms.TypedChoiceField(label=_("Which entry"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Who objects"), choices=Objection.Kind.choices, widget=forms.RadioSelect
    )
    objector = forms.CharField(
        label=_("Name of the objector"),
        max_length=100,
        help_text=_(
            "Your full name, or the organisation's name as on its seal. Kept confidential."
        ),
    )
    contact = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=100,
        help_text=_("We ask back and answer there. Never published, never given to the applicant."),
    )
    facts = forms.CharField(
        label=_("What is wrong"),
        max_length=3000,
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is wrong, where it can be seen, when it happened."),
    )
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        help_text=_(
            "PDF, OFD, JPG or PNG, up to 20 MB. An organisation uploads its sealed letter here."
        ),
    )

    def __init__(self, entries: list[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].choices = [("", _("Choose an entry")), *entries]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An organisation's objection comes under its seal."""
        cleaned = super().clean() or {}
        sealed = cleaned.get("kind") == Objection.Kind.ORGANISATION
        if sealed and not cleaned.get("evidence") and "evidence" not in self.errors:
            self.add_error("evidence", _("Upload the organisation's sealed letter."))
        return cleaned


class DecisionForm(TypedForm):
    """The outcome of an objection and the answer to it."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (outcome.value, outcome.label)
            for outcome in Objection.Outcome
            if outcome != Objection.Outcome.OPEN
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        min_length=ANSWER_SHORTEST,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "What was examined and why it was decided so. If the objection is upheld the "
            "applicant reads this as the reason: name nobody."
        ),
    )
