"""Why a listing should be revoked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedForm
from showcase.rules.revoking import REASON_MAX, REASON_MIN


class RevocationForm(TypedForm):
    """The reason the public will read."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The public page of the solution will say it."),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
