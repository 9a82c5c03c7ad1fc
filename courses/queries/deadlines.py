"""Deadlines of training that people are reminded of, with those who have still to act."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import EnrolmentState, ExamState, RunState
from courses.models import Enrolment, Exam, Run
from courses.queries.enrolments import coordinators_of
from portal.core.deadlines import Due, deadlines


class CourseName:
    """The course's title, chosen when it is written out: each reader has a language."""

    def __init__(self, course: Any) -> None:
        self.course = course

    def __str__(self) -> str:
        return str(self.course.display_title)


@deadlines(
    "offer",
    subject=_("%(left)s left to take your seat in “%(course)s”"),
    body=_("Take it by %(deadline)s, or it goes to the next person on the waiting list."),
)
def offers(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: who was offered a seat is reminded until it is taken or given up."""
    rows = Enrolment.objects.filter(
        state=EnrolmentState.OFFERED, offered_until__gt=now, offered_until__lte=until
    ).select_related("learner", "run__course")
    for row in rows:
        assert row.offered_until is not None
        yield Due(
            key=row.public_id,
            deadline=row.offered_until,
            people=[row.learner],
            url=reverse("learning_home"),
            words={"course": CourseName(row.run.course)},
        )


@deadlines(
    "enrolment",
    subject=_("%(left)s until enrolment ends in “%(course)s”"),
    body=_("%(number)s requests wait for your decision. Enrolment closes on %(deadline)s."),
)
def requests(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: a run's coordinators are reminded before enrolment ends while requests wait."""
    runs = Run.objects.filter(
        state=RunState.OPEN, enrol_until__gt=now, enrol_until__lte=until
    ).select_related("course")
    waiting = Counter(
        Enrolment.objects.filter(run__in=runs, state=EnrolmentState.REQUESTED)
        .order_by()
        .values_list("run", flat=True)
    )
    for run in runs:
        if waiting[run.pk]:
            yield Due(
                key=run.public_id,
                deadline=run.enrol_until,
                people=coordinators_of([run.lead_id]),
                url=reverse("run_enrolments", args=[run.public_id]),
                words={"course": CourseName(run.course), "number": waiting[run.pk]},
            )


@deadlines(
    "exam",
    subject=_("%(left)s until the examination “%(title)s” opens"),
    body=_("It can be begun from %(deadline)s on. Time: %(minutes)s minutes."),
)
def exams(now: datetime, until: datetime) -> Iterator[Due]:
    """Rule: who is enrolled and has not sat an announced examination is reminded of its opening."""
    rows = Exam.objects.filter(state=ExamState.OPEN, opens_at__gt=now, opens_at__lte=until)
    for exam in rows:
        inside = Enrolment.objects.filter(run=exam.run_id, state=EnrolmentState.ENROLLED)
        unsat = inside.exclude(attempts__exam=exam).select_related("learner").order_by("pk")
        yield Due(
            key=exam.public_id,
            deadline=exam.opens_at,
            people=[one.learner for one in unsat],
            url=reverse("learning_home"),
            words={"title": exam.title, "minutes": exam.minutes},
        )
