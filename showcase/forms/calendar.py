"""One day of the working-day table."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.models import SpecialDay
from portal.core.typed import TypedForm

HOLIDAY, WORKED = "holiday", "worked"
KINDS = {HOLIDAY: _("Holiday"), WORKED: _("Worked weekend day")}


class SpecialDayForm(TypedForm):
    """A day, whether it is off or worked, and what it is called."""

    day = forms.DateField(
        label=_("Date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=list(KINDS.items()), initial=HOLIDAY, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As in the arrangement of the State Council, for example 国庆节."),
    )

    @classmethod
    def of(cls, row: SpecialDay) -> "SpecialDayForm":
        """Return the form filled in with a day that is in the table."""
        kind = WORKED if row.is_working else HOLIDAY
        return cls(initial={"day": row.day, "kind": kind, "name": row.name})
