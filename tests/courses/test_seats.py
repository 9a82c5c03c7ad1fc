"""Seats under load and under chance: many at once, and any order of events."""

import contextlib
import threading
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from courses.lifecycle import SEATED, EnrolmentState
from courses.models import Enrolment, Run
from courses.queries.invariants.running import (
    places_are_whole,
    seats_are_not_oversold,
    seats_go_in_order_of_arrival,
)
from courses.services import enrolling, running
from portal.core import clock
from portal.core.denials import Denied
from tests.factories.accounts import make_user
from tests.factories.courses import make_run, make_team

pytestmark = pytest.mark.both

CROWD = 100


@pytest.mark.django_db(transaction=True)
def test_hundred_at_once_for_the_last_seat():
    run = make_run(capacity=1)
    people = [make_user() for _ in range(CROWD)]
    gate, faults = threading.Barrier(CROWD), []

    def ask(person):
        try:
            gate.wait(timeout=30)
            enrolling.request_place(run=run, by=person)
        except Exception as error:
            faults.append(repr(error))
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=ask, args=(person,)) for person in people]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert faults == []
    rows = list(run.enrolments.order_by("place").values_list("place", "state"))
    assert rows == [(1, "enrolled"), *((place, "waitlisted") for place in range(2, CROWD + 1))]
    assert Run.objects.get(pk=run.pk).arrivals == CROWD


@pytest.mark.django_db(transaction=True)
def test_one_person_clicking_many_times_at_once_has_one_place():
    run, person, faults = make_run(capacity=1), make_user(), []
    gate = threading.Barrier(8)

    def ask():
        try:
            gate.wait(timeout=30)
            enrolling.request_place(run=run, by=person)
        except Exception as error:
            faults.append(repr(error))
        finally:
            connections.close_all()

    crowd = [threading.Thread(target=ask) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert faults == []
    assert list(run.enrolments.values_list("place", "state")) == [(1, "enrolled")]


class Seats(RuleBasedStateMachine):
    """Anything that people and the clock may do to a run's seats, in any order."""

    def __init__(self):
        super().__init__()
        self.now = clock.now()
        self.team = make_team()
        self.people = [make_user() for _ in range(6)]

    def do(self, deed, **facts):
        with clock.at(self.now), contextlib.suppress(Denied):
            deed(**facts)

    def place_of(self, person):
        return Enrolment.objects.filter(run=self.run, learner=self.people[person]).first()

    @initialize(approval=st.booleans())
    def announce(self, approval):
        self.run = make_run(team=self.team, capacity=2, needs_approval=approval)

    people_drawn = st.integers(0, 5)

    @rule(person=people_drawn)
    def ask(self, person):
        self.do(enrolling.request_place, run=self.run, by=self.people[person])

    @rule(person=people_drawn)
    def withdraw(self, person):
        if one := self.place_of(person):
            self.do(enrolling.withdraw, enrolment=one, by=one.learner)

    @rule(person=people_drawn)
    def take(self, person):
        if one := self.place_of(person):
            self.do(enrolling.take_offer, enrolment=one, by=one.learner)

    @rule(person=people_drawn, admit=st.booleans())
    def decide(self, person, admit):
        if one := self.place_of(person):
            facts = {"admit": admit, "reason": "原因", "by": self.team.coordinator}
            self.do(enrolling.decide_request, enrolment=one, **facts)

    @rule(person=people_drawn)
    def remove(self, person):
        if one := self.place_of(person):
            self.do(enrolling.remove, enrolment=one, by=self.team.coordinator, reason="原因")

    @rule(more=st.integers(1, 2))
    def more_seats(self, more):
        capacity = Run.objects.get(pk=self.run.pk).capacity + more
        if capacity <= 5:
            self.do(running.change_run, run=self.run, by=self.team.coordinator, capacity=capacity)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours):
        self.now += timedelta(hours=hours)
        self.do(enrolling.lapse_offers)

    @invariant()
    def holds(self):
        faults = [*seats_are_not_oversold(), *places_are_whole(), *seats_go_in_order_of_arrival()]
        assert faults == []
        run = Run.objects.get(pk=self.run.pk)
        taken = run.enrolments.filter(state__in=SEATED).count()
        waiting = run.enrolments.filter(state=EnrolmentState.WAITLISTED).count()
        assert taken <= run.capacity
        assert not waiting or taken == run.capacity or self.now.date() >= run.starts_on


class TestSeats(Seats.TestCase, TestCase):
    """The machine, each example in a transaction that is rolled back."""

    settings = settings(
        max_examples=15,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
