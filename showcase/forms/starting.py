"""Starting an application: round, organisation, direction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation
from portal.core.typed import TypedForm
from showcase.models import Direction, Round


class ChosenRound(forms.ModelChoiceField):
    """A round by its public code, named in the reader's language."""

    def label_from_instance(self, obj: Round) -> str:
        return obj.display_title


class ChosenOrganisation(forms.ModelChoiceField):
    """An organisation by its public id, with its code."""

    def label_from_instance(self, obj: Organisation) -> str:
        return f"{obj.display_name} ({obj.uscc})"


class StartForm(TypedForm):
    """Which round, for whom, in which direction."""

    round = ChosenRound(Round.objects.none(), label=_("Round"), to_field_name="code")
    organisation = ChosenOrganisation(
        Organisation.objects.none(), label=_("Organisation"), to_field_name="public_id"
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        widget=forms.RadioSelect,
        help_text=_("One project, one direction. It can be changed until you submit."),
    )
    title = forms.CharField(
        label=_("Title of the project"),
        required=False,
        max_length=40,
        help_text=_("Up to 40 characters; may follow later."),
    )

    def __init__(self, *args: Any, rounds: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]
        self.fields["round"].empty_label = None  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["organisation"].empty_label = None  # type: ignore[attr-defined]
        names: dict[str, str] = {}
        for one in Direction.objects.filter(round__in=rounds).order_by("order"):
            names.setdefault(one.code, one.display_name)
        self.fields["direction"].choices = list(names.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The direction must be one of the chosen round."""
        data = super().clean() or {}
        round, code = data.get("round"), data.get("direction")
        if round and code and not round.directions.filter(code=code).exists():
            self.add_error("direction", _("This round has no such direction."))
        return data


class WithdrawForm(TypedForm):
    """Why an application is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Kept in the record and shown to the secretariat."),
    )
