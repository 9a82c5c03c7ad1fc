"""The demo's runs, each lived through by the services on its own dates."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses.enums import DutyKind, Presence, SessionMode
from courses.lifecycle import EnrolmentState, RunState
from courses.models import CoursePage, Enrolment, Question, Run, Session, Unit
from courses.services import attending, banking, enrolling, learning, running, scheduling
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.demo.training import exams
from portal.demo.training.certificates import live_certificates
from portal.demo.training.content import course_data
from portal.demo.training.people import coordinator_of, holder, learners, of_duty
from portal.demo.training.plans import PLANS, Plan, at_hour

CONTACT = "training@example.org"


def missing_plans() -> list[tuple[Plan, str]]:
    """Return the planned runs that are not there yet, each with its code."""
    known = set(Run.objects.values_list("code", flat=True))
    first = Run.objects.order_by("-created_at").values_list("code", flat=True).first()
    year = first.split("-")[-2] if first else str(clock.today().year)
    now = clock.now()
    codes = [(replace(plan, now=now), code_of(plan, year)) for plan in PLANS]
    return [(plan, code) for plan, code in codes if code not in known]


def code_of(plan: Plan, year: str) -> str:
    """Return a run's code: the course's, the year the demo was begun in, the run's number."""
    course = course_data(plan.slug)["code"]
    return f"{course}-{int(year) - 3}-01" if plan.tail == "old" else f"{course}-{year}-{plan.tail}"


def ensure_runs(tell: Callable[[str], None]) -> None:
    """Make every planned run that is not there yet; each is all there or not at all."""
    for plan, code in missing_plans():
        with transaction.atomic():
            run = build(plan, code)
        tell(f"{code}: {run.state}, {run.enrolments.count()} learners")


def build(plan: Plan, code: str) -> Run:
    """Set up one run and live it through up to its planned state."""
    with clock.at(plan.prepared_at):
        run = set_up(plan, code)
        fill_bank(run, plan.slug)
    sign_duties(run, plan)
    if plan.state == RunState.PREPARING:
        return run
    with clock.at(plan.prepared_at + timedelta(hours=6)):
        running.announce(run=run, by=coordinator_of(run))
    enrol(run, plan)
    if plan.state == RunState.CANCELLED:
        reason = "实训楼停电检修，本班取消；已报名的学员可优先报名下一班。"
        running.cancel(run=run, by=coordinator_of(run), reason=reason)
    elif plan.state in {RunState.RUNNING, RunState.CLOSED}:
        live(run, plan)
    run.refresh_from_db()
    return run


def set_up(plan: Plan, code: str) -> Run:
    """Set up a run led by the organisation that answers for the course's content."""
    duties = {
        row["duty"]: Organisation.objects.get(uscc=row["uscc"])
        for row in course_data(plan.slug)["providers"]
    }
    lead = duties[DutyKind.CONTENT]
    return running.create_run(
        course=CoursePage.objects.get(slug=plan.slug),
        lead=lead,
        by=holder(Role.COORDINATOR, lead),
        duties=duties,
        code=code,
        delivery=plan.delivery,
        place=plan.place,
        capacity=plan.capacity,
        needs_approval=plan.approval,
        enrol_from=plan.enrol_from,
        enrol_until=plan.enrol_until,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        fee=Decimal(plan.fee),
        contact=CONTACT,
    )


def fill_bank(run: Run, slug: str) -> None:
    """Take the course's questions into its bank, with its first run."""
    if Question.objects.filter(course=run.course).exists():
        return
    entries = course_data(slug)["questions"]
    banking.take_in_questions(course=run.course, entries=entries, by=coordinator_of(run))


def sign_duties(run: Run, plan: Plan) -> None:
    """Let every organisation answer for its duty; the run being prepared waits for two."""
    for hours, duty in enumerate(run.duties.all(), start=1):
        person = holder(Role.COORDINATOR, duty.organisation)
        with clock.at(plan.prepared_at + timedelta(minutes=30 * hours)):
            if plan.state != RunState.PREPARING:
                running.decide_duty(duty=duty, accept=True, by=person)
            elif duty.kind == DutyKind.SITE:
                reason = "该时段实训场地承担企业内训，建议改期或另选场地。"
                running.decide_duty(duty=duty, accept=False, by=person, reason=reason)
            elif duty.kind != DutyKind.EXAMINING:
                running.decide_duty(duty=duty, accept=True, by=person)


