"""Forms around the bank: narrowing the list, and taking in a file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from courses.enums import QuestionKind
from portal.core.typed import TypedForm

FILE_MAX = 1024 * 1024


class BankFilterForm(TypedForm):
    """What the list of questions is narrowed by."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "input input--sm", "type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Type"), required=False)
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    difficulty = forms.ChoiceField(label=_("Difficulty"), required=False)
    retired = forms.BooleanField(label=_("Show retired ones"), required=False)

    def __init__(self, given: Any, *, skills: list[tuple[str, str]]) -> None:
        super().__init__(given)
        anything = ("", str(_("All")))
        levels = [(str(n), str(n)) for n in range(1, 6)]
        for name, choices in (
            ("kind", QuestionKind.choices),
            ("skill", skills),
            ("difficulty", levels),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.widget = forms.Select(attrs={"class": "input input--sm"})
            field.choices = [anything, *choices]


class BankImportForm(TypedForm):
    """A file of questions, or its text when it has been read once (so that nothing is lost)."""

    file = forms.FileField(label=_("File (JSON)"), required=False)
    text = forms.CharField(
        label=_("Text of the file"),
        required=False,
        max_length=FILE_MAX,
        strip=False,
        help_text=_("Filled from the file; you can correct it here and check again."),
        widget=forms.Textarea(attrs={"class": "input mono", "rows": 10}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        upload: UploadedFile | None = data.get("file")
        if upload is not None:
            data["text"] = self.text_of(upload)
        if not data.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text below."))
        return data

    def text_of(self, upload: UploadedFile) -> str:
        """Return the text of an upload; adds an error and returns nothing where there is none."""
        if (upload.size or 0) > FILE_MAX:
            self.add_error("file", _("The file has more than 1 MB. Split it."))
            return ""
        try:
            return upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", _("The file is not UTF-8 text. Save it as UTF-8 JSON."))
            return ""
