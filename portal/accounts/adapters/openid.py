"""OpenID Connect with what allauth leaves out: a nonce, and one subject in both answers.

allauth checks state, PKCE, issuer, audience and expiry. The code is fetched over TLS from the
house itself, so that the token's signature may go unchecked (OpenID Connect Core 3.1.3.7); the
nonce binds the token to this browser's request, and the subject binds the profile to the token.
"""

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

NONCES = "openid_nonces"
# Sign-ins begun at once in several tabs of one browser.
NONCES_KEPT = 5


class BoundProvider(OpenIDConnectProvider):
    """Sends a nonce with each request to sign in and keeps it in the session."""

    # Where allauth finds the addresses of this kind of provider.
    package = "allauth.socialaccount.providers.openid_connect"

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        params = super().get_auth_params_from_request(request, action)
        nonce = secrets.token_urlsafe(24)
        request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-NONCES_KEPT:]
        return params | {"nonce": nonce}


def check_is_bound(request: HttpRequest, sociallogin: Any) -> None:
    """Rule: who comes from another house brings a token made for this browser's own request, about
    the person whose profile was sent.

    Takes the nonce out of the session: it is good once. Raises PermissionDenied.
    """
    if sociallogin.provider.id != OpenIDConnectProvider.id:
        return
    answers = sociallogin.account.extra_data
    claims, profile = answers.get("id_token") or {}, answers.get("userinfo") or {}
    waiting = request.session.get(NONCES, [])
    nonce = claims.get("nonce")
    if nonce not in waiting:
        raise PermissionDenied("nonce")
    request.session[NONCES] = [one for one in waiting if one != nonce]
    if profile and profile.get("sub") != claims.get("sub"):
        raise PermissionDenied("sub")
