"""What coordinators, teachers and learners type about sessions and attendance."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from courses.certification.hours import QUARTER
from courses.enums import Presence
from courses.lifecycle import EnrolmentState
from courses.models import Attendance, Enrolment, Session
from courses.services.attending import CODE_MINUTES, THERE, Mark, full_minutes
from portal.accounts.models import User
from portal.core.typed import TypedForm, TypedModelForm

LOCAL = "%Y-%m-%dT%H:%M"
REASON_MAX = 300


class SessionForm(TypedModelForm):
    """A session's facts; the services save them."""

    starts_at = forms.DateTimeField(
        label=_("Starts"),
        help_text=_("Beijing time (UTC+8)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
    )
    hours = forms.DecimalField(
        label=_("Class hours"),
        help_text=_("Of 45 minutes, in quarters: 2 or 1.5"),
        min_value=QUARTER,
        max_value=24,
        step_size=QUARTER,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
    )

    class Meta:
        model = Session
        fields = ["title", "starts_at", "hours", "mode", "place", "teacher"]
        widgets = {"mode": forms.RadioSelect}

    def __init__(self, *args: Any, teachers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.pk, one.name) for one in teachers]
        self.fields["teacher"] = forms.TypedChoiceField(
            label=_("Teacher"),
            required=False,
            choices=[("", _("Not decided yet")), *people],
            coerce=lambda pk: User.objects.get(pk=pk),
            empty_value=None,
        )
        mode: Any = self.fields["mode"]
        mode.choices = Session._meta.get_field("mode").choices

    def facts(self) -> dict[str, Any]:
        """Return what was typed, for the services."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def minutes_text(minutes: int) -> str:
    """Return a number of minutes in words."""
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


class CodeForm(TypedForm):
    """How long a code is valid."""

    minutes = forms.TypedChoiceField(label=_("Valid for"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minutes: Any = self.fields["minutes"]
        minutes.choices = [(one, minutes_text(one)) for one in CODE_MINUTES]
        minutes.initial = CODE_MINUTES[1]


class AttendForm(TypedForm):
    """The code a learner types. Its six digits are judged by the service."""

    code = forms.CharField(
        label=_("Code of this session"),
        help_text=_("The six digits your teacher shows now."),
        max_length=100,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}
        ),
        error_messages={"required": _("Type the six digits your teacher shows.")},
    )


class ListForm(TypedForm):
    """An attendance list: presence and minutes of each person, and why something is changed.

    A hidden field remembers what was shown, so that only what was touched is written and nobody
    who checks in meanwhile is put off the list.
    """

    reason = forms.CharField(
        label=_("Why an entry is changed"),
        help_text=_("Needed only where an entry stands already; kept in the audit log."),
        required=False,
        max_length=REASON_MAX,
    )

    def __init__(
        self,
        session: Session,
        people: Iterable[Enrolment],
        entries: dict[int, Attendance],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.entries, self.everybody = session, entries, list(people)
        self.people = [one for one in self.everybody if one.state == EnrolmentState.ENROLLED]
        for person in self.people:
            self.add_person(person.pk, entries.get(person.pk))

    def add_person(self, pk: int, entry: Attendance | None) -> None:
        """Add the fields of one person."""
        whole = full_minutes(self.session)
        is_part = entry is not None and entry.presence in THERE and entry.minutes != whole
        self.fields[f"p-{pk}"] = forms.ChoiceField(
            label=_("Presence"),
            required=False,
            choices=Presence.choices,
            initial=entry.presence if entry else "",
            widget=forms.RadioSelect,
        )
        self.fields[f"m-{pk}"] = forms.IntegerField(
            label=pgettext_lazy("attendance", "Minutes"),
            required=False,
            min_value=0,
            max_value=whole,
            initial=entry.minutes if entry and is_part else None,
            widget=forms.TextInput(
                attrs={"class": "input input--sm input--n", "inputmode": "numeric", "size": "3"}
            ),
        )
        self.fields[f"w-{pk}"] = forms.CharField(
            required=False, initial=shown(entry), widget=forms.HiddenInput
        )

    def marks(self) -> dict[int, Mark]:
        """Return what is said of everybody whose row was touched."""
        found = {}
        for person in self.people:
            presence = self.cleaned_data.get(f"p-{person.pk}") or ""
            minutes = self.cleaned_data.get(f"m-{person.pk}")
            mark = Mark(presence, minutes if presence in THERE else None)
            if presence and self.is_touched(person.pk, mark):
                found[person.pk] = mark
        return found

    def is_touched(self, pk: int, mark: Mark) -> bool:
        """Say whether a row is not what was shown when the page was opened."""
        whole = full_minutes(self.session)
        minutes = mark.minutes if mark.minutes is not None else whole
        now = f"{mark.presence}:{minutes if mark.presence in THERE else 0}"
        return now != self.cleaned_data.get(f"w-{pk}")

    def add_refusals(self, messages: dict[str, list[str]]) -> None:
        """Put a service's messages, keyed by enrolment id or "reason", beside their fields."""
        for key, texts in messages.items():
            name = f"m-{key}" if f"m-{key}" in self.fields else None
            for text in texts:
                self.add_error("reason" if key == "reason" else name, text)


def shown(entry: Attendance | None) -> str:
    """Return an entry as the hidden field remembers it."""
    return f"{entry.presence}:{entry.minutes}" if entry else ""
