"""A run's facts, the organisation asked for a duty, an answer, a reason."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage, Run
from portal.accounts.models import Organisation
from portal.core.identifiers import normalise_uscc
from portal.core.typed import TypedForm, TypedModelForm

MOMENT = "%Y-%m-%dT%H:%M"
REASON_MAX = 300


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a day and a minute, as browsers offer it."""
    widget = forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=widget, input_formats=[MOMENT], **more)


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day, as browsers offer it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


class OrganisationField(forms.CharField):
    """An organisation typed as its credit code or its whole name; cleans to the organisation."""

    def clean(self, value: Any) -> Organisation | None:
        text = super().clean(value)
        if not text:
            return None
        named = Q(uscc=normalise_uscc(text)) | Q(name=text) | Q(name_en__iexact=text)
        found = list(Organisation.objects.filter(named, is_active=True)[:2])
        if not found:
            raise forms.ValidationError(
                _("No organisation “%(text)s” is registered. Type its credit code or whole name."),
                params={"text": text[:60]},
            )
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several organisations have this name. Type the credit code instead.")
            )
        return found[0]


class ChosenCourse(forms.ModelChoiceField):
    """A course by its id, named with its code in the reader's language."""

    def label_from_instance(self, obj: CoursePage) -> str:
        return f"{obj.code.upper()} {obj.display_title}"


class ChosenOrganisation(forms.ModelChoiceField):
    """An organisation of the person, by its public id."""

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.display_name


class RunForm(TypedModelForm):
    """The facts of a run."""

    enrol_from = moment_field(_("Enrolment opens"), help_text=_("Beijing time, UTC+8"))
    enrol_until = moment_field(
        _("Enrolment closes"), help_text=_("At the latest when the first day begins.")
    )
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))

    class Meta:
        model = Run
        fields = [
            "code",
            "delivery",
            "place",
            "capacity",
            "needs_approval",
            "enrol_from",
            "enrol_until",
            "starts_on",
            "ends_on",
            "fee",
            "contact",
        ]
        help_texts = {
            "code": _("Your own number of the run, for example AF-L1-301-2027-1."),
            "place": _("City and building; empty for an online run."),
            "needs_approval": _(
                "Without this, a request is admitted at once while seats are left."
            ),
            "fee": _("0 if the run is free of charge."),
            "contact": _("Whom the public asks: telephone or e-mail."),
        }

    def _post_clean(self) -> None:
        """Leave the model alone: the service checks and writes, the form only reads."""


class OpenRunForm(RunForm):
    """What may still change once a run is announced."""

    class Meta(RunForm.Meta):
        fields = ["capacity", "place", "contact", "enrol_until"]

    enrol_from = None  # type: ignore[assignment]
    starts_on = None  # type: ignore[assignment]
    ends_on = None  # type: ignore[assignment]


class NewRunForm(RunForm):
    """A new run: its course, who leads it, its facts."""

    course = ChosenCourse(CoursePage.objects.none(), label=_("Course"))
    lead = ChosenOrganisation(
        Organisation.objects.none(), label=_("Leading organisation"), to_field_name="public_id"
    )

    field_order = ["course", "lead"]

    def __init__(
        self, *args: Any, courses: QuerySet[CoursePage], leads: QuerySet[Organisation], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.fields["lead"].queryset = leads  # type: ignore[attr-defined]
        self.fields["lead"].empty_label = None  # type: ignore[attr-defined]


class DutyForm(TypedForm):
    """Which organisation is asked for a duty."""

    organisation = OrganisationField(
        label=_("Organisation"),
        max_length=160,
        help_text=_("Its credit code or its whole name, as it is registered."),
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
    )


class AnswerForm(TypedForm):
    """Whether an organisation takes a duty, and why not."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("accept", _("We take this duty")), ("decline", _("We decline"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason if you decline"),
        required=False,
        max_length=REASON_MAX,
        help_text=_("The coordinators of the run read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal needs its reason."""
        data = super().clean() or {}
        if data.get("answer") == "decline" and not data.get("reason", "").strip():
            self.add_error("reason", _("Give a reason: the person concerned reads it."))
        return data


class ReasonForm(TypedForm):
    """A reason that the people concerned read."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        help_text=_("Everybody concerned reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
