"""Credentials and status lists: what is signed, under which addresses.

Signing belongs to issuing (`certifying`); what a credential says is in `courses.credentials`.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.urls import reverse

from courses.credentials import (
    LIST_BITS,
    Places,
    credential_payload,
    encoded_list,
    sign,
    status_list_payload,
)
from courses.lifecycle import CertificateState
from courses.models import Certificate, Credential, Holder, Issuer
from courses.queries.certificates import facts_of
from courses.services.keys import signing_key
from portal.core import clock
from portal.core.audit import canonical

PURPOSES = ("revocation", "suspension")
# A superseded paper is replaced for good: to who knows only bits it is revoked.
SET_BY = {
    "revocation": (CertificateState.REVOKED, CertificateState.SUPERSEDED),
    "suspension": (CertificateState.SUSPENDED,),
}


def absolute(name: str, *arguments: Any) -> str:
    """Return a full address of this site."""
    return f"{settings.BASE_URL}{reverse(name, args=arguments)}"


def key_address(thumbprint: str) -> str:
    """Return where a published key lies: what a header names, as Open Badges 3.0 asks."""
    return absolute("credential_key", thumbprint)


def places_of(certificate: Certificate, holder: Holder) -> Places:
    """Return the addresses a certificate's credential names."""
    course = certificate.facts["course_code"]
    number = certificate.list_number
    return Places(
        credential=absolute("certificate_verify_number", certificate.number),
        issuer=absolute("credential_issuer", certificate.issuer.key),
        achievement=absolute("credential_achievement", course),
        holder=holder.urn,
        status={
            one: absolute("credential_status", certificate.issuer.key, one, number)
            for one in PURPOSES
        },
        status_index=certificate.status_index,
    )


def holder_named(user: Any) -> Holder:
    """Return a person's opaque name, made at the first certificate; two at once make one."""
    found: Holder | None = getattr(user, "holder", None)
    if found is not None:
        return found
    Holder.objects.bulk_create([Holder(user_id=user.pk)], ignore_conflicts=True)
    return Holder.objects.get(user_id=user.pk)


def sign_certificate(certificate: Certificate) -> Credential:
    """Sign a certificate's facts and keep the text; once, inside the issuing transaction.

    Raises Denied where the site has no key.
    """
    key = signing_key()
    holder = holder_named(certificate.holder)
    payload = credential_payload(facts_of(certificate), places_of(certificate, holder))
    text = sign(payload, key, key_address(key.thumbprint))
    return Credential.objects.create(certificate=certificate, text=text, key_id=key.thumbprint)


def places_set(issuer: Issuer, purpose: str, number: int) -> list[int]:
    """Return the set bits of one of an issuer's lists, from the states as they are now."""
    rows = issuer.certificates.filter(list_number=number, state__in=SET_BY[purpose])
    return sorted(rows.values_list("status_index", flat=True))


def status_tag(issuer: Issuer, purpose: str, number: int, places: list[int]) -> str:
    """Return the ETag of a list: what it says and the key, not the moment of signing."""
    said = [issuer.key, purpose, number, places, signing_key().thumbprint]
    return hashlib.sha256(canonical(said).encode()).hexdigest()[:32]


def status_list(issuer: Issuer, purpose: str, number: int, places: list[int]) -> str:
    """Return a signed status list; never stored, so that it is never behind the register."""
    key = signing_key()
    payload = status_list_payload(
        url=absolute("credential_status", issuer.key, purpose, number),
        issuer=absolute("credential_issuer", issuer.key),
        name=issuer.organisation.name,
        purpose=purpose,
        encoded=encoded_list(places, LIST_BITS),
        since=clock.now().replace(second=0, microsecond=0),
    )
    return sign(payload, key, key_address(key.thumbprint))
