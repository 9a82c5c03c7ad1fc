"""Draws: rules kept, replayable, recounted; publication, replacement, chairs, reminders."""

from collections import Counter

import pytest

from evaluation.criteria import DEFAULT_CRITERIA
from evaluation.lifecycle import AssignmentState, DrawState
from evaluation.models import Assignment, ConflictFact, Draw, Employment
from evaluation.queries.drawing import entries_without_panel, ground_for
from evaluation.services.conflicting import recuse
from evaluation.services.criteria import give_criteria
from evaluation.services.panelling import (
    discard_draw,
    propose_draw,
    publish_draw,
    remind_experts,
    replace_expert,
    set_chair,
)
from portal.core import invariants
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import RoundState, SubmissionState
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.evaluation import make_assignment, make_ballot, make_expert
from tests.factories.showcase import make_round, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_secretariat()


@pytest.fixture
def review(office):
    return make_round(RoundState.REVIEWING, by=office)


def fill(review, entries=3, experts=9):
    """Accepted entries and an expert pool, three of each kind."""
    made = [make_submission(review, state=SubmissionState.ACCEPTED) for _ in range(entries)]
    return made, [make_expert() for _ in range(experts)]


def seats_of(draw):
    return set(draw.assignments.values_list("submission__public_id", "expert__public_id"))


def violations():
    return [sentence for _name, sentence in invariants.violations()]


def test_propose_draw_gives_every_accepted_entry_five_experts(office, review):
    fill(review)
    make_submission(review, state=SubmissionState.SUBMITTED)
    draw = propose_draw(review, by=office, seed=3)
    assert Counter(
        draw.assignments.values_list("submission", flat=True).order_by()
    ) == dict.fromkeys(entries_without_panel(review).values_list("pk", flat=True), 5)
    assert (draw.state, draw.seed, draw.report["violations"]) == (DrawState.PROPOSED, 3, [])
    assert set(draw.assignments.values_list("state", flat=True)) == {AssignmentState.PROPOSED}


def test_propose_draw_is_replayed_by_its_seed(office, review):
    fill(review)
    first = propose_draw(review, by=office, seed=11)
    second = propose_draw(review, by=office, seed=11)
    assert seats_of(first) == seats_of(second)
    assert (second.number, Draw.objects.get(pk=first.pk).state) == (2, DrawState.DISCARDED)


def test_propose_draw_never_seats_a_tie_or_an_unknown_profile(office, review):
    entries, experts = fill(review, entries=2, experts=8)
    blocked = make_expert(employer=None)
    Employment.objects.filter(expert=experts[0]).update(uscc=entries[0].applicant.uscc)
    ConflictFact.objects.create(
        expert=experts[1],
        submission=entries[0],
        kind="kin",
        source=ConflictFact.Source.DECLARED,
        note="待裁定",
    )
    draw = propose_draw(review, by=office)
    barred = {(entries[0].public_id, one.public_id) for one in experts[:2]}
    assert seats_of(draw) & barred == set()
    assert not draw.assignments.filter(expert=blocked).exists()
    assert draw.report["blocked"] == 1


def test_propose_draw_says_which_rules_bend_when_experts_are_few(office, review):
    fill(review, entries=1, experts=4)
    draw = propose_draw(review, by=office)
    assert [found["code"] for found in draw.report["violations"]] == ["size"]
    with pytest.raises(Denied) as refusal:
        publish_draw(draw, by=office)
    assert refusal.value.code == "draw.bent"
    assert publish_draw(draw, by=office, accept_bent=True).state == DrawState.PUBLISHED


def test_propose_draw_without_a_waiting_entry_is_refused(office, review):
    with pytest.raises(Denied) as refusal:
        propose_draw(review, by=office)
    assert refusal.value.code == "draw.nothing"


@pytest.mark.parametrize("state", list(RoundState))
def test_propose_draw_belongs_to_check_and_review(office, state):
    round = make_round(state, by=office)
    fill(round, entries=1, experts=6)
    allowed = {RoundState.CHECKING, RoundState.REVIEWING}
    if state in allowed:
        assert propose_draw(round, by=office).state == DrawState.PROPOSED
        return
    with pytest.raises(Denied) as refusal:
        propose_draw(round, by=office)
    assert refusal.value.code == "panels.state"


@pytest.mark.parametrize(
    "role", ["applicant", "recommender", "expert", "chair", "observer", "editor"]
)
def test_propose_draw_is_the_secretariats(review, role):
    fill(review, entries=1, experts=6)
    with pytest.raises(Denied) as refusal:
        propose_draw(review, by=make_member(role))
    assert refusal.value.code == "panels.role"
    assert Draw.objects.count() == 0


def test_publish_draw_activates_tells_and_gives_criteria(office, review):
    fill(review)
    draw = propose_draw(review, by=office)
    publish_draw(draw, by=office)
    publish_draw(draw, by=office)
    review.refresh_from_db()
    assert set(draw.assignments.values_list("state", flat=True)) == {AssignmentState.ACTIVE}
    assert review.criteria.version == 1
    experts = draw.assignments.values("expert").distinct().count()
    assert Notification.objects.filter(kind="panel.assigned").count() == experts
    assert AuditEvent.objects.filter(action="draw.published").count() == 1
    assert violations() == []


