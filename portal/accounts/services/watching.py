"""What of signing in goes into the record of access: receivers of Django's and allauth's signals.

How signing in works is allauth's; what is kept, and how much of it, is `portal.core.audit.access`.
A row never holds what was typed: neither password nor code, and no name that is no account.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import filter_users_by_email
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from portal.core import pace
from portal.core.audit.access import note
from portal.core.models import AccessKind

HOW = {
    "password": "password",
    "code": "code",
    "password_reset": "reset",
    "socialaccount": "house",
    "totp": "app",
    "webauthn": "passkey",
    "recovery_codes": "recovery",
}


def way_in(request: HttpRequest, user: Any) -> str:
    """Return how a person has just proved who they are: "password+app"; "new" after signing up."""
    steps = get_authentication_records(request, user)
    ways = [HOW.get(str(one.get("type") or one["method"]), "") for one in steps]
    return "+".join(dict.fromkeys(way for way in ways if way)) or "new"


def write(kind: AccessKind, request: HttpRequest | None, **facts: Any) -> None:
    """Add a row for what a request did; work without a request (commands) has no address."""
    note(kind, address=pace.address_of(request) if request else "", **facts)


def account_of(typed: str) -> Any:
    """Return the account that a typed address belongs to, else None: then it is kept nowhere."""
    found = filter_users_by_email(typed.strip()[:254], prefer_verified=True)
    return found[0] if found else None


def on_signed_in(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    write(AccessKind.IN, request, person=user, how=way_in(request, user))


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    """A session that ran out says so itself (services/lasting.py)."""
    if user is not None and not getattr(request, "ran_out", False):
        write(AccessKind.OUT, request, person=user)


def on_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **facts: Any
) -> None:
    """A wrong password, or one of an account that is disabled."""
    person = account_of(str(credentials.get("email") or ""))
    write(AccessKind.FAILED, request, person=person, how="password")


def on_code_rejected(sender: Any, request: HttpRequest, user: Any = None, **facts: Any) -> None:
    write(AccessKind.FAILED, request, person=user, how="code")


def on_factor_failed(
    sender: Any, request: HttpRequest, user: Any, authenticator: Any, **facts: Any
) -> None:
    write(AccessKind.FAILED, request, person=user, how=HOW.get(authenticator.type, ""))


def on_password(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    write(AccessKind.PASSWORD, request, person=user)


def on_reset(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    write(AccessKind.RESET, request, person=user)


def on_factor_added(
    sender: Any, request: HttpRequest, user: Any, authenticator: Any, **facts: Any
) -> None:
    is_codes = authenticator.type == Authenticator.Type.RECOVERY_CODES
    kind = AccessKind.CODES_MADE if is_codes else AccessKind.FACTOR_ADDED
    write(kind, request, person=user, how=HOW.get(authenticator.type, ""))


def on_factor_removed(
    sender: Any, request: HttpRequest, user: Any, authenticator: Any, **facts: Any
) -> None:
    write(AccessKind.FACTOR_REMOVED, request, person=user, how=HOW.get(authenticator.type, ""))


def on_factor_used(
    sender: Any, request: HttpRequest, user: Any, authenticator: Any, **facts: Any
) -> None:
    """Only recovery codes: other factors are part of how somebody signed in."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        write(AccessKind.CODE_USED, request, person=user, how="recovery")


def on_house_added(sender: Any, request: HttpRequest, sociallogin: Any, **facts: Any) -> None:
    write(AccessKind.HOUSE_ADDED, request, person=sociallogin.user, how="house")


def on_house_removed(sender: Any, request: HttpRequest, socialaccount: Any, **facts: Any) -> None:
    write(AccessKind.HOUSE_REMOVED, request, person=socialaccount.user, how="house")


def on_address(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    write(AccessKind.ADDRESS, request, person=user)


def connect() -> None:
    """Listen to every signal; called once, when the app is ready."""
    from allauth.account import signals as account  # noqa: PLC0415 - the signals of ready apps
    from allauth.mfa import signals as factors  # noqa: PLC0415
    from allauth.socialaccount import signals as houses  # noqa: PLC0415
    from django.contrib.auth import signals as django  # noqa: PLC0415

    for signal, receiver in (
        (account.user_logged_in, on_signed_in),
        (django.user_logged_out, on_signed_out),
        (django.user_login_failed, on_failed),
        (account.login_code_rejected, on_code_rejected),
        (account.password_reset_code_rejected, on_code_rejected),
        (factors.authentication_failed, on_factor_failed),
        (account.password_changed, on_password),
        (account.password_set, on_password),
        (account.password_reset, on_reset),
        (factors.authenticator_added, on_factor_added),
        (factors.authenticator_reset, on_factor_added),
        (factors.authenticator_removed, on_factor_removed),
        (factors.authenticator_used, on_factor_used),
        (houses.social_account_added, on_house_added),
        (houses.social_account_removed, on_house_removed),
        (account.email_changed, on_address),
    ):
        signal.connect(receiver, dispatch_uid=f"access:{receiver.__name__}")
