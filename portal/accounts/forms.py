"""Forms of accounts: sign-up, organisations, invitations."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation, User
from portal.accounts.rules import roles_given_by
from portal.core.identifiers import normalise_uscc, validate_uscc
from portal.core.taxonomies import choices

# Offices (authorities, the secretariat) are set up by the programme, not by registration.
OPEN_KINDS = ("enterprise", "university", "institute", "assessment", "training")


class NamedSignupForm(forms.Form):
    """Asks for the person's name; allauth adds the rest."""

    name = forms.CharField(label=_("Name"), max_length=50)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name and the language the person signed up in."""
        user.name = self.cleaned_data["name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])


class OrganisationForm(forms.Form):
    """Registration of an organisation by its credit code."""

    uscc = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, as on the business licence."),
        max_length=40,
    )
    name = forms.CharField(label=_("Full name, as on the licence"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"))
    region = forms.ChoiceField(label=_("Registered in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(k, label) for k, label in Organisation.Kind.choices if k in OPEN_KINDS]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["region"].choices = choices("regions")  # type: ignore[attr-defined]

    def clean_uscc(self) -> str:
        """Return the normalised code, or say what is wrong with it."""
        code = normalise_uscc(self.cleaned_data["uscc"])
        validate_uscc(code)
        return code


class InvitationForm(forms.Form):
    """An invitation into one organisation."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in roles_given_by(organisation)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """A person's own name and the language of mails."""

    name = forms.CharField(label=_("Name"), max_length=50)
    language = forms.ChoiceField(
        label=_("Language of mails"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )

    @staticmethod
    def initial_of(user: User) -> dict[str, str]:
        """Return the form's initial values for a person."""
        return {"name": user.name, "language": user.language}
