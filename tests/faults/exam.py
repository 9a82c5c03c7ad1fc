"""Drill: a hundred learners sit at once while workers and the database are killed.

Every acknowledged save is compared with the database at the end: none may be missing, every
attempt has one final state, one receipt and one marking.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.faults.site import Site, close_connections, running_site
from tests.faults.takers import AUTOMATIC, Figures, Taker

TAKERS, SECONDS, THINKING = 100, 40.0, 2.5
PICK = 30
LEAVE = 5  # every fifth learner never hands in: the clock does


def lay_in(takers: int) -> tuple[Any, list[str]]:
    """Make a run with an examination on the real questions, and a signed-in session for each."""
    from django.test import Client

    from courses.models import Question
    from tests.courses.papers import CONTENT_QUESTIONS
    from tests.factories.courses import make_enrolment, make_exam, make_run

    run = make_run("running", capacity=takers)
    Question.objects.bulk_create(
        Question(course=run.course, code=data["id"], data=data)
        for data in CONTENT_QUESTIONS
        if data["type"] in AUTOMATIC
    )
    section = {"name": "theory", "pick": PICK, "points": 100, "from": {}}
    exam = make_exam(run, blueprint={"sections": [section], "pass": 60, "minutes": 60})
    sessions = []
    for _number in range(takers):
        browser = Client()
        browser.force_login(make_enrolment(run).learner)
        sessions.append(browser.session.session_key)
    return exam, sessions


def sit(
    site: Site, exam: Any, sessions: list[str], figures: Figures, seconds: float, thinking: float
) -> tuple[list[Taker], list[threading.Thread], threading.Event]:
    """Let everybody begin in the same moment, answer for so long, then hand in.

    Returns the learners, their threads, and the event that starts them all.
    """
    takers = [
        Taker(site.port, session, exam.public_id, figures, seed)
        for seed, session in enumerate(sessions)
    ]
    go = threading.Event()

    for taker in takers:
        taker.arrive()

    def live(taker: Taker, number: int) -> None:
        go.wait()
        taker.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(taker.random.uniform(0.2, 2 * thinking))
            taker.answer()
        if number % LEAVE:
            taker.hand_in()

    threads = [
        threading.Thread(target=live, args=(taker, number), daemon=True)
        for number, taker in enumerate(takers)
    ]
    for thread in threads:
        thread.start()
    return takers, threads, go


def later(seconds: float, deed: Callable[[], None]) -> None:
    time.sleep(seconds)
    deed()


def finish(exam: Any) -> None:
    """Let the clock run out and everything be graded, as the sweep does, twice."""
    from courses.services.sitting import sweep_attempts
    from portal.core import clock

    with clock.at(exam.closes_at + timedelta(hours=1)):
        sweep_attempts()
        sweep_attempts()


def verdict(exam: Any, takers: list[Taker]) -> dict[str, int]:
    """Count everything that must be nought."""
    from courses.models import Answer, AnswerSave, Attempt, Marking
    from courses.queries.sitting import paper_of, responses_of
    from portal.core import audit
    from portal.core.models import AuditChain, AuditEvent

    saves = {
        (save.attempt.public_id, save.key): save
        for save in AnswerSave.objects.select_related("attempt")
    }
    answers = {
        (answer.attempt.public_id, answer.question): answer
        for answer in Answer.objects.select_related("attempt")
    }
    attempts = {one.public_id: one for one in Attempt.objects.filter(exam=exam)}
    lost = wrong = 0
    for taker in takers:
        for ack in taker.acknowledged:
            save = saves.get((taker.attempt, ack.key))
            lost += save is None or (save.revision, save.response) != (ack.revision, ack.response)
        for question, revision in taker.revisions.items():
            answer = answers.get((taker.attempt, question))
            wrong += answer is None or answer.revision != revision
            last = [ack for ack in taker.acknowledged if ack.question == question][-1]
            wrong += answer is not None and answer.response != last.response
    from courses.grading import answers_digest

    endings = Counter(
        AuditEvent.objects.filter(action__in=("attempt.submitted", "attempt.expired")).values_list(
            "object_key", flat=True
        )
    )
    markings = Counter(Marking.objects.values_list("attempt__public_id", flat=True))
    return {
        "acknowledged answers lost": lost,
        "last acknowledged answers that are not the answer": wrong,
        "revisions given twice": len(saves)
        - len({(s.attempt_id, s.question, s.revision) for s in saves.values()}),
        "learners without exactly one attempt": abs(len(attempts) - len(takers)),
        "attempts not graded": sum(one.state != "graded" for one in attempts.values()),
        "attempts without exactly one end": sum(endings[name] != 1 for name in attempts),
        "attempts without exactly one marking": sum(markings[name] != 1 for name in attempts),
        "receipts shown that are not the stored ones": sum(
            bool(taker.receipt) and attempts[taker.attempt].receipt_hash != taker.receipt
            for taker in takers
        ),
        "receipts that are not over the answers": sum(
            one.receipt_hash
            != answers_digest(attempt=name, paper=paper_of(one), responses=responses_of(one))
            for name, one in attempts.items()
        ),
        "answers of the server nobody expects": sum(len(taker.strange) for taker in takers),
        "chains of the record that do not hold": sum(
            audit.verify(chain) is not None for chain in AuditChain.objects.all()
        ),
    }


def main() -> int:
    with running_site() as (site, server):
        exam, sessions = lay_in(TAKERS)
        figures = Figures()
        takers, threads, go = sit(site, exam, sessions, figures, SECONDS, THINKING)
        go.set()
        later(6, site.kill_worker)
        later(8, site.kill_worker)
        later(8, server.kill)
        broken = time.monotonic()
        server.start()
        print(f"database killed and started again: {time.monotonic() - broken:.1f} s", flush=True)
        # In the middle of handing in.
        later(max(0.0, SECONDS - (6 + 8 + 8 + time.monotonic() - broken) + 4), site.kill_worker)
        for thread in threads:
            thread.join(timeout=90)
        hanging = sum(thread.is_alive() for thread in threads)
        close_connections()
        finish(exam)
        found = verdict(exam, takers) | {"learners who never came through": hanging}
        saves = sum(len(taker.acknowledged) for taker in takers)
        print(f"{TAKERS} learners, {saves} acknowledged saves, 3 workers and 1 database killed")
        print(f"requests without a good answer, all repeated: {figures.failures}")
        for what, number in found.items():
            print(f"  {what:<52} {number:>5}{' FAILED' * bool(number)}")
        for taker in takers:
            for line in taker.strange[:2]:
                print(f"    {taker.attempt}: {line}")
        return int(any(found.values()))
