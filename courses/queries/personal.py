"""What courses holds about a person, what of it stays, and what must be settled first."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.lifecycle import ALIVE, AttemptState
from courses.models import (
    Answer,
    Attempt,
    Attendance,
    Certificate,
    Enrolment,
    HoursEntry,
    PracticeRating,
    PracticeWork,
    UnitCompletion,
)
from portal.core.personal import Kept, Section, Text, register


def held(person: Any) -> Iterator[Section]:
    """Places, progress, examinations with every answer, practical work, hours, certificates."""
    yield Section(
        _("Places in courses"),
        [
            {
                _("course"): one.run.course.display_title,
                _("run"): one.run.code,
                _("state"): one.get_state_display(),
                _("name on the list"): one.listed_name,
                _("mobile"): one.mobile,
                _("note"): one.note,
                _("asked"): one.requested_at,
                _("result"): one.outcome,
            }
            for one in Enrolment.objects.filter(learner=person)
            .select_related("run__course")
            .order_by("pk")
        ],
    )
    yield from learnt(person)
    yield from examined(person)
    yield from earned(person)


def learnt(person: Any) -> Iterator[Section]:
    """Units completed and attendance."""
    yield Section(
        _("Units completed"),
        [
            {_("unit"): one.unit.title, _("when"): one.completed_at, _("answers"): one.answers}
            for one in UnitCompletion.objects.filter(enrolment__learner=person)
            .select_related("unit")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Attendance"),
        [
            {
                _("session"): one.session.title,
                _("begins"): one.session.starts_at,
                _("presence"): one.get_presence_display(),
                _("minutes"): one.minutes,
            }
            for one in Attendance.objects.filter(enrolment__learner=person)
            .select_related("session")
            .order_by("pk")
        ],
    )


def examined(person: Any) -> Iterator[Section]:
    """Examinations sat, answers given, practical work handed in, ratings written."""
    yield Section(
        _("Examinations I sat"),
        [
            {
                _("examination"): one.exam.title,
                _("begun"): one.started_at,
                _("ended"): one.ended_at,
                _("state"): one.get_state_display(),
                _("score"): one.score,
                _("browser"): one.device,
            }
            for one in Attempt.objects.filter(enrolment__learner=person)
            .select_related("exam")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Answers in examinations"),
        [
            {
                _("examination"): one.attempt.exam.title,
                _("question"): one.question,
                _("answer"): one.response,
                _("when"): one.saved_at,
            }
            for one in Answer.objects.filter(attempt__enrolment__learner=person)
            .select_related("attempt__exam")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Practical work"),
        [
            {
                _("task"): one.task.title,
                _("version"): one.version,
                _("text"): one.text,
                _("file"): one.file.name if one.file else "",
                _("when"): one.handed_in_at,
            }
            for one in PracticeWork.objects.filter(enrolment__learner=person)
            .select_related("task", "file")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Ratings I gave as an examiner"),
        [
            {_("points"): one.points, _("comment"): one.comment, _("when"): one.rated_at}
            for one in PracticeRating.objects.filter(examiner=person).order_by("pk")
        ],
    )


def earned(person: Any) -> Iterator[Section]:
    """Hours and certificates."""
    yield Section(
        _("Hours"),
        [
            {_("day"): one.day, _("hours"): one.hours, _("source"): one.source}
            for one in HoursEntry.objects.filter(learner=person).order_by("pk")
        ],
    )
    yield Section(
        _("Certificates"),
        [
            {
                _("number"): one.number,
                _("state"): one.get_state_display(),
                _("issued"): one.issued_on,
                _("expires"): one.expires_on,
                _("printed facts"): one.facts,
            }
            for one in Certificate.objects.filter(holder=person).order_by("pk")
        ],
    )


def kept(person: Any) -> Iterable[Kept]:
    """What of the training stays, and why."""
    found = []
    if Certificate.objects.filter(holder=person).exists():
        found.append(
            Kept(
                gettext_lazy("Certificates, with your name on them"),
                gettext_lazy(
                    "So that whoever you showed one to can still verify it. Verification shows the "
                    "name masked."
                ),
            )
        )
    if Enrolment.objects.filter(learner=person).exists():
        found.append(
            Kept(
                gettext_lazy("Attendance, answers, work handed in, marks and hours, without name"),
                gettext_lazy(
                    "Examinations are marked again from their answers and hours are a ledger that "
                    "only grows; without them other people's results could not be proved."
                ),
            )
        )
    return found


def obstacles(person: Any) -> Iterator[Text]:
    """Rule: who has a place, waits for one or is writing an examination ends that first."""
    if Attempt.objects.filter(enrolment__learner=person, state=AttemptState.RUNNING).exists():
        yield _("You are writing an examination. Hand it in first.")
    rows = Enrolment.objects.filter(learner=person, state__in=ALIVE).select_related("run__course")
    for one in rows.order_by("pk"):
        yield _("You have a place in “%(course)s”. Withdraw from it, or wait for its end.") % {
            "course": one.run.course.display_title
        }


register("courses", held=held, kept=kept, obstacles=obstacles)
