"""What this site does differently from allauth: limits, addresses in mails, stored secrets.

Named in settings; nobody imports it. Who must have a second factor is in `rules`.
"""

import base64
import hashlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.accounts.adapters.openid import check_is_bound
from portal.accounts.rules.signing_in import must_keep_second_factor
from portal.accounts.services.watching import account_of, way_in, write
from portal.core import pace
from portal.core.models import AccessKind


def on_this_site(value: Any, request: HttpRequest | None) -> Any:
    """Return an address made from the request's Host header under BASE_URL instead."""
    if request is None or not isinstance(value, str):
        return value
    made = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}"
    for start in (made, f"{request.scheme}://{request.get_host()}"):
        if value.startswith(f"{start}/"):
            return settings.BASE_URL + value.removeprefix(start)
    return value


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with the limits of settings.RATE_LIMITS; mails that name BASE_URL only."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send allauth's mail; a forged Host header reaches nobody's inbox."""
        site = SimpleNamespace(
            name=settings.WAGTAIL_SITE_NAME, domain=urlsplit(settings.BASE_URL).netloc
        )
        facts = {key: on_this_site(value, self.request) for key, value in context.items()}
        super().send_mail(template_prefix, email, facts | {"current_site": site})

    def counters(self, request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[str, str]]:
        """Return (limit, who) of one try to sign in; an unknown address counts as a known one."""
        who = str(credentials.get("email", "")).strip().lower()
        return [("login_ip", pace.address_of(request)), ("login_user", who), ("login_all", "")]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; raise TooOften where a limit is reached."""
        spent: list[tuple[str, str]] = []
        try:
            for name, who in self.counters(request, credentials):
                pace.spend(name, who)
                spent.append((name, who))
        except pace.TooOften:
            for name, who in spent:
                pace.give_back(name, who)
            person = account_of(str(credentials.get("email", "")))
            write(AccessKind.LIMITED, request, person=person, how="password")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check the credentials; only failures stay counted."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            for name, who in self.counters(request, credentials):
                pace.give_back(name, who)
        return user

    def clean_password(self, password: str, user: Any = None) -> str:
        """Check a new password; of who is just signing up allauth tells the address only."""
        if user is not None and not user.pk and self.request is not None:
            user.name = str(self.request.POST.get("name", ""))[:50]
        return str(super().clean_password(password, user))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Write down the try of a disabled account; a wrong-password row says it of a password."""
        if way_in(request, user) != "password":
            write(AccessKind.FAILED, request, person=user, how=way_in(request, user))
        return super().respond_user_inactive(request, user)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner; takes as long as making an account, which hashes a password."""
        make_password("the same work as for a new account")
        super().send_account_already_exists_mail(email)


class PacedResetForm(ResetPasswordForm):
    """Asks for a reset; five a day for one address, known or not."""

    def clean_email(self) -> str:
        email = super().clean_email()
        pace.spend("password_reset", email.strip().lower())
        return str(email)


class Paced:
    """A form for a code of the second factor; only wrong codes stay counted."""

    user: Any

    def clean_code(self) -> str:
        try:
            pace.spend("second_factor", str(self.user.pk))
        except pace.TooOften:
            write(AccessKind.LIMITED, context.request, person=self.user, how="app")
            raise
        code = super().clean_code()  # type: ignore[misc]
        pace.give_back("second_factor", str(self.user.pk))
        return str(code)


class PacedAuthenticateForm(Paced, AuthenticateForm):
    """The second step of signing in."""


class PacedReauthenticateForm(Paced, ReauthenticateForm):
    """The second factor asked again before something weighty."""


class NamedPasskeyForm(AddWebAuthnForm):
    """A new passkey; allauth leaves the label of its name untranslated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


def box() -> MultiFernet:
    """Return the box for stored secrets: locked with SECRET_KEY, opened by its fallbacks too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factor {key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets encrypted in the database, passkeys bound to BASE_URL's host."""

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Rule: whose role asks for a second factor keeps at least one (TOTP or passkey)."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        keeps = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return keeps or not must_keep_second_factor(authenticator.user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        return {"id": host, "name": settings.MFA_TOTP_ISSUER}


class Watched:
    """A form for a passkey: one that does not fit is written down, and a bent one is refused."""

    user: Any

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except Exception as error:  # whatever a bent answer makes the parser raise
            write(AccessKind.FAILED, context.request, person=self.user, how="passkey")
            if isinstance(error, ValidationError):
                raise
            raise get_mfa_adapter().validation_error("incorrect_code") from error


class WatchedPasskeyForm(Watched, LoginWebAuthnForm):
    """Signing in by a passkey alone: until it fits nobody knows whose it is."""


class WatchedSecondPasskeyForm(Watched, AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class WatchedPasskeyAgainForm(Watched, ReauthenticateWebAuthnForm):
    """A passkey asked for again before something weighty."""


class SessionsAdapter(DefaultUserSessionsAdapter):
    """The list of signed-in browsers; who ends the others is written down."""

    def end_sessions(self, sessions: Any) -> None:
        super().end_sessions(sessions)
        write(AccessKind.ELSEWHERE, context.request, person=context.request.user)


class SocialAdapter(DefaultSocialAccountAdapter):
    """People of another house: bound to their request, their name as told there."""

    def on_authentication_error(self, request: HttpRequest, *args: Any, **facts: Any) -> None:
        """Write down that the other house, or its answer, let nobody in."""
        write(AccessKind.FAILED, request, how="house")
        super().on_authentication_error(request, *args, **facts)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse a token that was not made for this browser's request."""
        try:
            check_is_bound(request, sociallogin)
        except PermissionDenied:
            write(AccessKind.FAILED, request, how="house")
            raise

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("last_name") or "", data.get("first_name") or "")
        user.name = (data.get("name") or "".join(parts) or user.email.partition("@")[0])[:50]
        user.language = getattr(request, "LANGUAGE_CODE", user.language)
        return user