def test_publish_draw_recounts_and_refuses_a_tie_found_since(office, review):
    entries, _experts = fill(review, entries=1, experts=7)
    draw = propose_draw(review, by=office)
    seated = draw.assignments.first().expert
    Employment.objects.filter(expert=seated).update(uscc=entries[0].applicant.uscc)
    with pytest.raises(Denied) as refusal:
        publish_draw(draw, by=office, accept_bent=True)
    assert refusal.value.code == "draw.recount"
    assert Assignment.objects.filter(state=AssignmentState.ACTIVE).count() == 0


def test_publish_draw_that_was_discarded_is_refused(office, review):
    fill(review)
    draw = propose_draw(review, by=office)
    discard_draw(draw, by=office)
    with pytest.raises(Denied) as refusal:
        publish_draw(draw, by=office)
    assert refusal.value.code == "state.draw.publish"


def test_second_draw_takes_only_new_entries_and_counts_present_loads(office, review):
    _entries, experts = fill(review, entries=2, experts=12)
    publish_draw(propose_draw(review, by=office), by=office)
    late = make_submission(review, state=SubmissionState.ACCEPTED)
    for expert in experts:
        expert.load_max = 1
        expert.save()
    busy = {
        expert.pk for expert in experts if expert.assignments.filter(state="active").count() == 1
    }
    draw = propose_draw(review, by=office)
    assert {seat.submission for seat in draw.assignments.all()} == {late}
    assert busy & set(draw.assignments.values_list("expert", flat=True)) == set()


def published(office, review, **numbers):
    fill(review, **numbers)
    return publish_draw(propose_draw(review, by=office, seed=1), by=office)


def test_replace_expert_fills_the_seat_of_one_who_stepped_back(office, review):
    draw = published(office, review, entries=1, experts=8)
    seat = draw.assignments.first()
    recuse(seat, kind="kin", note="配偶在职。", by=seat.expert.user)
    new = replace_expert(seat, by=office, seed=5)
    again = replace_expert(seat, by=office)
    former = set(draw.assignments.values_list("expert", flat=True))
    assert new == again
    assert (new.state, new.expert_id in former) == (AssignmentState.ACTIVE, False)
    assert (new.draw.seed, new.draw.report["replaces"]) == (5, seat.public_id)
    assert violations() == []


def test_replace_expert_keeps_the_panels_mix(office, review):
    draw = published(office, review, entries=1, experts=9)
    seat = draw.assignments.first()
    recuse(seat, kind="other", note="无法参加。", by=seat.expert.user)
    replace_expert(seat, by=office)
    entry = seat.submission
    ground = ground_for(review, [entry])
    active = entry.assignments.filter(state="active")
    now = [(entry.public_id, one.expert.public_id) for one in active]
    assert ground.violations(now) == []


def test_replace_expert_with_nobody_left_is_refused(office, review):
    draw = published(office, review, entries=1, experts=5)
    seat = draw.assignments.first()
    recuse(seat, kind="kin", note="配偶在职。", by=seat.expert.user)
    with pytest.raises(Denied) as refusal:
        replace_expert(seat, by=office)
    assert refusal.value.code == "replace.nobody"


def test_replace_expert_leaves_a_signed_sheet_alone(office, review):
    draw = published(office, review, entries=1, experts=8)
    seat = draw.assignments.first()
    make_ballot(seat)
    with pytest.raises(Denied) as refusal:
        replace_expert(seat, by=office)
    assert refusal.value.code == "replace.signed"


def test_replace_expert_removes_one_who_still_sits(office, review):
    draw = published(office, review, entries=1, experts=8)
    seat = draw.assignments.first()
    replace_expert(seat, by=office)
    seat.refresh_from_db()
    assert seat.state == AssignmentState.REMOVED
    assert seat.submission.assignments.filter(state="active").count() == 5


def test_set_chair_is_recorded_once_and_told(office, review):
    expert, direction = make_expert(), review.directions.first()
    set_chair(direction, expert=expert, by=office)
    panel = set_chair(direction, expert=expert, by=office)
    assert panel.chair == expert
    assert AuditEvent.objects.filter(action="panel.chair_set").count() == 1
    assert Notification.objects.filter(kind="panel.chair").count() == 1


def test_remind_experts_writes_to_those_with_unsigned_sheets_once_a_day(office, review):
    draw = published(office, review, entries=1, experts=8)
    make_ballot(draw.assignments.first())
    assert remind_experts(review, by=office) == 4
    assert remind_experts(review, by=office) == 0


def test_give_criteria_is_frozen_by_the_first_sheet(office, review):
    give_criteria(review, by=office)
    entry = make_submission(review, state=SubmissionState.ACCEPTED)
    make_ballot(make_assignment(entry), signed=False)
    assert give_criteria(review, by=office).version == 1
    changed = DEFAULT_CRITERIA.as_data() | {"comment_length": 30}
    with pytest.raises(Denied) as refusal:
        give_criteria(review, by=office, data=changed)
    assert refusal.value.code == "criteria.frozen"


def test_panel_invariants_notice_what_a_service_would_not_do(office, review):
    draw = published(office, review, entries=1, experts=6)
    seat = draw.assignments.first()
    Employment.objects.filter(expert=seat.expert).update(uscc=seat.submission.applicant.uscc)
    seat.expert.load_max = 0
    seat.expert.save()
    Assignment.objects.filter(pk=draw.assignments.last().pk).update(state=AssignmentState.REMOVED)
    names = [name for name, _sentence in invariants.violations()]
    assert names == ["evaluation.loads", "evaluation.no_employer_sits", "evaluation.panel_size"]
