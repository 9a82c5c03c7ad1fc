"""Reads of enrolments: who works for a run, who may see its learners, lists and counts."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.enums import DutyKind
from courses.lifecycle import SEATED, DutyState, EnrolmentState
from courses.models import Enrolment, Run
from portal.accounts.enums import TRAINING_ROLES, Permission, Role
from portal.accounts.models import Membership, User

ROLES_OF_DUTY = {
    DutyKind.CONTENT: Role.TEACHER,
    DutyKind.TEACHING: Role.TEACHER,
    DutyKind.SITE: Role.TEACHER,
    DutyKind.EXAMINING: Role.EXAMINER,
    DutyKind.ISSUING: Role.CERTIFIER,
}


def posts_of(run: Run) -> list[tuple[str, int]]:
    """Return (role, organisation id) of everybody who acts in a run."""
    posts = [
        (ROLES_OF_DUTY[DutyKind(duty.kind)].value, duty.organisation_id)
        for duty in run.duties.all()
        if duty.state == DutyState.ACCEPTED
    ]
    return [(Role.COORDINATOR.value, run.lead_id), *posts]


def works_for(user: Any, run: Run) -> bool:
    """Say whether a person coordinates, teaches, examines or certifies in a run."""
    return any(organisation in user.organisation_ids(role) for role, organisation in posts_of(run))


def emails_of_workers(run: Run) -> set[str]:
    """Return the addresses of everybody who works for a run, in one query."""
    posts = set(posts_of(run))
    rows = Membership.objects.filter(organisation__in={pk for _role, pk in posts})
    found = rows.values_list("role", "organisation_id", "user__email")
    return {email for role, organisation, email in found if (role, organisation) in posts}


def keeps(user: Any, run: Run) -> bool:
    """Say whether a person coordinates the run and so sees its learners' contacts."""
    return run.lead_id in user.organisation_ids(Role.COORDINATOR)


def may_see_learners(user: Any, run: Run) -> bool:
    """Say whether a person may see who learns in a run.

    Rule: the people of the organisation that leads it and of those that accepted a duty see the
    names; an organisation that was only asked, or declined, sees nobody. Secretariat and
    observers see what the staff see.
    """
    holders = {duty.organisation_id for duty in run.duties.all() if duty.state == "accepted"}
    mine = user.organisation_ids(*TRAINING_ROLES)
    return bool(mine & (holders | {run.lead_id})) or user.may(Permission.COURSES_READ_ALL)


def coordinators_of(organisation_ids: Iterable[int]) -> QuerySet[User]:
    """Return the active coordinators of some organisations."""
    rows = Membership.objects.filter(organisation__in=list(organisation_ids), role=Role.COORDINATOR)
    return User.objects.filter(pk__in=rows.values("user"), is_active=True)


def signatories_of(organisation_id: int) -> QuerySet[User]:
    """Return who may answer for an organisation: its coordinators and administrators."""
    rows = Membership.objects.filter(organisation=organisation_id)
    held = rows.filter(role=Role.COORDINATOR) | rows.filter(is_administrator=True)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def state_counts(run: Run) -> dict[str, int]:
    """Return the number of enrolments by state, states without any as zero; one query."""
    rows = run.enrolments.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(EnrolmentState.values, 0) | dict(rows)


def seats_taken(run: Run) -> int:
    """Return how many seats somebody holds, offered ones included."""
    return run.enrolments.filter(state__in=SEATED).count()


def enrolments_for_staff(run: Run, state: str = "", query: str = "") -> QuerySet[Enrolment]:
    """Return a run's enrolments in order of arrival, narrowed by state and by name."""
    rows = run.enrolments.select_related("learner", "organisation").order_by("place")
    if state in EnrolmentState.values:
        rows = rows.filter(state=state)
    if query:
        named = rows.filter(learner__name__icontains=query, listed_name="")
        rows = named | rows.filter(listed_name__icontains=query)
    return rows


def waiting_place(enrolment: Enrolment) -> int:
    """Return the place on the waiting list, 1 for the next."""
    ahead = Enrolment.objects.filter(
        run=enrolment.run_id, state=EnrolmentState.WAITLISTED, place__lt=enrolment.place
    )
    return ahead.count() + 1


def own_with_waiting_place(user: Any) -> QuerySet[Enrolment]:
    """Return a person's enrolments, newest run first, with `ahead`, how many wait before them."""
    before = (
        Enrolment.objects.filter(
            run=OuterRef("run"), state=EnrolmentState.WAITLISTED, place__lt=OuterRef("place")
        )
        .order_by()
        .values("run")
        .annotate(n=Count("pk"))
        .values("n")
    )
    own = Enrolment.objects.of(user).select_related("run__course", "run__lead", "learner")
    return own.annotate(ahead=Coalesce(Subquery(before), 0)).order_by("-run__starts_on", "-pk")
