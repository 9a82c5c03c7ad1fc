"""The form an examiner rates with: a level for every line of the rubric, and a comment."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portal.core.typed import TypedForm


def plain(points: Any) -> str:
    """Points as one text, however they were stored."""
    text = f"{Decimal(str(points)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class RatingForm(TypedForm):
    """One rubric: lines are `{criterion, levels: [{points, descriptor}]}`."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
    )
    reason = forms.CharField(
        label=_("Reason for the correction"),
        required=False,
        max_length=300,
        help_text=_("The attempt is graded already: say why you change your points."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None = None,
        *,
        rubric: Sequence[Mapping[str, Any]],
        given: Sequence[Any] | None = None,
        comment: str = "",
        needs_reason: bool = False,
    ) -> None:
        initial = {f"line_{n}": plain(points) for n, points in enumerate(given or ())}
        super().__init__(posted, initial={**initial, "comment": comment})
        if not needs_reason:
            del self.fields["reason"]
        self.size = len(rubric)
        lines: dict[str, forms.Field] = {}
        for n, line in enumerate(rubric):
            lines[f"line_{n}"] = forms.ChoiceField(
                label=line["criterion"],
                choices=[
                    (plain(level["points"]), f"{plain(level['points'])}  {level['descriptor']}")
                    for level in line["levels"]
                ],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a level.")},
            )
        self.fields = {**lines, **self.fields}

    def line_fields(self) -> list[BoundField]:
        return [self[f"line_{n}"] for n in range(self.size)]

    def points(self) -> list[Decimal]:
        """Return the points in the order of the rubric. Call after `is_valid`."""
        return [Decimal(self.cleaned_data[f"line_{n}"]) for n in range(self.size)]
