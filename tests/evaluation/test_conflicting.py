"""Ties by credit code, declarations, decisions: who is barred, who decides, what follows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from evaluation.lifecycle import AssignmentState
from evaluation.models import ConflictFact
from evaluation.queries.conflicts import barred_seats, years_before
from evaluation.services.conflicting import (
    decide_conflict,
    declare_conflict,
    declare_none,
    detect_conflicts,
    recuse,
)
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Stage
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_uscc
from tests.factories.evaluation import (
    make_assignment,
    make_employment,
    make_expert,
    make_panel,
)
from tests.factories.showcase import complete_data, make_round, make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_secretariat()


@pytest.fixture
def review(office):
    return make_round(RoundState.REVIEWING, by=office)


@pytest.fixture
def entry(review):
    return make_submission(review, state=SubmissionState.ACCEPTED)


def opening_day(round) -> date:
    return timezone.localtime(round.stage(Stage.Kind.REVIEW).opens_at).date()


def kinds_of(entry) -> list[str]:
    return list(ConflictFact.objects.filter(submission=entry).values_list("kind", flat=True))


def test_detect_conflicts_finds_the_present_employer(office, review, entry):
    expert = make_expert(entry.applicant.uscc)
    assert detect_conflicts(review, by=office) == 1
    fact = ConflictFact.objects.get()
    assert (fact.expert, fact.kind, fact.source, fact.upheld) == (
        expert,
        ConflictFact.Kind.EMPLOYER,
        ConflictFact.Source.DETECTED,
        True,
    )


@pytest.mark.parametrize(
    ("days", "found"),
    [(0, ["former_employer"]), (1, ["former_employer"]), (-1, [])],
    ids=["three years to the day", "a day less", "a day more"],
)
def test_detect_conflicts_counts_three_years_back_from_the_opening(
    office, review, entry, days, found
):
    boundary = years_before(opening_day(review), 3)
    expert = make_expert()
    make_employment(expert, entry.applicant.uscc, boundary + timedelta(days=days))
    detect_conflicts(review, by=office)
    assert kinds_of(entry) == found


def test_detect_conflicts_takes_a_job_ending_on_the_opening_day_for_present(office, review, entry):
    expert = make_expert()
    make_employment(expert, entry.applicant.uscc, opening_day(review))
    detect_conflicts(review, by=office)
    assert kinds_of(entry) == ["employer"]


def test_years_before_turns_a_leap_day_into_the_28th():
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)


def test_detect_conflicts_looks_at_partners_and_at_memberships(office, review):
    partner, lead = make_uscc(), make_organisation()
    data = complete_data(lead, partners=[{"uscc": partner, "name": "示例联合单位", "role": "测试"}])
    entry = make_submission(review, lead, SubmissionState.ACCEPTED, data)
    by_code, by_membership = make_expert(partner), make_expert()
    Membership.objects.create(user=by_membership.user, organisation=lead, role=Role.APPLICANT)
    detect_conflicts(review, by=office)
    assert barred_seats(review) == {
        (entry.public_id, by_code.public_id),
        (entry.public_id, by_membership.public_id),
    }


def test_detect_conflicts_twice_changes_nothing(office, review, entry):
    make_expert(entry.applicant.uscc)
    detect_conflicts(review, by=office)
    events = AuditEvent.objects.count()
    assert detect_conflicts(review, by=office) == 1
    assert (ConflictFact.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_detect_conflicts_sets_aside_what_the_profile_no_longer_shows(office, review, entry):
    expert = make_expert(entry.applicant.uscc)
    detect_conflicts(review, by=office)
    expert.employments.update(uscc=make_uscc())
    detect_conflicts(review, by=office)
    assert ConflictFact.objects.get().upheld is False
    expert.employments.update(uscc=entry.applicant.uscc)
    detect_conflicts(review, by=office)
    assert ConflictFact.objects.get().upheld is True


def test_detect_conflicts_is_the_secretariats(review):
    with pytest.raises(Denied) as refusal:
        detect_conflicts(review, by=make_expert().user)
    assert refusal.value.code == "panels.role"


def test_declare_none_needs_the_pledge(entry):
    seat = make_assignment(entry, declared=False)
    with pytest.raises(ValidationError) as refusal:
        declare_none(seat, pledged=False, by=seat.expert.user)
    assert list(refusal.value.message_dict) == ["pledged"]
    seat.refresh_from_db()
    assert seat.declared_at is None


def test_declare_none_opens_once_and_is_on_record_once(entry):
    seat = make_assignment(entry, declared=False)
    first = declare_none(seat, pledged=True, by=seat.expert.user)
    again = declare_none(seat, pledged=True, by=seat.expert.user)
    assert again.declared_at == first.declared_at
    assert AuditEvent.objects.filter(action="assignment.declared").count() == 1


def test_declare_none_is_the_experts_own(entry):
    seat = make_assignment(entry, declared=False)
    with pytest.raises(Denied) as refusal:
        declare_none(seat, pledged=True, by=make_expert().user)
    assert refusal.value.code == "conflicts.role"


def test_declare_conflict_bars_until_decided_and_asks_the_chair(entry):
    chair, seat = make_expert(), make_assignment(entry, declared=False)
    make_panel(entry.direction, chair)
    fact = declare_conflict(
        expert=seat.expert, submission=entry, kind="kin", note="配偶在职。", by=seat.expert.user
    )
    assert fact.upheld is None
    assert barred_seats(entry.round) == {(entry.public_id, seat.expert.public_id)}
    told = list(Notification.objects.values_list("recipient", "url"))
    assert told == [(chair.user_id, "/desk/chair/")]


def test_declare_conflict_without_words_is_refused(entry):
    expert = make_expert()
    with pytest.raises(ValidationError) as refusal:
        declare_conflict(expert=expert, submission=entry, kind="", note=" ", by=expert.user)
    assert sorted(refusal.value.message_dict) == ["kind", "note"]
    assert ConflictFact.objects.count() == 0


def declared_doubt(entry):
    seat = make_assignment(entry)
    return declare_conflict(
        expert=seat.expert, submission=entry, kind="adviser", note="顾问。", by=seat.expert.user
    )


def test_decide_conflict_upheld_ends_the_seat_and_asks_for_a_replacement(office, entry):
    fact = declared_doubt(entry)
    decide_conflict(fact, upheld=True, reason="领取顾问费，须回避。", by=office)
    assert entry.assignments.get().state == AssignmentState.RECUSED
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {"conflict.declared", "assignment.recused", "conflict.decided"}


def test_decide_conflict_dismissed_keeps_the_seat(entry):
    chair = make_expert()
    make_panel(entry.direction, chair)
    decided = decide_conflict(
        declared_doubt(entry), upheld=False, reason="五年前的事。", by=chair.user
    )
    assert (decided.upheld, entry.assignments.get().state) == (False, AssignmentState.ACTIVE)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("self as chair", "conflicts.own"),
        ("other chair", "conflicts.role"),
        ("applicant", "conflicts.role"),
        ("observer", "conflicts.role"),
    ],
)
def test_decide_conflict_refuses_everybody_else(entry, who, code):
    fact = declared_doubt(entry)
    if who == "self as chair":
        make_panel(entry.direction, fact.expert)
        user = fact.expert.user
    elif who == "other chair":
        other = make_expert()
        make_panel(entry.round.directions.exclude(pk=entry.direction_id).first(), other)
        user = other.user
    else:
        user = make_member(Role.APPLICANT if who == "applicant" else Role.OBSERVER)
    with pytest.raises(Denied) as refusal:
        decide_conflict(fact, upheld=False, reason="无", by=user)
    assert refusal.value.code == code


def test_decide_conflict_is_never_asked_about_a_credit_code(office, review, entry):
    make_expert(entry.applicant.uscc)
    detect_conflicts(review, by=office)
    with pytest.raises(Denied) as refusal:
        decide_conflict(ConflictFact.objects.get(), upheld=False, reason="无", by=office)
    assert refusal.value.code == "conflicts.detected"


def test_decide_conflict_needs_a_reason_and_is_final(office, entry):
    fact = declared_doubt(entry)
    with pytest.raises(ValidationError):
        decide_conflict(fact, upheld=True, reason=" ", by=office)
    decide_conflict(fact, upheld=True, reason="须回避。", by=office)
    with pytest.raises(Denied) as refusal:
        decide_conflict(fact, upheld=False, reason="改判。", by=office)
    assert refusal.value.code == "conflicts.decided"


def test_recuse_upholds_the_tie_and_twice_is_once(entry):
    seat = make_assignment(entry)
    recuse(seat, kind="kin", note="配偶在职。", by=seat.expert.user)
    recuse(seat, kind="kin", note="配偶在职。", by=seat.expert.user)
    seat.refresh_from_db()
    assert (seat.state, ConflictFact.objects.get().upheld) == (AssignmentState.RECUSED, True)
    assert AuditEvent.objects.filter(action="assignment.recused").count() == 1


@pytest.mark.parametrize("state", [RoundState.RANKING, RoundState.PUBLICITY, RoundState.ANNOUNCED])
def test_recuse_is_over_when_the_ranking_begins(entry, state):
    seat = make_assignment(entry)
    seat.submission.round.state = state
    seat.submission.round.save()
    with pytest.raises(Denied) as refusal:
        recuse(seat, kind="kin", note="配偶在职。", by=seat.expert.user)
    assert refusal.value.code == "conflicts.state"
