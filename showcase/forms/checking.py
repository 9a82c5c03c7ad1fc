"""What a checker says of the fifteen items."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedForm
from showcase.models import CheckItem
from showcase.rules.checking import item_name
from showcase.services.checking import NOTE_MAX, MarkOf

Result = CheckItem.Result
CHOICES = [
    (Result.PASS.value, _("pass")),
    (Result.CORRECT.value, _("correct")),
    (Result.FAIL.value, _("fail")),
]


class ChecklistForm(TypedForm):
    """Result and note of each item, and a note on the whole for the office's own use."""

    note = forms.CharField(
        label=_("Note for the office"),
        help_text=_("Not shown to the applicant."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, items: Sequence[CheckItem], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.add_item(item)

    def add_item(self, item: CheckItem) -> None:
        """Add the two fields of one item."""
        name = item_name(item.code)
        self.fields[f"{item.code}-result"] = forms.ChoiceField(
            label=name,
            choices=CHOICES,
            required=False,
            initial=item.result,
            widget=forms.RadioSelect,
        )
        self.fields[f"{item.code}-note"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=NOTE_MAX,
            initial=item.note,
            widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
        )

    def marks(self) -> dict[str, MarkOf]:
        """Return what is said of each item; an item without an answer stays as it is."""
        data = self.cleaned_data
        return {
            item.code: MarkOf(
                data.get(f"{item.code}-result") or item.result,
                data.get(f"{item.code}-note", "").strip(),
            )
            for item in self.items
        }

    def add_refusals(self, messages: dict[str, list[str]]) -> None:
        """Put a service's messages, keyed by item code, beside the notes."""
        for code, texts in messages.items():
            name = f"{code}-note" if f"{code}-note" in self.fields else None
            for text in texts:
                self.add_error(name, text)
