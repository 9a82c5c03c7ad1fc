"""Forms of accounts: sign-up, organisations, invitations."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Consent, Membership, Organisation, User
from portal.accounts.rules.admissions import OPEN_KINDS
from portal.accounts.rules.members import roles_given_by
from portal.accounts.services.consenting import give_consents
from portal.core.identifiers import normalise_uscc, validate_uscc
from portal.core.legal_texts import NAMES
from portal.core.models import NoticeChoice
from portal.core.notice_groups import groups_in_order
from portal.core.taxonomies import choices
from portal.core.typed import TypedForm

SCHEME_OF = {
    "region": "regions",
    "industry": "industries",
    "enterprise_class": "classes",
    "grade": "grades",
}


def texts_to_read() -> str:
    """Return links to the texts, opened beside the form so that nothing typed is lost."""
    links = [
        format_html(
            '<a href="{}" target="_blank">{}</a>', reverse("legal_text", args=[name]), words
        )
        for name, words in NAMES.items()
    ]
    return format_html("{} · {}", *links)


def agreement() -> forms.BooleanField:
    """Return the field by which somebody agrees to the texts in force; never ticked beforehand."""
    return forms.BooleanField(
        label=_("I have read the privacy notice and the terms of use and agree to them."),
        help_text=lazy(texts_to_read, str)(),
        error_messages={"required": _("Without your consent an account cannot be used.")},
    )


class NamedSignupForm(TypedForm):
    """Asks for the person's name and consent; allauth adds the rest."""

    name = forms.CharField(label=_("Your name"), max_length=50)
    agree = agreement()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name, the language the person signed up in, and what they agreed to."""
        user.name = self.cleaned_data["name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])
        give_consents(by=user, way=Consent.Way.REGISTRATION)


class ActingForm(TypedForm):
    """For whom an administrator wants to act, and why. `person` is set once it is valid."""

    person: User
    email = forms.EmailField(label=_("E-mail address of the person"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person will read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_email(self) -> str:
        """Find the person; there is nobody else to ask than an administrator, so it is said."""
        address = str(self.cleaned_data["email"]).strip().lower()
        found = User.objects.filter(email=address).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has an account with this address."))
        self.person = found
        return address


class FactsForm(TypedForm):
    """What administrators keep up to date about their organisation."""

    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    region = forms.ChoiceField(label=_("Registered in"))
    industry = forms.ChoiceField(label=_("Industry"), required=False)
    enterprise_class = forms.ChoiceField(
        label=_("Class of enterprise"),
        help_text=_("For enterprises, by the measures for classified and graded management."),
        required=False,
    )
    grade = forms.ChoiceField(label=_("Grade"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", "–")]
        for name, scheme in SCHEME_OF.items():
            given = choices(scheme)
            self.fields[name].choices = none + given  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(organisation: Organisation) -> dict[str, str]:
        """Return the form's initial values for an organisation."""
        return {name: getattr(organisation, name) for name in ("name_en", *SCHEME_OF)}


class AdmissionForm(FactsForm):
    """A wish to work for an organisation, known or new, by its credit code."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the licence. Spaces and lower case do not matter."),
        max_length=60,
    )
    name = forms.CharField(label=_("Full name, as on the licence"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"))
    note = forms.CharField(
        label=_("Note to who confirms"),
        help_text=_("Your post, and a telephone number at which the organisation can be asked."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["uscc", "name", "kind", "region", "name_en", "industry"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in OPEN_KINDS]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_uscc(self) -> str:
        """Return the normalised code, or say what is wrong with it."""
        code = normalise_uscc(self.cleaned_data["uscc"])
        validate_uscc(code)
        return code


class DecisionForm(TypedForm):
    """Confirmation with a role, or refusal with a reason."""

    role = forms.ChoiceField(label=_("Role"))
    is_administrator = forms.BooleanField(
        label=_("Administrator: confirms who joins, gives and takes roles"), required=False
    )
    reason = forms.CharField(
        label=_("Reason for a refusal"),
        help_text=_("The sender reads it."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in roles_given_by(organisation)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        if is_refusal(self.data):
            self.fields["role"].required = False
            self.fields["reason"].required = True


def is_refusal(data: Any) -> bool:
    """Say whether the pressed button was the one that refuses."""
    return bool(data) and data.get("decide") == "refuse"


class HandOverForm(TypedForm):
    """Who administers the organisation from now on."""

    member = forms.ChoiceField(label=_("Member"))
    stay = forms.BooleanField(label=_("I remain an administrator too"), required=False)

    def __init__(self, members: list[Membership], by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(one.user_id): one.user.name for one in members if one.user_id != by.pk}
        self.fields["member"].choices = list(people.items())  # type: ignore[attr-defined]


class ReasonForm(TypedForm):
    """Why something is done, for the record."""

    reason = forms.CharField(
        label=_("Reason, for the record"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class InvitationForm(TypedForm):
    """An invitation into one organisation."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in roles_given_by(organisation)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class PeopleListForm(TypedForm):
    """A list of organisations and people as a file."""

    file = forms.FileField(
        label=_("List of organisations and people (.xlsx or .csv)"),
        help_text=_("Title lines may stay above the headings; columns may stand in any order."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ProfileForm(TypedForm):
    """A person's own name and the language of mails."""

    name = forms.CharField(label=_("Your name"), max_length=50)
    language = forms.ChoiceField(
        label=_("Language of mails"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )

    @staticmethod
    def initial_of(user: User) -> dict[str, str]:
        """Return the form's initial values for a person."""
        return {"name": user.name, "language": user.language}


class NoticeChoiceForm(TypedForm):
    """How each group of notices is to reach a person: one choice a group, none for fixed ones."""

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = dict(person.notice_choices.values_list("group", "manner"))
        self.fixed = [group for group in groups_in_order() if group.fixed]
        for group in groups_in_order():
            if group.fixed:
                continue
            ways = [(way, NoticeChoice.Manner(way).label) for way in group.manners]
            self.fields[group.code] = forms.ChoiceField(
                label=str(group.name),
                help_text=str(group.about),
                choices=ways,
                widget=forms.RadioSelect,
                initial=stored.get(group.code, group.manners[0]),
            )

    def manners(self) -> dict[str, str]:
        """Return the chosen way by group."""
        return dict(self.cleaned_data)


class ConsentForm(TypedForm):
    """Agreement to the texts in force."""

    agree = agreement()


class ClosureForm(TypedForm):
    """The wish to have one's account closed."""

    understood = forms.BooleanField(
        label=_("I have read what is erased and what stays, and want my account to be closed."),
        error_messages={"required": _("Tick this if you want your account to be closed.")},
    )
