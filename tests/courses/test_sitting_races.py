"""Several requests at the same instant, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from courses.models import Attempt
from courses.services.sitting import Reply, Sent, save_answer, start_attempt
from portal.core import clock
from tests.courses.races import Race, end_at_once
from tests.factories.courses import make_attempt, make_enrolment, make_exam

pytestmark = pytest.mark.django_db(transaction=True)


def test_handing_in_saving_and_running_out_of_time_at_once_end_an_attempt_once():
    exam, race = make_exam(), Race()
    attempts = [make_attempt(exam, make_enrolment(exam.run)) for _number in range(20)]
    try:
        faults = [fault for attempt in attempts for fault in end_at_once(race, attempt)]
    finally:
        race.close()
    assert faults == []


def at_once(deeds):
    """Run the deeds in threads of their own, together."""
    barrier = Barrier(len(deeds))

    def run(deed):
        try:
            barrier.wait(timeout=60)
            return deed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_starting_twice_at_once_gives_one_attempt():
    exam = make_exam(attempts_allowed=5)
    enrolment = make_enrolment(exam.run)
    by, at = enrolment.learner, clock.now()

    def start(device):
        return start_attempt(exam=exam, enrolment=enrolment, device=device, by=by, at=at).pk

    deeds = [lambda device=f"device-{n}": start(device) for n in range(4)]
    assert len(set(at_once(deeds))) == 1
    assert Attempt.objects.count() == 1


def test_of_saves_upon_the_same_revision_one_wins_and_the_others_are_kept_aside():
    attempt = make_attempt()
    question, by = attempt.sheet[0]["id"], attempt.enrolment.learner

    def save(letter):
        sent = Sent(question, letter, 0, f"key-0000000{letter}")
        return save_answer(
            public_id=attempt.public_id, sent=sent, device="", by=by, at=clock.now()
        ).reply

    replies = at_once([lambda letter=letter: save(letter) for letter in "ABCD"])
    assert sorted(replies) == [Reply.SAVED, Reply.STALE, Reply.STALE, Reply.STALE]
    assert attempt.saves.filter(revision=None).count() == 3
    assert attempt.answers.get().revision == 1


def test_the_same_change_sent_twice_at_once_is_one():
    attempt = make_attempt()
    sent = Sent(attempt.sheet[0]["id"], "A", 0, "key-00000001")
    by = attempt.enrolment.learner

    def save():
        return save_answer(public_id=attempt.public_id, sent=sent, device="", by=by, at=clock.now())

    outcomes = at_once([save] * 4)
    assert [(one.reply, one.revision) for one in outcomes] == [(Reply.SAVED, 1)] * 4
    assert attempt.saves.count() == 1
