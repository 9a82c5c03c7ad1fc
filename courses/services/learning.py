"""A learner completes a unit. Attendance and practical work have services of their own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.enums import CompletionWay, Delivery, SessionMode
from courses.models import Enrolment, Run, Unit, UnitCompletion
from courses.rules.learning import check_can_learn
from courses.services.ledger import enter_hours
from portal.core import audit, clock
from portal.core.denials import Denied


@transaction.atomic
def complete_unit(
    *, enrolment: Enrolment, unit: Unit, by: Any, answers: Sequence[str] = ()
) -> UnitCompletion:
    """Complete a unit for a learner and return the completion; a second call completes nothing new.

    Rule: a unit to read is completed by confirming it, one with a self-check by answering every
    question, rightly or wrongly; answering again keeps the latest answers. `answers` are letters,
    in the order of the questions. Locks the enrolment, checks the rule, writes the completion,
    the audit event and, in an online course without sessions, its hours. Raises Denied, or
    ValidationError with messages by the question's number from 0.
    """
    locked = lock_enrolment(enrolment)
    if unit.module.course_id != locked.run.course_id:
        raise Denied(_("This unit belongs to another course."), code="unit.course")
    check_can_learn(by, locked)
    given = check_answers(unit, answers)
    done, is_new = UnitCompletion.objects.get_or_create(
        enrolment=locked, unit=unit, defaults={"answers": given, "completed_at": clock.now()}
    )
    if not is_new:
        if given and done.answers != given:
            done.answers = given
            done.save(update_fields=["answers"])
        return done
    facts = {"unit": unit.code, "module": unit.module.code, "way": unit.way}
    audit.record(action="unit.completed", obj=locked, by=by, after=unit.code, facts=facts)
    if counts_by_unit(locked.run):
        enter_unit_hours(locked, unit, by=by)
    return done


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment read afresh under a row lock, with its run and course."""
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.select_related("run__course", "learner").get(pk=enrolment.pk)


def check_answers(unit: Unit, answers: Sequence[str]) -> list[str]:
    """Return the answers to keep; raise ValidationError for questions without a valid one.

    A unit that is only read may have a self-check too: its answers are kept when complete.
    """
    letters = [letters_of(question) for question in unit.self_check]
    given = [str(one).upper() for one in answers][: len(letters)]
    given += [""] * (len(letters) - len(given))
    missing = [number for number, one in enumerate(given) if one not in letters[number]]
    if missing and unit.way == CompletionWay.SELF_CHECK:
        raise ValidationError(
            {str(number): [_("Choose an answer; a wrong one counts too.")] for number in missing}
        )
    return [] if missing else given


def letters_of(question: dict[str, Any]) -> list[str]:
    """Return the letters of a question's options, from A."""
    return [chr(ord("A") + place) for place in range(len(question.get("options", ())))]


def counts_by_unit(run: Run) -> bool:
    """Rule: units give hours only in an online run without sessions; elsewhere attendance does,
    so that nothing is counted twice.
    """
    return run.delivery == Delivery.ONLINE and not run.sessions.exists()


def enter_unit_hours(enrolment: Enrolment, unit: Unit, *, by: Any) -> None:
    """Enter a completed unit's hours of theory once; practice is not learnt by reading."""
    enter_hours(
        learner=enrolment.learner,
        enrolment=enrolment,
        day=clock.today(),
        hours=max(Decimal(unit.hours) - Decimal(unit.hours_practice), Decimal(0)),
        mode=SessionMode.THEORY,
        source=f"{enrolment.run.course.title}: {unit.title}"[:200],
        key=f"unit:{enrolment.pk}:{unit.pk}",
        by=by,
    )
