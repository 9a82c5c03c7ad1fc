"""Reads around applications: what rules look at, and what the applicant's screens show.

Visibility is inside: lists start from `visible_to` or from the user's own organisations.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User
from portal.core import clock, taxonomies
from portal.core.identifiers import uscc_fault
from portal.core.models import PrivateFile
from showcase import form_schema
from showcase.eligibility import Facts
from showcase.lifecycle import SubmissionState
from showcase.models import (
    Attachment,
    Demonstration,
    Partner,
    Quota,
    Recommendation,
    Round,
    Stage,
    Submission,
)

SCHEMES = ("regions", "industries", "objects", "tasks", "kinds", "classes", "grades")


# --- facts for rules ------------------------------------------------------------------------


def choices_of(round: Round) -> dict[str, Collection[str]]:
    """Return the allowed codes of every scheme the form may ask for."""
    known: dict[str, Collection[str]] = {name: taxonomies.scheme(name).keys() for name in SCHEMES}
    known["directions"] = [direction.code for direction in round.directions.all()]
    return known


def attachment_counts(submission: Submission) -> Counter[str]:
    """Return how many files there are of each attachment code; a locked one is none."""
    infected = PrivateFile.Scan.INFECTED
    rows = submission.attachments.all()
    return Counter(one.code for one in rows if one.file.scan != infected)


def form_faults(submission: Submission, *, section: str | None = None) -> list[form_schema.Fault]:
    """Return what is wrong with the application's data against its round's form."""
    schema = submission.round.form.schema
    found = form_schema.faults(
        schema, submission.data, choices_of(submission.round), section_key=section
    )
    lead = submission.data.get("org.uscc", "")
    if section in {None, "org"} and is_other_code(submission, lead):
        params = {"code": submission.applicant.uscc}
        found.append(form_schema.Fault("org.uscc", "other_code", params))
    if section in {None, "partners"} and lead and lead in partner_codes(submission):
        found.append(form_schema.Fault("partners", "lead_as_partner"))
    return found


def is_other_code(submission: Submission, code: str) -> bool:
    """Say whether a well-formed code is not that of the organisation that applies."""
    return bool(code) and not uscc_fault(code) and code != submission.applicant.uscc


def partner_codes(submission: Submission) -> list[str]:
    """Return the credit codes of the partners as the form's data has them."""
    rows = submission.data.get("partners") or []
    return [row["uscc"] for row in rows if row.get("uscc")]


def missing_files(submission: Submission) -> list[str]:
    """Return the codes of required attachments that are not there."""
    schema, counts = submission.round.form.schema, attachment_counts(submission)
    return form_schema.missing_attachments(schema, submission.data, counts)


def codes_named(submission: Submission) -> list[str]:
    """Return the credit codes of lead and partners as the form's data has them, each once."""
    codes = [submission.data.get("org.uscc", ""), *partner_codes(submission)]
    return list(dict.fromkeys(code for code in codes if code))


def eligibility_facts(submission: Submission) -> Facts:
    """Return everything F1 to F10 look at, for the submission as it stands."""
    return facts_with(
        submission,
        other_projects=other_projects(submission, codes_named(submission)),
        awards=running_awards(submission),
        quota=quota_use(submission),
    )


def facts_with(
    submission: Submission,
    *,
    other_projects: Mapping[str, int],
    awards: list[str],
    quota: tuple[int | None, int] = (None, 0),
) -> Facts:
    """Return the facts of one application, given what was counted outside it.

    `other_projects` by credit code, `awards` the codes that hold a running one, `quota` the
    authority's places and how many are used (None before it has sent this one).
    """
    data, rules = submission.data, submission.round.rules
    handed_in_at = submission.submitted_at or clock.now()
    stage = submission.round.stage(Stage.Kind.APPLY)
    lead, codes = data.get("org.uscc", ""), codes_named(submission)
    return Facts(
        handed_in_at=handed_in_at,
        closes_at=stage.closes_at if stage else None,
        faults=len(form_faults(submission)),
        codes=codes,
        bad_codes=[
            c for c in codes if uscc_fault(c) or (c == lead and is_other_code(submission, c))
        ],
        other_projects=other_projects,
        projects_max=rules["projects_per_entity"],
        partners=len(data.get("partners") or []),
        partners_max=rules["partners_max"],
        directions=directions_chosen(submission),
        online=form_schema.as_date(data.get("pj.online")),
        today=timezone.localdate(handed_in_at),
        awards=awards,
        missing_files=missing_files(submission),
        quota_places=quota[0],
        quota_used=quota[1],
    )


