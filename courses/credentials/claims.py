"""What a credential claims, read back as facts, and where it departs from the register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from courses.certification import CertificateFacts, same_name

# What is compared, in the order it is shown: the name of the fact and where a credential says it.
CLAIMS: dict[str, tuple[str | int, ...]] = {
    "number": ("credentialSubject", "licenseNumber"),
    "holder": ("credentialSubject", "identifier", 0, "identityHash"),
    "course_title": ("credentialSubject", "achievement", "name"),
    "course_code": ("credentialSubject", "achievement", "humanCode"),
    "hours": ("credentialSubject", "result", 1, "value"),
    "band": ("credentialSubject", "result", 0, "value"),
    "issuer": ("issuer", "name"),
    "issued_on": ("validFrom",),
    "expires_on": ("validUntil",),
}
DAYS = {"issued_on", "expires_on"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that a file tells otherwise than the register (or than itself)."""

    fact: str
    claimed: str
    recorded: str


def spoken_facts(payload: dict[str, Any]) -> dict[str, str]:
    """What the credential's own fields say, as texts; empty where it says nothing readable."""
    found = {name: _at(payload, path) for name, path in CLAIMS.items()}
    return {name: text[:10] if name in DAYS else text[:200] for name, text in found.items()}


def facts_in(payload: dict[str, Any]) -> CertificateFacts | None:
    """The facts a credential carries whole, or None when they cannot be read."""
    try:
        return CertificateFacts.from_data(json.loads(_at(payload, ("evidence", 0, "narrative"))))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, AttributeError):
        return None


def is_consistent(payload: dict[str, Any]) -> bool:
    """Rule: the registered claims equal the body, and the facts inside match their digest and the
    credential's own fields.
    """
    facts = facts_in(payload)
    pairs = [
        (payload.get("iss"), _at(payload, ("issuer", "id"))),
        (payload.get("jti"), payload.get("id")),
        (payload.get("sub"), _at(payload, ("credentialSubject", "id"))),
    ]
    if facts is None or any(one != other or not one for one, other in pairs):
        return False
    digest = f"urn:sha256:{facts.content_hash()}"
    return _at(payload, ("evidence", 0, "id")) == digest and not differences(payload, facts)


def status_places(payload: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Purpose, list and place of each of the credential's bits; what is no number is place -1."""
    entries = payload.get("credentialStatus")
    found = []
    for entry in entries if isinstance(entries, list) else []:
        index = _at(entry, ("statusListIndex",))
        place = int(index) if index.isascii() and index.isdigit() and len(index) < 10 else -1
        purpose, url = _at(entry, ("statusPurpose",)), _at(entry, ("statusListCredential",))
        found.append((purpose, url, place))
    return found


def differences(payload: dict[str, Any], facts: CertificateFacts) -> list[Difference]:
    """Where a credential departs from the facts of the register, fact by fact."""
    told, inside = spoken_facts(payload), facts_in(payload)
    whole = _texts(inside) if inside else {}
    found = []
    for name, recorded in _texts(facts).items():
        for claimed in (told.get(name), whole.get(name)):
            if claimed is not None and not _agree(name, claimed, recorded):
                found.append(Difference(name, claimed, recorded))
                break
    return found


def _texts(facts: CertificateFacts) -> dict[str, str]:
    data = facts.as_data()
    texts = {name: str(data[name]) for name in (*CLAIMS, "level")}
    return {**texts, "hours": f"{facts.hours.normalize():f}"}


def _agree(name: str, one: str, other: str) -> bool:
    return same_name(one, other) if name == "holder" else one == other


def _at(data: Any, path: tuple[str | int, ...]) -> str:
    """The text at a path of keys and positions; empty where there is none."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return data if isinstance(data, str) else ""
