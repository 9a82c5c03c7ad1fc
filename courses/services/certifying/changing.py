"""What happens to a certificate after it was issued: suspended, lifted, revoked, reissued."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.certification import CertificateFacts
from courses.lifecycle import CERTIFICATE
from courses.models import Certificate, Suspension
from courses.queries.certificates import facts_of
from courses.rules.certificates import (
    check_can_ask_revocation,
    check_can_decide_revocation,
    check_can_lift,
    check_can_reissue,
    check_can_suspend,
    check_reason,
)
from courses.services.certifying.issuing import common_of, facts_for, next_number, store
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify

HOLDER_MAX = 50


def locked_certificate(certificate: Certificate) -> Certificate:
    """Lock a certificate with what the rules look at."""
    rows = Certificate.objects.select_for_update(of=("self",)).select_related(
        "enrolment__run__course", "enrolment__run__lead", "holder", "issuer__organisation"
    )
    return rows.get(pk=certificate.pk)


def tell_holder(certificate: Certificate, kind: str, subject: Any, reason: str = "") -> None:
    """Leave the holder a notice that names the certificate and the reason."""
    notify(
        [certificate.holder],
        kind=kind,
        subject=subject,
        body="%(reason)s" if reason else "",
        context={"number": certificate.number, "reason": reason},
        url=reverse("learning_certificates"),
    )


@transaction.atomic
def suspend_certificate(*, certificate: Certificate, reason: str, by: Any) -> Certificate:
    """Suspend from today: lock, rule, a line with the public reason, state, audit, notice."""
    locked = locked_certificate(certificate)
    check_can_suspend(by, locked)
    plain = check_reason(reason)
    Suspension.objects.create(certificate=locked, since=clock.today(), reason=plain)
    CERTIFICATE.move(locked, "suspend", by=by, reason=plain)
    subject = _("Your certificate %(number)s has been suspended")
    tell_holder(locked, "certificate.suspended", subject, plain)
    return locked


@transaction.atomic
def lift_suspension(*, certificate: Certificate, by: Any) -> Certificate:
    """Lift a suspension from today: lock, rule, close its line, state, audit, notice."""
    locked = locked_certificate(certificate)
    check_can_lift(by, locked)
    locked.suspensions.filter(lifted_on__isnull=True).update(lifted_on=clock.today())
    CERTIFICATE.move(locked, "lift", by=by)
    subject = _("The suspension of your certificate %(number)s has been lifted")
    tell_holder(locked, "certificate.lifted", subject)
    return locked


@transaction.atomic
def ask_revocation(*, certificate: Certificate, reason: str, by: Any) -> Certificate:
    """Ask for revocation with the reason the public will read: lock, rule, fields, audit.

    Nothing changes for the holder or the public until a second person decides.
    """
    locked = locked_certificate(certificate)
    check_can_ask_revocation(by, locked)
    locked.revoked_reason = check_reason(reason)
    locked.revocation_asked_by, locked.revocation_asked_at = by, clock.now()
    save_revocation(locked)
    audit.record(
        action="certificate.revocation_asked",
        obj=locked,
        by=by,
        facts={"reason": locked.revoked_reason},
    )
    return locked


@transaction.atomic
def confirm_revocation(*, certificate: Certificate, by: Any) -> Certificate:
    """Revoke from today, by the second person: lock, rule, state with day, audit, notice.

    An open suspension ends with it. The reason stands as it was asked for.
    """
    locked = locked_certificate(certificate)
    check_can_decide_revocation(by, locked)
    locked.suspensions.filter(lifted_on__isnull=True).update(lifted_on=clock.today())
    locked.revoked_on = clock.today()
    move_with_day(locked, "revoke", "revoked_on", by=by, reason=locked.revoked_reason)
    subject = _("Your certificate %(number)s has been revoked")
    tell_holder(locked, "certificate.revoked", subject, locked.revoked_reason)
    return locked


@transaction.atomic
def decline_revocation(*, certificate: Certificate, reason: str, by: Any) -> Certificate:
    """Decide against revocation: lock, rule, empty the request, audit with both reasons."""
    locked = locked_certificate(certificate)
    check_can_decide_revocation(by, locked)
    plain, asked = check_reason(reason), locked.revoked_reason
    locked.revoked_reason, locked.revocation_asked_by, locked.revocation_asked_at = "", None, None
    save_revocation(locked)
    audit.record(
        action="certificate.revocation_declined",
        obj=locked,
        by=by,
        facts={"asked": asked, "reason": plain},
    )
    return locked


def save_revocation(certificate: Certificate) -> None:
    """Write the fields of a request for revocation."""
    certificate.save(update_fields=["revoked_reason", "revocation_asked_by", "revocation_asked_at"])


def move_with_day(
    certificate: Certificate, verb: str, field: str, *, by: Any, **facts: Any
) -> None:
    """Move to a state that has its day: both in one statement, as the constraint asks."""
    CERTIFICATE.check(certificate, verb)
    arrow = CERTIFICATE.arrows[verb]
    Certificate.objects.filter(pk=certificate.pk).update(
        state=arrow.target, **{field: getattr(certificate, field)}
    )
    CERTIFICATE.move(certificate, verb, by=by, **facts)


@transaction.atomic
def reissue_certificate(
    *, certificate: Certificate, holder: str, reason: str, by: Any
) -> Certificate:
    """Issue a corrected certificate that supersedes this one; return the new one.

    In order: lock, rule, state of the old one with its day, next number, facts gathered anew with
    the corrected name and the old end of validity, new row linked to the old, credential, audit of
    both, notice. Raises Denied when nothing would change.
    """
    locked = locked_certificate(certificate)
    check_can_reissue(by, locked)
    plain, name = check_reason(reason), " ".join(holder.split())
    if not 1 <= len(name) <= HOLDER_MAX:
        raise Denied(_("Give the holder's name in 1 to 50 characters."), code="certificate.name")
    run, today = locked.enrolment.run, clock.today()
    common = common_of(run)
    old = facts_of(locked)
    facts = facts_for(
        locked.enrolment,
        common,
        number=next_number(common.issuer, today.year),
        holder=name,
        expires_on=old.expires_on,
        supersedes=old.number,
    )
    if is_same(facts, old):
        raise Denied(
            _("The new certificate would say the same as the old one: nothing to correct."),
            code="certificate.same",
        )
    locked.superseded_on = today
    move_with_day(locked, "supersede", "superseded_on", by=by, reason=plain, number=facts.number)
    new = store(facts, locked.enrolment, common, by=by, supersedes=locked)
    subject = _("Your certificate %(number)s has been replaced by a corrected one")
    tell_holder(locked, "certificate.superseded", subject, plain)
    return new


def is_same(one: CertificateFacts, other: CertificateFacts) -> bool:
    """Whether two certificates say the same apart from number, day and what they replace."""
    own: Any = {"number": "", "supersedes": "", "issued_on": one.issued_on}
    return replace(one, **own) == replace(other, **own)
