"""Two ways a page keeps several values: ticked codes, and texts one to a line.

Editors tick boxes or write lines; nobody types JSON.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models

from portal.core.taxonomies import choices, scheme


def regions() -> list[tuple[str, str]]:
    """Return the regions something can lie in, named in the active language."""
    return choices("regions")


def objects() -> list[tuple[str, str]]:
    """Return the objects of protection, named in the active language."""
    return choices("objects")


def guideline_tasks() -> list[tuple[str, str]]:
    """Return the guideline's seventeen tasks with their numbers."""
    return [(code, f"{code} {name}") for code, name in choices("tasks")]


class CodesField(models.JSONField):
    """A list of codes, ticked in the editor; `options` gives (code, name) pairs."""

    def __init__(
        self, *args: Any, options: Callable[[], list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        self.options = options
        super().__init__(*args, **{"default": list, "blank": True} | kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"options": self.options}

    def formfield(self, **kwargs: Any) -> Any:
        """Return boxes in the editor's language."""
        return forms.MultipleChoiceField(
            choices=self.options,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def in_order(name: str, codes: list[str]) -> list[str]:
    """Return the known codes of a taxonomy among `codes`, in its official order."""
    return [code for code in scheme(name) if code in codes]


def lines(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
