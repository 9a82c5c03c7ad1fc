"""Issuing: the job of a run, and one certificate in one transaction."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.certification import (
    Band,
    CertificateFacts,
    CertificateNumber,
    Duty,
    last_valid_day,
)
from courses.credentials import LIST_BITS
from courses.enums import DutyKind
from courses.lifecycle import EnrolmentState
from courses.models import Certificate, Enrolment, Issuer, Run, Serial
from courses.queries.certificates import ISSUE_JOB, eligible, open_job, skill_names
from courses.queries.runs import holder_of
from courses.rules.certificates import check_can_issue
from courses.services.credentialing import sign_certificate
from courses.services.keys import signing_key
from portal.accounts.models import Organisation
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.models import Job
from portal.core.notifications import notify
from portal.core.queue import enqueue_job

# A list takes no further run once half its places are used, so that a free one is found at once.
PLACES_USED_MAX = LIST_BITS // 2
PLACE_TRIES = 40


@dataclass(frozen=True)
class Common:
    """What all certificates of a run say alike, and the status list that they go to."""

    run: Run
    issuer: Issuer
    list_number: int
    duties: tuple[Duty, ...]
    skills: tuple[str, ...]


@transaction.atomic
def issue_certificates(*, run: Run, by: Any) -> Job:
    """Leave the job that issues every certificate of a run that is due; return it.

    Locks the run; checks the rule and that the site can sign; makes the issuer's key in numbers if
    it has none; leaves the job, one audit line. While a job runs, a second call returns it.
    """
    locked = Run.objects.select_for_update(of=("self",)).select_related("course").get(pk=run.pk)
    check_can_issue(by, locked)
    signing_key()
    standing = open_job(locked)
    if standing is not None:
        return standing
    number = eligible(locked).count()
    if not number:
        raise Denied(
            _("Nobody is waiting for a certificate of this run."), code="certificate.nobody"
        )
    ensure_issuer(holder_of(locked, DutyKind.ISSUING))
    job = enqueue_job(
        kind=ISSUE_JOB,
        label=_("Certificates of %(run)s") % {"run": locked.code},
        by=by,
        run=locked.public_id,
    )
    audit.record(
        action="certificates.started",
        obj=locked,
        by=by,
        facts={"number": number, "job": job.public_id},
    )
    return job


def ensure_issuer(organisation_id: Any) -> Issuer:
    """Return an organisation's key in certificate numbers, the next free one if it is new.

    Keys count from 0001; two organisations that come at once are told apart by the constraint.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    found = Issuer.objects.filter(organisation=organisation).first()
    if found:
        return found
    used = [int(key) for key in Issuer.objects.values_list("key", flat=True) if key.isdigit()]
    return Issuer.objects.create(organisation=organisation, key=f"{max(used, default=0) + 1:04}")


def common_of(run: Run) -> Common:
    """Read once what every certificate of a run says alike."""
    duties = run.duties.all()
    issuing: Any = holder_of(run, DutyKind.ISSUING)
    shown = sorted(duties, key=lambda duty: DutyKind.values.index(duty.kind))
    return Common(
        run=run,
        issuer=Issuer.objects.select_related("organisation").get(organisation_id=issuing),
        list_number=list_with_room(),
        duties=tuple(
            Duty(duty.kind, duty.organisation.name, duty.organisation.uscc)
            for duty in shown
            if duty.state == "accepted"
        ),
        skills=skill_names(run.course),
    )


