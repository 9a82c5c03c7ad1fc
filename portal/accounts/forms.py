"""Sign-up form: a name beside e-mail and password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class NamedSignupForm(forms.Form):
    """Asks for the person's name; allauth adds the rest."""

    name = forms.CharField(label=_("Name"), max_length=50)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name and the language the person signed up in."""
        user.name = self.cleaned_data["name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])
