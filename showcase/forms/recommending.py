"""What an authority types: priorities and reasons, a workbook, a reason to pass over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedForm
from showcase.lifecycle import SubmissionState
from showcase.models import Submission
from showcase.services.recommending import PRIORITY_MAX, REASON_MAX, Wish

RANKABLE = {SubmissionState.DRAFT, SubmissionState.SUBMITTED}


class OrderForm(TypedForm):
    """Priority and reason of each entry shown; `version` notices a change made elsewhere."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, entries: Iterable[Submission], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = [one for one in entries if is_open(one)]
        for entry in self.entries:
            self.add_entry(entry)

    def add_entry(self, entry: Submission) -> None:
        """Add the two fields of one entry."""
        recommendation = getattr(entry, "recommendation", None)
        self.fields[f"p-{entry.public_id}"] = forms.IntegerField(
            label=_("Priority"),
            required=False,
            min_value=1,
            max_value=PRIORITY_MAX,
            initial=recommendation.priority if recommendation else None,
            widget=forms.TextInput(
                attrs={"class": "input input--sm input--n", "inputmode": "numeric", "size": "3"}
            ),
        )
        self.fields[f"r-{entry.public_id}"] = forms.CharField(
            label=_("Reason"),
            required=False,
            max_length=REASON_MAX,
            initial=recommendation.reason if recommendation else "",
            widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
        )

    def wishes(self) -> dict[str, Wish]:
        """Return what is wanted for each entry."""
        data = self.cleaned_data
        return {
            one.public_id: Wish(
                data.get(f"p-{one.public_id}"), data.get(f"r-{one.public_id}", "").strip()
            )
            for one in self.entries
        }

    def add_refusals(self, messages: dict[str, list[str]]) -> None:
        """Put a service's messages, keyed by public id, beside the priorities."""
        for key, texts in messages.items():
            name = f"p-{key}" if f"p-{key}" in self.fields else None
            for text in texts:
                self.add_error(name, text)


def is_open(entry: Submission) -> bool:
    """Say whether an entry may still be ranked."""
    recommendation = getattr(entry, "recommendation", None)
    return entry.state in RANKABLE and not (recommendation and recommendation.sent_at)


class SheetForm(TypedForm):
    """A recommendation list as a workbook."""

    file = forms.FileField(
        label=_("Recommendation list (.xlsx)"),
        help_text=_("Title rows, notes and the signature line may stay where they are."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class PassOverForm(TypedForm):
    """Why an application is not recommended."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The applicant reads it."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
