"""Agreeing to the privacy notice and the terms, version by version."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.accounts.models import Consent, User
from portal.accounts.queries.personal import texts_not_agreed
from portal.core import audit

DUE = "consent_due"


@transaction.atomic
def give_consents(*, by: User, way: str) -> int:
    """Record that a person agrees to every text in force that they have not agreed to yet.

    Locks the person, adds a row with version, digest, language and time for each, audits. Returns
    how many; asking twice adds nothing.
    """
    User.objects.select_for_update().get(pk=by.pk)
    given = 0
    for text in texts_not_agreed(by):
        consent = Consent.objects.create(
            person=by,
            document=text.document,
            version=text.version,
            sha256=text.sha256(),
            language=(get_language() or by.language)[:10],
            way=way,
        )
        audit.record(
            action="consent.given",
            obj=by,
            by=by,
            after={"document": consent.document, "version": consent.version},
            facts={"sha256": consent.sha256},
        )
        given += 1
    return given


def ask_at_sign_in(sender: Any, request: HttpRequest, user: Any, **facts: Any) -> None:
    """Note in the session whether a text is to be agreed to (allauth's `user_logged_in`).

    Looked up at sign-in only: a new version interrupts nobody's work.
    """
    if texts_not_agreed(user):
        request.session[DUE] = True
