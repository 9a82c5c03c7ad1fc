"""What the record tells of runs, places and certificates, and to whom.

A learner reads what became of the place and the certificate, never who in the run decided.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import CertificateState, RunState
from courses.models import Certificate, Enrolment, Run
from portal.accounts.enums import TRAINING_ROLES, Permission
from portal.core import clock
from portal.core.audit.archives import finished_chains
from portal.core.audit.timeline import INSIDE, Line, Reader, Telling, history, tells

LEARNER = _("Learner")
COORDINATOR = _("Course coordinator")
CERTIFIER = _("Certifier")
# Who works for the run, and the office, read names; the observer of the programme does not.
NAMED = frozenset({Reader.STAFF, Reader.OFFICE})
OWN = INSIDE | {Reader.PARTY}

RUN_TELLS = {
    "courses.run": {
        "run.created": Telling(_("Run set up"), COORDINATOR, INSIDE, NAMED),
        "run.changed": Telling(_("Run changed"), COORDINATOR, INSIDE, NAMED),
        "run.announced": Telling(_("Run announced"), COORDINATOR, INSIDE, NAMED),
        "run.started": Telling(_("Run begun"), COORDINATOR, INSIDE, NAMED),
        "run.closed": Telling(_("Run closed"), COORDINATOR, INSIDE, NAMED),
        "run.cancelled": Telling(
            _("Run cancelled"), COORDINATOR, INSIDE, NAMED, "reason", tone="bad"
        ),
        "certificates.started": Telling(_("Certificates being issued"), CERTIFIER, INSIDE, NAMED),
    },
    "courses.duty": {
        "duty.proposed": Telling(_("Organisation asked for a duty"), COORDINATOR, INSIDE, NAMED),
        "duty.accepted": Telling(_("Duty accepted"), "", INSIDE, NAMED),
        "duty.declined": Telling(_("Duty declined"), "", INSIDE, NAMED, "reason", tone="warn"),
    },
    "courses.exam": {
        "exam.set": Telling(_("Examination set"), "", INSIDE, NAMED),
        "exam.opened": Telling(_("Examination opened"), "", INSIDE, NAMED),
        "exam.closed": Telling(_("Examination closed"), "", INSIDE, NAMED),
        "exam.released": Telling(_("Results released"), "", INSIDE, NAMED),
    },
}
ENROLMENT_TELLS = {
    "enrolment.requested": Telling(_("Place asked for"), LEARNER, OWN),
    "enrolment.admitted": Telling(_("Admitted"), COORDINATOR, OWN, NAMED),
    "enrolment.waitlisted": Telling(_("On the waiting list"), "", OWN, NAMED),
    "enrolment.denied": Telling(_("Not admitted"), COORDINATOR, OWN, NAMED, "reason", tone="bad"),
    "enrolment.not_reached": Telling(_("No seat became free"), "", OWN, tone="mute"),
    "enrolment.offered": Telling(_("Seat offered"), "", OWN, NAMED),
    "enrolment.taken": Telling(_("Seat taken"), LEARNER, OWN),
    "enrolment.lapsed": Telling(_("Offer ran out"), "", OWN, tone="mute"),
    "enrolment.withdrawn": Telling(_("Withdrawn"), LEARNER, OWN, note="reason", tone="mute"),
    "enrolment.removed": Telling(
        _("Taken off the list"), COORDINATOR, OWN, NAMED, "reason", tone="bad"
    ),
    "enrolment.released": Telling(
        _("Seat given back"), COORDINATOR, OWN, NAMED, "reason", tone="mute"
    ),
    "enrolment.completed": Telling(_("Course completed"), "", OWN, NAMED),
    "enrolment.failed": Telling(_("Course not completed"), "", OWN, NAMED, tone="mute"),
}
CERTIFICATE_TELLS = {
    "certificate.issued": Telling(_("Issued"), CERTIFIER, OWN, NAMED, "number"),
    "certificate.suspended": Telling(_("Suspended"), CERTIFIER, OWN, NAMED, "reason", tone="warn"),
    "certificate.lifted": Telling(_("Suspension lifted"), CERTIFIER, OWN, NAMED),
    "certificate.revocation_asked": Telling(
        _("Revocation asked for"), CERTIFIER, INSIDE, NAMED, "reason", tone="warn"
    ),
    "certificate.revocation_declined": Telling(
        _("Revocation declined"), CERTIFIER, INSIDE, NAMED, "reason", tone="warn"
    ),
    "certificate.revoked": Telling(_("Revoked"), CERTIFIER, OWN, NAMED, "reason", tone="bad"),
    "certificate.superseded": Telling(
        _("Replaced by a corrected certificate"), CERTIFIER, OWN, NAMED, "reason", tone="mute"
    ),
}
for object_type, tellings in RUN_TELLS.items():
    tells("run", object_type, tellings)
tells("enrolment", "courses.enrolment", ENROLMENT_TELLS)
tells("enrolment", "courses.certificate", CERTIFICATE_TELLS)
tells("certificate", "courses.certificate", CERTIFICATE_TELLS)


def reader_in_training(user: Any) -> Reader | None:
    """Return as what a person reads a run they may open: as one who works in training, as the
    office, or as who watches. Which runs those are is `visible_to`'s to say."""
    if any(user.has_role(role) for role in TRAINING_ROLES):
        return Reader.STAFF
    if not user.may(Permission.COURSES_READ_ALL):
        return None
    return Reader.OFFICE if user.may(Permission.SHOWCASE_ROUNDS_MANAGE) else Reader.OBSERVER


def run_history(user: Any, run: Run) -> list[Line]:
    """Return a run's history as this person may read it, newest first; one query."""
    return history("run", reader_in_training(user), chain=run.audit_chain)


def enrolment_history(user: Any, enrolment: Enrolment) -> list[Line]:
    """Return what became of a place, as this person may read it; one query."""
    is_own = enrolment.learner_id == user.pk
    reader = Reader.PARTY if is_own else reader_in_training(user)
    return history("enrolment", reader, objects=[enrolment])


def certificate_history(user: Any, certificate: Certificate) -> list[Line]:
    """Return what has happened to a certificate, as this person may read it; one query."""
    is_own = certificate.holder_id == user.pk
    reader = Reader.PARTY if is_own else reader_in_training(user)
    return history("certificate", reader, objects=[certificate])


@finished_chains
def finished_runs() -> Iterator[str]:
    """Rule: a run is finished when it is closed or cancelled and no certificate of it is in
    force."""
    kept = Certificate.objects.filter(
        enrolment__run=OuterRef("pk"),
        state__in=(CertificateState.ISSUED, CertificateState.SUSPENDED),
        expires_on__gte=clock.today(),
    )
    runs = Run.objects.filter(state__in=(RunState.CLOSED, RunState.CANCELLED))
    for run in runs.filter(~Exists(kept)).select_related("course"):
        yield run.audit_chain