@transaction.atomic
def issue_certificate(*, enrolment_id: int, common: Common, by: Any) -> Certificate | None:
    """Issue one completed enrolment's certificate; None when it has one already.

    In order: lock the enrolment, lock the issuer's serial and take the next number, freeze the
    facts with their digest, take a status place, sign the credential, audit, notify the holder.
    All or nothing, so that numbers have no gap. Raises Denied for an enrolment without a result.
    """
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("learner__holder")
    enrolment = rows.get(pk=enrolment_id, run=common.run)
    enrolment.run = common.run
    if enrolment.certificates.exists():
        return None
    if enrolment.state != EnrolmentState.COMPLETED:
        raise Denied(_("The course was not completed."), code="certificate.not_completed")
    issued_on = clock.today()
    facts = facts_for(
        enrolment,
        common,
        number=next_number(common.issuer, issued_on.year),
        holder=enrolment.learner.name,
        expires_on=last_valid_day(issued_on, common.run.course.validity_years),
    )
    certificate = store(facts, enrolment, common, by=by)
    notify(
        [enrolment.learner],
        kind="certificate.issued",
        subject=_("Your certificate %(number)s has been issued"),
        body=_(
            "“%(course)s”, valid until %(day)s. You can download it as a document and as a "
            "credential."
        ),
        context={
            "number": facts.number,
            "course": facts.course_title,
            "day": facts.expires_on.isoformat(),
        },
        url=reverse("learning_certificates"),
    )
    return certificate


def next_number(issuer: Issuer, year: int) -> CertificateNumber:
    """Take the issuer's next serial of a year under its row's lock."""
    rows = Serial.objects.select_for_update().filter(issuer=issuer, year=year)
    serial = rows.first()
    if serial is None:
        Serial.objects.get_or_create(issuer=issuer, year=year)
        serial = rows.get()
    serial.last += 1
    serial.save(update_fields=["last"])
    return CertificateNumber(year, issuer.key, serial.last)


def facts_for(
    enrolment: Enrolment,
    common: Common,
    *,
    number: CertificateNumber,
    holder: str,
    expires_on: Any,
    supersedes: str = "",
) -> CertificateFacts:
    """Gather a certificate's facts from run, course, duties and result; hours are the course's.

    Raises Denied when the result has no band, or the holder no name.
    """
    course, organisation = common.run.course, common.issuer.organisation
    band = str(enrolment.outcome.get("band") or "")
    if band not in set(Band):
        raise Denied(
            _("%(name)s: the result has no band; settle it first.") % {"name": holder},
            code="certificate.band",
        )
    if not holder.strip():
        raise Denied(_("A learner has no name in the account."), code="certificate.name")
    return CertificateFacts(
        number=str(number),
        holder=holder.strip(),
        course_code=course.code,
        course_title=course.title,
        course_title_en=course.title_en,
        level=course.level,
        hours=Decimal(course.hours_theory + course.hours_practice),
        hours_practice=Decimal(course.hours_practice),
        band=Band(band),
        issuer=organisation.name,
        issuer_en=organisation.name_en,
        run_code=common.run.code,
        duties=common.duties,
        skills=common.skills,
        issued_on=clock.today(),
        expires_on=expires_on,
        supersedes=supersedes,
    )


def store(
    facts: CertificateFacts,
    enrolment: Enrolment,
    common: Common,
    *,
    by: Any,
    supersedes: Certificate | None = None,
) -> Certificate:
    """Write a certificate with a status place of its own, sign it, audit."""
    certificate = with_place(
        number=facts.number,
        enrolment=enrolment,
        holder=enrolment.learner,
        issuer=common.issuer,
        list_number=common.list_number,
        facts=facts.as_data(),
        content_hash=facts.content_hash(),
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        issued_by=by,
        supersedes=supersedes,
    )
    credential = sign_certificate(certificate)
    audit.record(
        action="certificate.issued",
        obj=certificate,
        by=by,
        after={"hash": certificate.content_hash, "key": credential.key_id},
        facts={"enrolment": enrolment.public_id, "supersedes": facts.supersedes},
    )
    return certificate


def with_place(**values: Any) -> Certificate:
    """Create the row at a random place of its status list; try again when the place is taken."""
    for _attempt in range(PLACE_TRIES):
        try:
            with transaction.atomic():
                return Certificate.objects.create(
                    **values, status_index=secrets.randbelow(LIST_BITS)
                )
        except IntegrityError:
            if Certificate.objects.filter(number=values["number"]).exists():
                raise
    raise RuntimeError("no free place in the status list was found")


def list_with_room() -> int:
    """Return the number of the status list that new certificates go to."""
    last = Certificate.objects.order_by("-list_number").values_list("list_number", flat=True)[:1]
    number = last[0] if last else 1
    is_full = Certificate.objects.filter(list_number=number).count() >= PLACES_USED_MAX
    return number + 1 if is_full else number
