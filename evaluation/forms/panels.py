"""The chairs of a round's panels as one form: a choice for each direction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models import Expert, Panel
from portal.core.typed import TypedForm
from showcase.models import Direction


class ChairsForm(TypedForm):
    """One list of experts for each direction; those who know the direction come first."""

    def __init__(
        self,
        *args: Any,
        pairs: Sequence[tuple[Direction, Panel | None]],
        experts: Iterable[Expert],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.directions = [direction for direction, _panel in pairs]
        self.experts = {expert.public_id: expert for expert in experts}
        for direction, panel in pairs:
            chair = panel.chair if panel else None
            self.fields[direction.code] = forms.ChoiceField(
                required=False,
                label=direction.display_name,
                initial=chair.public_id if chair else "",
                choices=[("", _("No chair yet")), *self.choices_for(direction.code)],
            )

    def choices_for(self, direction: str) -> list[tuple[str, str]]:
        """Return the experts by public id; those who know the direction first."""
        ordered = sorted(
            self.experts.values(), key=lambda one: (direction not in one.directions, one.pk)
        )
        return [(one.public_id, f"{one.user.name}, {one.title}") for one in ordered]

    def chosen(self) -> Iterator[tuple[Direction, Expert | None]]:
        """Yield each direction with the expert chosen for it; the form must be valid."""
        for direction in self.directions:
            yield direction, self.experts.get(self.cleaned_data[direction.code])
