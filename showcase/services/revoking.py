"""Revoking a listing: asked for by one, confirmed or declined by another.

The public page stays and says that the listing was revoked and why. Certificates of training are
revoked elsewhere.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import audit, clock
from showcase.lifecycle import SUBMISSION
from showcase.models import Demonstration, SolutionPage, Submission
from showcase.rules.revoking import (
    check_can_ask_revocation,
    check_can_decide_revocation,
    check_reason,
)
from showcase.services.listing import locked, tell

REVOKED = _("Listing revoked: %(title)s")
REVOKED_BODY = _("The listing of “%(title)s” has been revoked. Reason: %(reason)s")
FIELDS = ("revocation_reason", "revocation_asked_by", "revocation_asked_at")


def locked_term(term: Demonstration) -> Demonstration:
    """Lock an entry and its term, in this order."""
    entry = locked(term.submission)
    row = Demonstration.objects.select_for_update().get(pk=term.pk)
    row.submission = entry
    return row


@transaction.atomic
def ask_revocation(term: Demonstration, *, reason: str, by: Any) -> Demonstration:
    """Ask for revocation: lock, rule, the request with its reason, audit event.

    Nothing changes for the public. Raises Denied.
    """
    row = locked_term(term)
    check_can_ask_revocation(by, row)
    row.revocation_reason = check_reason(reason)
    row.revocation_asked_by, row.revocation_asked_at = by, clock.now()
    row.save(update_fields=FIELDS)
    facts = {"reason": row.revocation_reason}
    audit.record(action="submission.revocation_asked", obj=row.submission, by=by, facts=facts)
    return row


@transaction.atomic
def confirm_revocation(term: Demonstration, *, by: Any) -> Submission:
    """Revoke: lock, rule (second person), state with its audit event, public page, notice.

    Raises Denied.
    """
    row = locked_term(term)
    check_can_decide_revocation(by, row)
    entry, reason = row.submission, row.revocation_reason
    SUBMISSION.move(entry, "revoke", by=by, reason=reason)
    page = SolutionPage.objects.get(submission=entry)
    page.revoked_on, page.revoked_reason = clock.today(), reason
    page.save_revision().publish()
    tell(entry, "revoked", REVOKED, REVOKED_BODY, reason=reason)
    return entry


@transaction.atomic
def decline_revocation(term: Demonstration, *, by: Any) -> Demonstration:
    """Decline the request: lock, rule (second person), the request goes, audit event.

    Raises Denied.
    """
    row = locked_term(term)
    check_can_decide_revocation(by, row)
    facts = {"asked": row.revocation_reason}
    row.revocation_reason, row.revocation_asked_by, row.revocation_asked_at = "", None, None
    row.save(update_fields=FIELDS)
    audit.record(action="submission.revocation_declined", obj=row.submission, by=by, facts=facts)
    return row