def directions_chosen(submission: Submission) -> list[str]:
    """Return the direction codes of the round that the data names: one, or none."""
    code = submission.data.get("pj.direction", "")
    known = {direction.code for direction in submission.round.directions.all()}
    return [code] if code in known else []


def other_projects(submission: Submission, codes: Iterable[str]) -> dict[str, int]:
    """Return for each code how many other applications of the round count against its limit.

    Counts applications handed in and still alive, as lead or as partner. Lock the round first
    where the answer decides something.
    """
    wanted = set(codes)
    others = submission.round.submissions.live().handed_in().exclude(pk=submission.pk)
    counts: Counter[str] = Counter(
        others.filter(applicant__uscc__in=wanted).values_list("applicant__uscc", flat=True)
    )
    counts.update(
        Partner.objects.filter(submission__in=others, uscc__in=wanted).values_list(
            "uscc", flat=True
        )
    )
    return dict(counts)


def running_awards(submission: Submission) -> list[str]:
    """Return the applicant's code if it holds a running award of the same kind.

    Same kind means the same programme and the same direction code; an award runs until the
    end of its term unless it was revoked.
    """
    running = Demonstration.objects.filter(
        submission__applicant=submission.applicant,
        submission__state=SubmissionState.LISTED,
        submission__round__programme=submission.round.programme_id,
        submission__direction__code__in=directions_chosen(submission),
        valid_until__gte=clock.today(),
    ).exclude(submission=submission.pk)
    return [submission.applicant.uscc] if running.exists() else []


def quota_use(submission: Submission) -> tuple[int | None, int]:
    """Return the authority's places and how many it has sent; (None, 0) before it has sent this."""
    sent = Recommendation.objects.filter(
        round=submission.round_id, authority=submission.authority_id, sent_at__isnull=False
    )
    if submission.authority_id is None or not sent.filter(submission=submission.pk).exists():
        return None, 0
    quota = Quota.objects.filter(round=submission.round_id, authority=submission.authority_id)
    return quota.values_list("places", flat=True).first() or 0, sent.count()


def authority_for(region: str) -> Organisation | None:
    """Return the authority whose regions hold this one, the lowest code first; else None."""
    authorities = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY, is_active=True)
    return next((one for one in authorities.order_by("code") if region in one.covers), None)


# --- people ---------------------------------------------------------------------------------


def people_of(organisation: Organisation | None, role: str) -> QuerySet[User]:
    """Return the active people who hold `role` in the organisation."""
    return User.objects.filter(
        memberships__organisation=organisation, memberships__role=role, is_active=True
    ).distinct()


def applicants_of(submission: Submission) -> QuerySet[User]:
    """Return the people who may write this application."""
    return people_of(submission.applicant, Role.APPLICANT)


def secretariat() -> QuerySet[User]:
    """Return the people of the secretariat."""
    return User.objects.filter(
        memberships__role=Role.SECRETARIAT, memberships__organisation__is_active=True
    ).distinct()


# --- screens --------------------------------------------------------------------------------


def own_organisations(user: Any) -> QuerySet[Organisation]:
    """Return the organisations this person may apply for."""
    return Organisation.objects.filter(pk__in=user.organisation_ids(Role.APPLICANT))


def own_submissions(user: Any) -> QuerySet[Submission]:
    """Return the applications of the person's organisations, as lead or partner, newest first."""
    own = user.organisation_ids(Role.APPLICANT)
    as_partner = Submission.objects.filter(partners__organisation__in=own).values("pk")
    return (
        Submission.objects.filter(Q(applicant__in=own) | Q(pk__in=as_partner))
        .select_related("round__form", "applicant", "direction", "authority")
        .prefetch_related("round__stages")
        .order_by("-round__year", "-round__code", "-saved_at")
    )


def submissions_to_show(user: Any) -> QuerySet[Submission]:
    """Return what this person may open, with what one page of it needs."""
    return (
        Submission.objects.visible_to(user)
        .select_related("round__form", "round__programme", "applicant", "direction", "authority")
        .prefetch_related("round__stages", "round__directions", "attachments", "partners")
    )


def open_rounds() -> QuerySet[Round]:
    """Return the rounds that take applications at this moment."""
    now = clock.now()
    return (
        Round.objects.open_for_applications()
        .filter(stages__kind=Stage.Kind.APPLY, stages__opens_at__lte=now, stages__closes_at__gt=now)
        .prefetch_related("stages")
    )


def attachments_to_show(user: Any) -> QuerySet[Attachment]:
    """Return the attachments of applications this person may open."""
    visible = Submission.objects.visible_to(user)
    return Attachment.objects.filter(submission__in=visible).select_related("file", "submission")
