"""Reads of certificates: who may have one, how one stands, what its facts are in words."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.certification import CertificateFacts, Standing, StandingFacts
from courses.certification import Suspension as SuspensionFacts
from courses.certification import standing as standing_on
from courses.enums import DutyKind
from courses.lifecycle import CertificateState, EnrolmentState
from courses.models import (
    AnswerRating,
    Certificate,
    CoursePage,
    Enrolment,
    PracticeRating,
    Run,
    Skill,
)
from portal.core.models import Job

ISSUE_JOB = "courses.certificates"
STANDINGS = {
    Standing.VALID: (_("Valid"), "good"),
    Standing.SUSPENDED: (_("Suspended"), "warn"),
    Standing.EXPIRED: (_("Expired"), "warn"),
    Standing.SUPERSEDED: (_("Superseded"), "mute"),
    Standing.REVOKED: (_("Revoked"), "bad"),
}
BANDS = {"excellent": _("Excellent"), "good": _("Good"), "pass": _("Pass")}
LEVELS = dict(CoursePage.Level.choices)
DUTIES = dict(DutyKind.choices)


def completed(run: Run) -> QuerySet[Enrolment]:
    """Return the enrolments of a run that were completed, in order of arrival."""
    return run.enrolments.filter(state=EnrolmentState.COMPLETED).order_by("place")


def eligible(run: Run) -> QuerySet[Enrolment]:
    """Return who has completed the run and holds no certificate of it yet."""
    return completed(run).filter(certificates__isnull=True)


def certificates_of(run: Run) -> QuerySet[Certificate]:
    """Return a run's certificates with what their rows show."""
    rows = Certificate.objects.filter(enrolment__run=run).select_related(
        "holder", "superseded_by", "supersedes"
    )
    return rows.prefetch_related("suspensions").order_by("number")


def narrowed(rows: QuerySet[Certificate], text: str, state: str, today: date) -> Any:
    """Return the rows whose number or holder contains a text and that stand as asked."""
    text = text.strip()
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(holder__name__icontains=text))
    if state in {CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.SUPERSEDED}:
        rows = rows.filter(state=state)
        if state == CertificateState.SUSPENDED:
            rows = rows.filter(expires_on__gte=today)
    elif state == Standing.VALID:
        rows = rows.filter(state=CertificateState.ISSUED, expires_on__gte=today)
    elif state == Standing.EXPIRED:
        alive = (CertificateState.ISSUED, CertificateState.SUSPENDED)
        rows = rows.filter(state__in=alive, expires_on__lt=today)
    elif state == "asked":
        rows = rows.filter(revocation_asked_by__isnull=False, revoked_on__isnull=True)
    return rows


def open_job(run: Run) -> Job | None:
    """Return the run's job of issuing that is not finished, if there is one."""
    jobs = Job.objects.filter(kind=ISSUE_JOB, finished_at__isnull=True)
    return jobs.filter(arguments__run=run.public_id).first()


def last_job(run: Run) -> Job | None:
    """Return the run's latest job of issuing."""
    return Job.objects.filter(kind=ISSUE_JOB, arguments__run=run.public_id).first()


def facts_of(certificate: Certificate) -> CertificateFacts:
    """Return the frozen facts."""
    return CertificateFacts.from_data(certificate.facts)


def standing_facts(certificate: Certificate) -> StandingFacts:
    """Return what decides how a certificate stands; prefetch `suspensions` for lists."""
    spans = certificate.suspensions.all()
    return StandingFacts(
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        suspensions=tuple(SuspensionFacts(span.since, span.lifted_on) for span in spans),
        revoked_on=certificate.revoked_on,
        superseded_on=certificate.superseded_on,
    )


def standing_of(certificate: Certificate, day: date) -> Standing:
    """Return how a certificate stands on a day; one issued later in a demo counts from its issue.

    Rule: a suspension lifted on the day it began never was.
    """
    return standing_on(standing_facts(certificate), max(day, certificate.issued_on))


def with_all(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """Add everything that a page about one certificate shows."""
    return rows.select_related(
        "enrolment__run__course",
        "enrolment__run__lead",
        "issuer__organisation",
        "holder",
        "credential",
        "supersedes",
        "superseded_by",
        "revocation_asked_by",
    ).prefetch_related("suspensions", "enrolment__run__duties")


def skill_names(course: CoursePage) -> tuple[str, ...]:
    """Return a course's skills as printed, in the course's order: code and name."""
    codes = [str(code) for code in course.skills]
    names = dict(Skill.objects.filter(code__in=codes).values_list("code", "name"))
    return tuple(f"{code} {names[code]}" if code in names else code for code in codes)


def verify_url(certificate: Certificate) -> str:
    """Return the address of the QR code: the number, and the paper's own unguessable key.

    Numbers can be counted, so that the number alone shows nothing (docs/adr/0012).
    """
    path = reverse("certificate_verify_number", args=[certificate.number])
    return f"{settings.BASE_URL}{path}?k={certificate.public_id}"


def has_marked_in(user: Any, run: Run) -> bool:
    """Say whether this person has given points for an answer or a practical work of the run.

    No query where the run was read with it (`knowing_marker`).
    """
    if user.pk == run.__dict__.get("marked_by"):
        return bool(run.__dict__["has_marked"])
    answers = AnswerRating.objects.filter(examiner=user.pk, attempt__exam__run=run)
    works = PracticeRating.objects.filter(examiner=user.pk, work__enrolment__run=run)
    return answers.order_by().values("pk").union(works.order_by().values("pk")).exists()
