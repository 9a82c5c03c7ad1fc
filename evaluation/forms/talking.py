"""What a panel settled on one entry, written down by the secretariat."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import Talk
from portal.core.typed import TypedForm

NOTE: dict[str, Any] = {"label": _("Minutes"), "max_length": 2000, "min_length": 20}


class TalkForm(TypedForm):
    """The panel's talk on scores far apart."""

    kind = Talk.Kind.SPREAD
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who took part by number, what was compared, what the panel concluded."),
        **NOTE,
    )


class VoteForm(TypedForm):
    """An entry's place among tied ones by vote."""

    kind = Talk.Kind.VOTE
    place = forms.IntegerField(label=_("Place among the tied entries"), min_value=1, max_value=50)
    votes_for = forms.IntegerField(label=_("Votes for"), min_value=1, max_value=99)
    votes_cast = forms.IntegerField(label=_("Votes cast"), min_value=1, max_value=99)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **NOTE)


class VetoForm(TypedForm):
    """Whether a veto ground is upheld."""

    kind = Talk.Kind.VETO
    is_upheld = forms.TypedChoiceField(
        label=_("Decision of the panel"),
        choices=[("yes", _("The ground is upheld: the entry is out")), ("no", _("Not upheld"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **NOTE)


FORMS: dict[str, Any] = {form.kind.value: form for form in (TalkForm, VoteForm, VetoForm)}
