"""The signed form: a compact JWS with nothing optional in it.

Stricter than the standard where the standard leaves room: one algorithm, one header, one text for
one signature, so that no byte of a credential can be changed unnoticed. Time is judged elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

import jwt

from courses.credentials.keys import ALGORITHM, KeySet, SigningKey, as_text

FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
HEADER = {"alg", "kid", "typ"}
LENGTH_MAX = 64 * 1024


class TokenError(ValueError):
    """A token is refused. Codes: form, header, key (not published), signature, payload."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign(payload: dict[str, Any], key: SigningKey, kid: str) -> str:
    """Sign a payload; the same payload and key give the same text."""
    headers = {"kid": kid, "typ": "JWT"}
    return jwt.encode(payload, key.private, ALGORITHM, headers, sort_headers=True)


def read_token(token: str, keys: KeySet) -> dict[str, Any]:
    """Return the payload of a token that one of the keys signed; TokenError for any other.

    Rule: a credential is believed only if a published key signed exactly these bytes. The header
    never chooses the algorithm; an expired credential is still genuine.
    """
    header, payload = peek(token)
    if set(header) != HEADER or header["alg"] != ALGORITHM or header["typ"] != "JWT":
        raise TokenError("header")
    key = keys.find(header["kid"])
    if key is None:
        raise TokenError("key")
    try:
        jwt.decode(token, key, [ALGORITHM], UNCHECKED)
    except jwt.PyJWTError as error:
        raise TokenError("signature") from error
    return payload


# The claims are compared with the body and with the clock by who asks.
UNCHECKED: Any = dict.fromkeys(
    ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub"), False
)


def peek(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and payload WITHOUT believing them; TokenError when they cannot be read."""
    if len(token) > LENGTH_MAX or not FORM.fullmatch(token):
        raise TokenError("form")
    parts = [_strict(part) for part in token.split(".")]
    try:
        header, payload = (json.loads(part) for part in parts[:2])
    except (ValueError, RecursionError) as error:
        raise TokenError("form") from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise TokenError("payload")
    return header, payload


def _strict(part: str) -> bytes:
    """Decode base64url that is written in the one way it can be written."""
    try:
        data = base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenError("form") from error
    if as_text(data) != part:
        raise TokenError("form")
    return data
