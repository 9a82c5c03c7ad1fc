"""When certificates are issued, suspended, revoked and reissued, and by whom."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.certification import Standing
from courses.lifecycle import CERTIFICATE
from courses.models import Certificate, Run
from courses.queries.certificates import has_marked_in, standing_of
from courses.queries.runs import duties_needed
from courses.rules.people import allows, check_can_certify
from portal.core import clock
from portal.core.denials import Denied

REASON_MIN, REASON_MAX = 10, 300


def check_can_issue(user: Any, run: Run) -> None:
    """Rule: a run's certificates are issued once every duty it needs has been accepted by the
    organisation named for it, by nobody who marked in it; awareness courses (L0) issue none.
    """
    check_can_certify(user, run)
    if has_marked_in(user, run):
        raise Denied(
            _("You marked in this run: a certifier who did not issues its certificates."),
            code="certificate.marked",
        )
    if not run.issues_certificates:
        raise Denied(_("This course ends without a certificate."), code="certificate.level")
    accepted = {duty.kind for duty in run.duties.all() if duty.state == "accepted"}
    if not accepted.issuperset(duties_needed(run)):
        raise Denied(
            _("Not every duty of this run has been accepted by its organisation yet."),
            code="certificate.duties",
        )


def check_can_change(user: Any, certificate: Certificate) -> None:
    """Rule: a certificate is kept by the certifiers of the organisation that issues for its run,
    and nobody acts on their own.
    """
    check_can_certify(user, certificate.enrolment.run)
    if certificate.holder_id == user.pk:
        raise Denied(_("This is your own certificate."), code="certificate.own")


def check_reason(reason: str) -> str:
    """Rule: the public reads why a certificate is suspended or revoked: ten characters at least.

    Returns the reason without blanks around it.
    """
    plain = " ".join(reason.split())
    if not REASON_MIN <= len(plain) <= REASON_MAX:
        raise Denied(
            _("Give the reason in %(min)d to %(max)d characters; the public will read it.")
            % {"min": REASON_MIN, "max": REASON_MAX},
            code="certificate.reason",
        )
    return plain


def check_can_suspend(user: Any, certificate: Certificate) -> None:
    """Rule: an issued certificate can be suspended while something is looked into."""
    check_can_change(user, certificate)
    CERTIFICATE.check(certificate, "suspend")


def check_can_lift(user: Any, certificate: Certificate) -> None:
    """Rule: a suspension is lifted by a certifier."""
    check_can_change(user, certificate)
    CERTIFICATE.check(certificate, "lift")


def check_can_ask_revocation(user: Any, certificate: Certificate) -> None:
    """Rule: revocation is asked for by one certifier; one request at a time."""
    check_can_change(user, certificate)
    CERTIFICATE.check(certificate, "revoke")
    if certificate.revocation_asked_by_id:
        raise Denied(
            _("Revocation has been asked for already and waits for a second person."),
            code="certificate.asked",
        )


def check_can_decide_revocation(user: Any, certificate: Certificate) -> None:
    """Rule: revocation is decided by a second certifier, never by the one who asked."""
    check_can_change(user, certificate)
    CERTIFICATE.check(certificate, "revoke")
    if not certificate.revocation_asked_by_id:
        raise Denied(_("Nobody has asked for revocation."), code="certificate.not_asked")
    if certificate.revocation_asked_by_id == user.pk:
        raise Denied(
            _("You asked for it yourself: a second certifier must decide."),
            code="certificate.same_person",
        )


def check_can_reissue(user: Any, certificate: Certificate) -> None:
    """Rule: a valid certificate with a wrong fact is superseded by a new one, never edited; the
    end of its validity stays.
    """
    check_can_change(user, certificate)
    CERTIFICATE.check(certificate, "supersede")
    if standing_of(certificate, clock.today()) != Standing.VALID:
        raise Denied(
            _("Only a valid certificate can be corrected by a new one."),
            code="certificate.not_valid",
        )
    if certificate.revocation_asked_by_id:
        raise Denied(
            _("Its revocation has been asked for; that is decided first."),
            code="certificate.asked",
        )


CHECKS = {
    "suspend": check_can_suspend,
    "lift": check_can_lift,
    "revoke": check_can_ask_revocation,
    "decide": check_can_decide_revocation,
    "reissue": check_can_reissue,
}


def deeds_open_to(user: Any, certificate: Certificate) -> set[str]:
    """Return which of CHECKS this person may do now."""
    return {name for name, check in CHECKS.items() if allows(check, user, certificate)}
