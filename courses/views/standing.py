"""What completes a course, in plain words: what is done, and what is still missing."""

from fractions import Fraction
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.certification import CompletionRule
from courses.certification.hours import figure
from courses.models import CoursePage, Enrolment, PracticeTask
from courses.queries.progress import Progress

RULE = CompletionRule()
PERCENT = int(RULE.attendance * 100)


def requirements(enrolment: Enrolment, progress: Progress) -> list[dict[str, Any]]:
    """Return the requirements of an enrolment's course as checked items, each with what is
    missing.
    """
    found = [attendance_item(progress), modules_item(progress)]
    if enrolment.run.course.hours_practice:
        found.append(practice_item(enrolment, progress))
    found.append(exam_item(enrolment))
    return [item for item in found if item]


def attendance_item(progress: Progress) -> dict[str, Any]:
    """Return how much of the sessions held so far was attended."""
    asked = _("Attend at least %(share)d%% of the class hours held") % {"share": PERCENT}
    if not progress.scheduled:
        return {"tone": "todo", "text": asked, "note": _("No session has been held yet.")}
    share = Fraction(progress.attended) / Fraction(progress.scheduled)
    facts = {
        "attended": figure(progress.attended),
        "held": figure(progress.scheduled),
        "share": int(share * 100),
    }
    note = _("So far %(attended)s of %(held)s class hours, %(share)d%%.") % facts
    if share < RULE.attendance:
        tone, note = "warn", f"{note} " + _("Attend the coming sessions to make up for it.")
    else:
        tone = "good"
    return {"tone": tone, "text": asked, "note": note}


def modules_item(progress: Progress) -> dict[str, Any]:
    """Return how many modules are done."""
    total, done = len(progress.modules), len(progress.done)
    facts = {"done": done, "total": total}
    note = _("%(done)d of %(total)d done.") % facts if total else _("Nothing to read yet.")
    is_done = done == total and total > 0
    return {
        "tone": "good" if is_done else "todo",
        "text": _("Complete every module"),
        "note": note,
    }


def practice_item(enrolment: Enrolment, progress: Progress) -> dict[str, Any]:
    """Return how many practical tasks have work handed in."""
    total = PracticeTask.objects.filter(course=enrolment.run.course_id).count()
    if not total:
        return {}
    done = len(progress.practice)
    left = total - done
    note = (
        ngettext(
            "%(n)d task has nothing handed in yet.", "%(n)d tasks have nothing handed in yet.", left
        )
        % {"n": left}
        if left
        else _("Everything is handed in; an examiner rates it.")
    )
    return {
        "tone": "todo" if left else "good",
        "text": ngettext("Hand in the practical task", "Hand in the %(n)d practical tasks", total)
        % {"n": total},
        "note": note,
        "url": reverse("learning_practice", args=[enrolment.public_id]),
    }


def exam_item(enrolment: Enrolment) -> dict[str, Any]:
    """Return what the examination asks for."""
    course = enrolment.run.course
    facts = {"mark": course.pass_mark}
    if course.level == CoursePage.Level.L0:
        text = _("Pass the quiz with at least %(mark)d of 100") % facts
    elif course.hours_practice:
        text = _("Pass theory and practice with at least %(mark)d of 100 each") % facts
    else:
        text = _("Pass the examination with at least %(mark)d of 100") % facts
    item = {"tone": "todo", "text": text}
    try:
        item["url"] = reverse("learning_exams", args=[enrolment.public_id])
    except NoReverseMatch:
        item["url"] = ""
    return item
