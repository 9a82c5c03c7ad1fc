"""Certificates as signed credentials: Open Badges 3.0 in a VC-JWT, keys, status lists. Pure.

What a credential says comes from `certification.CertificateFacts` and the addresses it is told;
nothing here reads a setting, a database or the network, so that a credential can be verified with
a key set alone. Not for who may issue or look at one.
"""

from courses.credentials.building import (
    CONTEXTS,
    Places,
    achievement_of,
    credential_payload,
    status_list_payload,
)
from courses.credentials.carrying import CarrierError, token_in
from courses.credentials.claims import (
    Difference,
    differences,
    facts_in,
    is_consistent,
    spoken_facts,
    status_places,
)
from courses.credentials.keys import (
    KeyFileError,
    KeySet,
    SigningKey,
    jwk_of,
    key_set_of,
    new_key,
    public_pem,
    public_set,
    read_public_key,
    read_signing_key,
)
from courses.credentials.status import LIST_BITS, StatusError, encoded_list, is_set
from courses.credentials.tokens import TokenError, peek, read_token, sign

__all__ = [
    "CONTEXTS",
    "LIST_BITS",
    "CarrierError",
    "Difference",
    "KeyFileError",
    "KeySet",
    "Places",
    "SigningKey",
    "StatusError",
    "TokenError",
    "achievement_of",
    "credential_payload",
    "differences",
    "encoded_list",
    "facts_in",
    "is_consistent",
    "is_set",
    "jwk_of",
    "key_set_of",
    "new_key",
    "peek",
    "public_pem",
    "public_set",
    "read_public_key",
    "read_signing_key",
    "read_token",
    "sign",
    "spoken_facts",
    "status_list_payload",
    "status_places",
    "token_in",
]