def enrol(run: Run, plan: Plan) -> None:
    """Let the planned learners ask for their places, one after the other."""
    first, last = plan.people
    coordinator = coordinator_of(run)
    for number, learner in enumerate(learners(first, last) if last >= first else []):
        moment = min(plan.enrol_from + timedelta(hours=7 * number), plan.now)
        with clock.at(moment):
            enrolment = enrolling.request_place(run=run, by=learner)
        is_waiting_desk = plan.state == RunState.OPEN and number >= 2
        if enrolment.state == EnrolmentState.REQUESTED and not is_waiting_desk:
            with clock.at(min(moment + timedelta(hours=3), plan.now)):
                enrolling.decide_request(enrolment=enrolment, admit=True, by=coordinator)
    if plan.tail == "05":  # one gives up, so the first who waits is offered the seat
        gone = run.enrolments.filter(state=EnrolmentState.ENROLLED).order_by("place")[2]
        enrolling.withdraw(enrolment=gone, by=gone.learner, reason="出差，改报下一班")


def live(run: Run, plan: Plan) -> None:
    """Let lessons, practical work, the examination and certificates happen, as far as planned."""
    with clock.at(at_hour(plan.starts_on, 8)):
        running.start(run=run, by=coordinator_of(run))
    run.refresh_from_db()
    people = list(run.enrolments.filter(state=EnrolmentState.ENROLLED).select_related("learner"))
    for person in people:
        person.run = run
    if plan.delivery != "online":
        hold_sessions(run, plan, people)
    read_units(run, plan, people)
    exams.live_practice(run, plan, people)
    exams.live_exam(run, plan, people)
    if plan.state == RunState.CLOSED:
        with clock.at(at_hour(plan.ends_on + timedelta(days=6), 10)):
            running.close(run=run, by=coordinator_of(run))
        live_certificates(run, plan)


def hold_sessions(run: Run, plan: Plan, people: list[Enrolment]) -> None:
    """Plan a session for every unit's theory and every practical task; hold those that are past."""
    teacher = of_duty(run, DutyKind.TEACHING, Role.TEACHER)
    units = Unit.objects.filter(module__course=run.course).order_by("module__position", "position")
    planned = [(unit.title, unit.hours - unit.hours_practice, SessionMode.THEORY) for unit in units]
    planned += [
        (task.title, task.hours, SessionMode.PRACTICE) for task in run.course.practice_tasks.all()
    ]
    step = max(1, (plan.lasts - 8) // max(1, len(planned)))
    for number, (title, hours, mode) in enumerate(planned):
        starts_at = at_hour(plan.starts_on + timedelta(days=1 + number * step), 9)
        facts = {
            "title": title[:100],
            "starts_at": starts_at,
            "hours": hours,
            "mode": mode,
            "place": plan.place,
            "teacher": teacher,
        }
        with clock.at(at_hour(plan.starts_on, 8, 30)):
            session = scheduling.add_session(run=run, facts=facts, by=coordinator_of(run))
        if starts_at + timedelta(hours=8) < plan.now:
            keep_list(session, people, teacher)


def keep_list(session: Session, people: list[Enrolment], teacher: Any) -> None:
    """Keep and close one attendance list: nearly everybody is there."""
    dice = random.Random(f"{session.run.code}/{session.title}")  # noqa: S311 - a demo's people
    marks = {
        person.pk: attending.Mark(presence_of(person, dice), None if dice.random() < 0.97 else 45)
        for person in people
    }
    with clock.at(session.starts_at + timedelta(hours=4)):
        attending.keep_list(session=session, marks=marks, by=teacher)
    with clock.at(session.starts_at + timedelta(hours=7)):
        attending.close_list(session=session, by=teacher)


def presence_of(person: Enrolment, dice: random.Random) -> str:
    """Return whether a learner came; the fourth of each run comes too seldom."""
    chance = dice.random()
    if person.place % 16 == 4:
        return Presence.PRESENT if chance < 0.55 else Presence.ABSENT
    return Presence.PRESENT if chance < 0.96 else Presence.EXCUSED


def read_units(run: Run, plan: Plan, people: list[Enrolment]) -> None:
    """Let learners complete the units that their run has come to."""
    units = list(
        Unit.objects.filter(module__course=run.course)
        .select_related("module__course")
        .order_by("module__position", "position")
    )
    passed = (plan.today - plan.starts_on).days
    for person in people:
        share = min(1.0, passed / plan.lasts + 0.25) if plan.state == RunState.RUNNING else 1.0
        slow = 0.5 if plan.state == RunState.RUNNING and person.place % 5 == 0 else 1.0
        for number, unit in enumerate(units[: round(len(units) * share * slow)]):
            day = plan.starts_on + timedelta(days=1 + number * max(1, passed // 40))
            moment = min(at_hour(day, 20), plan.now)
            letters = [row["answer"] for row in unit.self_check]
            with clock.at(moment):
                learning.complete_unit(
                    enrolment=person, unit=unit, by=person.learner, answers=letters
                )
