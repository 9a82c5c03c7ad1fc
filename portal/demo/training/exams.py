"""The demo's practical works and examinations, sat and marked by the services."""

import random
from datetime import timedelta
from itertools import count
from typing import Any

from courses.enums import DutyKind
from courses.lifecycle import RunState
from courses.models import Attempt, Enrolment, Exam, PracticeTask, PracticeWork, Run
from courses.queries.marking import readings_of
from courses.queries.sitting import keys_of, paper_of
from courses.services import examining, practising, rating, settling
from courses.services.grading import grade_attempt
from courses.services.sitting import Sent, start_attempt, submit_attempt
from portal.accounts.enums import Role
from portal.core import clock
from portal.demo.training.papers import levels, response
from portal.demo.training.people import coordinator_of, of_duty
from portal.demo.training.plans import Plan, at_hour

WORK = (
    "一、按后果划成三个区：灌装控制区、操作监视区、对外交换区；安全仪表单独成区。\n"
    "二、放行表共二十二条，收紧到功能码和地址范围，删去四条无理由通信，改正两条方向。\n"
    "三、只告警运行一个生产周期，换品种时的低频通信已补入并注明理由。\n"
    "四、应通、应不通各八条，拒绝均有时间一致的日志。"
)


def ability_of(person: Enrolment) -> float:
    """Return how well a learner answers, 0 to 1; the seventh of each run has a hard time."""
    dice = random.Random(person.learner.email)  # noqa: S311 - a demo's people
    return 0.42 if person.place % 16 == 7 else min(0.98, max(0.62, dice.gauss(0.86, 0.09)))


def examiner_of(run: Run, place: int = 0) -> Any:
    """Return an examiner of the organisation that examines the run."""
    return of_duty(run, DutyKind.EXAMINING, Role.EXAMINER, place)


def live_practice(run: Run, plan: Plan, people: list[Enrolment]) -> None:
    """Let learners hand in their practical works and examiners judge them."""
    over = plan.state == RunState.CLOSED
    day = min(plan.starts_on + timedelta(days=plan.lasts - 6), plan.today - timedelta(days=3))
    for task in run.course.practice_tasks.all():
        for person in people if over else people[: 2 * len(people) // 3]:
            with clock.at(at_hour(day, 19, person.place)):
                work = practising.hand_in(enrolment=person, task=task, by=person.learner, text=WORK)
            if over or person.place % 3 == 1:
                judge(work, task, person, examiner_of(run), day + timedelta(days=2))


def judge(
    work: PracticeWork, task: PracticeTask, person: Enrolment, examiner: Any, day: Any
) -> None:
    """Let an examiner give points for one practical work."""
    dice = random.Random(f"{task.title}/{person.learner.email}")  # noqa: S311
    points = levels(task.rubric, ability_of(person), dice)
    comment = "划区理由充分，验证可以重做。" if points[0] else "划区与台账不一致，请对照改正。"
    with clock.at(at_hour(day, 15)):
        rating.rate_practice(work=work, points=points, comment=comment, by=examiner)


def live_exam(run: Run, plan: Plan, people: list[Enrolment]) -> None:
    """Set and open the run's examination; in a run that is over, also mark, release and settle."""
    over = plan.state == RunState.CLOSED
    opens_on = plan.ends_on - timedelta(days=2) if over else plan.today - timedelta(days=1)
    opens_at = at_hour(opens_on, 9)
    closes_at = opens_at + timedelta(days=1 if over else 7)
    blueprint = run.course.blueprint
    facts = {
        "title": "结业测验" if run.course.level == "L0" else "结业考试（理论）",
        "opens_at": opens_at,
        "closes_at": closes_at,
        "minutes": blueprint["minutes"],
        "attempts_allowed": 2,
        "blueprint": blueprint,
    }
    with clock.at(opens_at - timedelta(days=3)):
        exam = examining.set_exam(run=run, facts=facts, by=examiner_of(run))
    with clock.at(opens_at - timedelta(hours=1)):
        examining.open_exam(exam=exam, by=examiner_of(run))
    exam.refresh_from_db()
    takers = people if over else people[: (len(people) + 1) // 2]
    for person in takers:
        sit(exam, person)
    if over:
        finish(exam, run, closes_at)
    else:
        read_some(exam, run)


def sit(exam: Exam, person: Enrolment) -> Attempt:
    """Let one learner sit the examination, one answer after the other, and hand in."""
    begun = exam.opens_at + timedelta(minutes=3 * person.place)
    dice = random.Random(f"{exam.run.code}/{person.learner.email}")  # noqa: S311
    device, numbers = f"demo-{person.pk}", count(1)
    with clock.at(begun):
        attempt = start_attempt(
            exam=exam, enrolment=person, device=device, by=person.learner, at=begun
        )
    paper = paper_of(attempt)
    keys = keys_of(exam, [item.question for item in paper.items])
    sent = [
        Sent(
            question=item.question,
            response=response(item, keys[item.question], ability=ability_of(person), dice=dice),
            base=0,
            key=f"demo-{attempt.pk}-{next(numbers)}",
        )
        for item in paper.items
    ]
    ended = begun + timedelta(minutes=exam.minutes * dice.uniform(0.45, 0.95))
    with clock.at(ended):
        submit_attempt(
            public_id=attempt.public_id, device=device, by=person.learner, at=ended, sent=sent
        )
    with clock.at(ended + timedelta(seconds=5)):
        grade_attempt(attempt_id=attempt.pk)
    return attempt


def read_some(exam: Exam, run: Run) -> None:
    """Let examiners read the first answers; the others wait for whoever tries the demo."""
    read(exam, examiner_of(run), limit=3)


def read(exam: Exam, examiner: Any, *, limit: int | None = None) -> None:
    """Let an examiner give points for the answers that wait."""
    waiting = [one for one in readings_of(exam, examiner) if one.needs]
    for one in waiting[:limit]:
        dice = random.Random(f"{one.attempt.pk}/{one.place}")  # noqa: S311
        points = [max(line.levels) for line in one.key.rubric]
        points[-1] = sorted(one.key.rubric[-1].levels)[-1 if dice.random() < 0.6 else -2]
        rating.rate_answer(
            attempt=one.attempt,
            place=one.place,
            points=points,
            comment="结论明确，依据与措施对得上。",
            by=examiner,
        )


def finish(exam: Exam, run: Run, closes_at: Any) -> None:
    """Mark, close, release and settle an examination that is over."""
    examiner = examiner_of(run)
    with clock.at(closes_at + timedelta(hours=2)):
        read(exam, examiner)
        examining.close_exam(exam=exam, by=examiner)
    with clock.at(closes_at + timedelta(hours=5)):
        examining.release_results(exam=exam, by=examiner)
    # What failed may be sat again within 90 days, so those results stay open until then.
    with clock.at(closes_at + timedelta(hours=8)):
        settling.settle_run(run=run, by=coordinator_of(run))
