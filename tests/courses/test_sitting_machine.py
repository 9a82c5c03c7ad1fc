"""An attempt under any sequence of deeds: what ended stays ended, and no text is ever gone."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from courses.lifecycle import ENDED, AttemptState
from courses.models import Attempt
from courses.questions import Kind
from courses.services.grading import grade_attempt
from courses.services.sitting import (
    Reply,
    Sent,
    expire_attempt,
    save_answer,
    start_attempt,
    submit_attempt,
    sweep_attempts,
    take_over,
)
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.courses.papers import sample
from tests.factories.courses import make_enrolment, make_exam, make_question, make_run

pytestmark = [pytest.mark.django_db, pytest.mark.both]
STEPS = {
    (AttemptState.RUNNING, AttemptState.SUBMITTED),
    (AttemptState.RUNNING, AttemptState.EXPIRED),
    (AttemptState.SUBMITTED, AttemptState.GRADED),
    (AttemptState.EXPIRED, AttemptState.GRADED),
}
SWEPT = (AttemptState.RUNNING, AttemptState.GRADED)
devices = st.sampled_from(["here", "there"])


class Sitting(RuleBasedStateMachine):
    """One learner, two browsers, a clock that only goes forward."""

    def __init__(self):
        super().__init__()
        run = make_run("running")
        make_question(run.course, **sample(Kind.SHORT, "q"))
        self.exam = make_exam(run)
        self.enrolment = make_enrolment(run)
        self.by, self.now = self.enrolment.learner, clock.now()
        self.attempt_id = start_attempt(
            exam=self.exam, enrolment=self.enrolment, device="here", by=self.by, at=self.now
        ).public_id
        self.known: dict[str, tuple[int, str]] = {}
        self.texts: dict[str, str] = {}
        self.state, self.receipt = AttemptState.RUNNING, None

    @property
    def attempt(self):
        return Attempt.objects.get(public_id=self.attempt_id)

    @property
    def mine(self):
        return {"public_id": self.attempt_id, "by": self.by, "at": self.now}

    @rule(minutes=st.sampled_from([0, 1, 20, 40]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(device=devices, base=st.integers(0, 3), text=st.sampled_from(["甲", "乙", "丙"]))
    def save(self, device, base, text):
        key = f"key-{len(self.texts):08d}"
        outcome = save_answer(sent=Sent("q", text, base, key), device=device, **self.mine)
        if outcome.reply == Reply.SAVED:
            self.known[key] = (outcome.revision, text)
        self.texts[key] = text

    @rule(data=st.data(), device=devices)
    def repeat(self, data, device):
        if not self.known:
            return
        key = data.draw(st.sampled_from(sorted(self.known)))
        revision, text = self.known[key]
        outcome = save_answer(sent=Sent("q", text, 0, key), device=device, **self.mine)
        assert outcome.reply == Reply.SAVED
        assert outcome.revision == revision

    @rule(device=devices)
    def hand_in(self, device):
        submit_attempt(device=device, **self.mine)

    @rule(device=devices)
    def move(self, device):
        try:
            take_over(device=device, **self.mine)
        except Denied:
            assert self.attempt.state in ENDED

    @rule()
    def the_clock_ends_it(self):
        expire_attempt(attempt_id=self.attempt.pk, at=self.now)

    @rule()
    def grade(self):
        grade_attempt(attempt_id=self.attempt.pk)

    @rule()
    def sweep(self):
        with clock.at(self.now):
            sweep_attempts()

    @invariant()
    def states_go_one_way_and_the_receipt_stands(self):
        attempt = self.attempt
        path = (self.state, AttemptState(attempt.state))
        # A sweep may end and grade in one go.
        assert path[0] == path[1] or path in STEPS or path == SWEPT
        assert self.state not in ENDED or attempt.state in ENDED
        if self.receipt:
            assert (attempt.receipt_hash, attempt.ended_at) == self.receipt
        self.state = AttemptState(attempt.state)
        self.receipt = (attempt.receipt_hash, attempt.ended_at) if self.state in ENDED else None

    @invariant()
    def every_text_is_on_the_server(self):
        attempt = self.attempt
        rows = {row.key: row for row in attempt.saves.all()}
        answer = attempt.answers.first()
        stored = {row.response for row in rows.values()}
        assert set(self.texts.values()) <= stored
        given = [row.revision for row in rows.values() if row.revision is not None]
        assert sorted(given) == list(range(1, len(given) + 1))
        if answer:
            assert answer.revision == len(given)
            last = next(row for row in rows.values() if row.revision == answer.revision)
            assert answer.response == last.response

    @invariant()
    def it_ends_once_and_is_marked_once(self):
        attempt = self.attempt
        events = AuditEvent.objects.filter(object_key=self.attempt_id)
        ends = events.filter(action__in=("attempt.submitted", "attempt.expired")).count()
        assert ends == int(attempt.state in ENDED)
        assert attempt.markings.count() == int(attempt.state == AttemptState.GRADED)


def test_any_sequence_of_deeds_keeps_what_must_hold():
    class Undone(Sitting):
        def __init__(self):
            self.block = transaction.atomic()
            self.block.__enter__()
            super().__init__()

        def teardown(self):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
