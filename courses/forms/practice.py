"""What a learner hands in for a practical task."""

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.services.practising import TEXT_MAX, TYPES
from portal.core.typed import TypedForm


class WorkForm(TypedForm):
    """A text, a file or both; length, type and content are judged by the service."""

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
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in TYPES)}),
    )
