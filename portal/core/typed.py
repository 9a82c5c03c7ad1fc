"""The forms people type free text into: what must not be typed is refused in every field.

Every form of the project that has a text field is one of these (tests/core/test_typed.py walks
them). What was typed stays in the form; the message never repeats it.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.resident_numbers import holds_resident_number

IDENTITY_REFUSED = _(
    "This looks like a resident identity number. It is not needed here and must not be collected "
    "(PIPL): remove it and send again."
)


def validate_no_resident_number(value: Any) -> None:
    """Refuse a text, or a list of texts, that holds a resident identity number."""
    texts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(text, str) and holds_resident_number(text) for text in texts):
        raise ValidationError(IDENTITY_REFUSED, code="identity")


class TypedMixin:
    """Adds the refusal to every text field, also to those a form makes for itself."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """Clean as Django does, each text looked at."""
        for field in self.fields.values():
            is_text = isinstance(field, forms.CharField)
            is_secret = isinstance(field.widget, forms.PasswordInput)
            if is_text and not is_secret and validate_no_resident_number not in field.validators:
                field.validators = [*field.validators, validate_no_resident_number]
        super().full_clean()  # type: ignore[misc]


class TypedForm(TypedMixin, forms.Form):
    """A form for people."""


class TypedModelForm(TypedMixin, forms.ModelForm):
    """A form for people over one table."""
