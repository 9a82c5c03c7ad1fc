"""When a listed entry is revoked, and by whom: one asks, another decides."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.denials import Denied
from showcase.lifecycle import SUBMISSION
from showcase.models import Demonstration
from showcase.rules.listing import check_can_list
from showcase.rules.recommending import check_is_no_party

REASON_MIN, REASON_MAX = 10, 200


def check_can_revoke(user: Any, term: Demonstration) -> None:
    """Rule: only a listed entry is revoked, by the secretariat, never by a party to it."""
    check_can_list(user)
    SUBMISSION.check(term.submission, "revoke")
    check_is_no_party(user, [term.submission])


def check_can_ask_revocation(user: Any, term: Demonstration) -> None:
    """Rule: revocation of a listing is asked for by one person; one request at a time."""
    check_can_revoke(user, term)
    if term.revocation_asked_by_id:
        raise Denied(
            _("Revocation has been asked for already and waits for a second person."),
            code="revocation.asked",
        )


def check_can_decide_revocation(user: Any, term: Demonstration) -> None:
    """Rule: revocation of a listing is decided by a second person, never by the one who asked."""
    check_can_revoke(user, term)
    if not term.revocation_asked_by_id:
        raise Denied(_("Nobody has asked for revocation."), code="revocation.not_asked")
    if term.revocation_asked_by_id == user.pk:
        raise Denied(
            _("You asked for it yourself: a second member of the secretariat must decide."),
            code="revocation.same_person",
        )


def check_reason(reason: str) -> str:
    """Rule: the public reads why a listing is revoked: ten characters at least.

    Returns the reason without blanks around it.
    """
    plain = " ".join(reason.split())
    if not REASON_MIN <= len(plain) <= REASON_MAX:
        raise Denied(
            _("Give the reason in %(min)d to %(max)d characters; the public will read it.")
            % {"min": REASON_MIN, "max": REASON_MAX},
            code="revocation.reason",
        )
    return plain
