"""What a learner hands in for a practical task."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.services.practising import PURPOSE, TEXT_MAX
from portal.core.typed import TypedForm


class WorkForm(TypedForm):
    """A text, a file or both; length, type and content are judged by the service.

    `upload` names a file that came in parts before the form (portal/core/files/staging.py).
    """

    text = forms.CharField(
        label=_("Text"),
        help_text=_("What you did and found; the task says what is asked for."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-limit": TEXT_MAX}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("One PDF, PNG, JPG or XLSX, at most 20 MB. Put several papers into one PDF."),
        required=False,
        # An empty file is refused by the service, in words that say what to do.
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "accept": ",".join(f".{one}" for one in PURPOSE.types),
                "data-max-bytes": PURPOSE.max_bytes,
            }
        ),
    )
    upload = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = {"data-ticket": ticket, "data-begin": reverse("upload_begin")}
        self.fields["file"].widget.attrs.update(parts)
