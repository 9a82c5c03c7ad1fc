"""Signing keys and published key sets: RSA, named by the thumbprint of RFC 7638.

RS256 is what every Open Badges 3.0 verifier must know, and it signs the same bytes to the same
signature. Where keys lie and which are published is for the settings and services.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALGORITHM = "RS256"
# A paper is checked for years after it was signed.
BITS = 3072
BITS_MIN = 2048


class KeyFileError(ValueError):
    """A key cannot be used; the text says why."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and its name."""

    private: rsa.RSAPrivateKey
    thumbprint: str


@dataclass(frozen=True)
class KeySet:
    """Published keys by thumbprint."""

    keys: Mapping[str, rsa.RSAPublicKey]

    def find(self, kid: Any) -> rsa.RSAPublicKey | None:
        """The key that a header names: a thumbprint, or an address that ends in one."""
        name = kid.rstrip("/").rsplit("/", 1)[-1] if isinstance(kid, str) else ""
        return self.keys.get(name)

    def as_jwks(self, address: str = "") -> dict[str, Any]:
        """The set as JSON (RFC 7517); `address` with {} makes the names addresses."""
        keys = [
            {**jwk_of(key), "kid": address.format(name) if address else name}
            for name, key in self.keys.items()
        ]
        return {"keys": keys}


def new_key() -> bytes:
    """Make a private key; unencrypted PEM (PKCS 8)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_signing_key(pem: bytes) -> SigningKey:
    """Read a private key; KeyFileError for what is none, no RSA, or too short."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError("not a private key in PEM form without a password") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < BITS_MIN:
        raise KeyFileError(f"not an RSA key of {BITS_MIN} bits or more")
    return SigningKey(key, thumbprint(key.public_key()))


def public_pem(key: rsa.RSAPublicKey) -> bytes:
    """The public key as PEM."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def read_public_key(pem: bytes) -> rsa.RSAPublicKey:
    """Read a public key; KeyFileError for what is none."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError("not a public key in PEM form") from error
    return _checked(key)


def public_set(keys: Iterable[rsa.RSAPublicKey]) -> KeySet:
    """Name keys by their thumbprints."""
    return KeySet({thumbprint(key): key for key in keys})


def key_set_of(data: Any) -> KeySet:
    """Read a JWKS; KeyFileError when it is none. Keys are named anew, never as they call
    themselves; keys of other kinds are left out.
    """
    entries = data.get("keys") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise KeyFileError("not a JSON Web Key Set")
    known = [one for one in entries if isinstance(one, dict) and one.get("kty") == "RSA"]
    try:
        numbers = [rsa.RSAPublicNumbers(_number(one["e"]), _number(one["n"])) for one in known]
        return public_set(_checked(number.public_key()) for number in numbers)
    except (KeyError, ValueError, TypeError) as error:
        raise KeyFileError("a key of the set cannot be read") from error


def jwk_of(key: rsa.RSAPublicKey) -> dict[str, str]:
    """The public key as a JWK."""
    numbers = key.public_numbers()
    return {
        "kty": "RSA",
        "n": _text(numbers.n),
        "e": _text(numbers.e),
        "alg": ALGORITHM,
        "use": "sig",
    }


def thumbprint(key: rsa.RSAPublicKey) -> str:
    """Rule: a key is named by SHA-256 over its required members in order (RFC 7638)."""
    jwk = jwk_of(key)
    required = {name: jwk[name] for name in ("e", "kty", "n")}
    text = json.dumps(required, separators=(",", ":"), sort_keys=True)
    return as_text(hashlib.sha256(text.encode()).digest())


def as_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _text(number: int) -> str:
    return as_text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _checked(key: Any) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < BITS_MIN:
        raise KeyFileError(f"not an RSA key of {BITS_MIN} bits or more")
    return key
