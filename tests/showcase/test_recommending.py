from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Quota, Recommendation, Stage, Submission
from showcase.queries.recommendations import list_version
from showcase.services import recommending
from showcase.services.applying import withdraw
from showcase.services.recommending import Wish
from tests.factories.accounts import make_member, make_organisation, make_secretariat, make_user
from tests.factories.showcase import (
    make_authority,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def authority():
    return make_authority("320000")


@pytest.fixture
def recommender(authority):
    return make_member(Role.RECOMMENDER, authority)


def a_round(authority, state=RoundState.RECOMMENDING, places=10):
    round = make_round(state)
    Quota.objects.create(round=round, authority=authority, places=places)
    return round


@pytest.fixture
def round(authority):
    return a_round(authority)


def entry(round, authority, state=SubmissionState.SUBMITTED, **facts):
    return make_submission(round, state=state, authority=authority, **facts)


def ranked(round, authority, number):
    """That many submitted entries, ranked in their order, not sent."""
    found = [entry(round, authority) for _ in range(number)]
    for place, one in enumerate(found, start=1):
        make_recommendation(one, authority=authority, priority=place, sent_at=None)
    return found


def order(round, authority):
    rows = Recommendation.objects.filter(round=round, authority=authority).order_by("priority")
    return list(rows.values_list("submission", "priority"))


def set_order(round, authority, by, wishes, **more):
    keyed = {one.public_id: wish for one, wish in wishes.items()}
    return recommending.set_order(round=round, authority=authority, by=by, wishes=keyed, **more)


# --- order --------------------------------------------------------------------------------------


def test_set_order_writes_priorities_and_one_audit_event(round, authority, recommender):
    one, other = entry(round, authority), entry(round, authority)
    changed = set_order(round, authority, recommender, {one: Wish(2, "证据充分。"), other: Wish(1)})
    assert (changed, order(round, authority)) == (True, [(other.pk, 1), (one.pk, 2)])
    event = AuditEvent.objects.get(action="recommendations.ordered")
    assert event.after == {one.public_id: 2, other.public_id: 1}


def test_set_order_lets_entries_change_places(round, authority, recommender):
    one, other = ranked(round, authority, 2)
    set_order(round, authority, recommender, {one: Wish(2), other: Wish(1)})
    assert order(round, authority) == [(other.pk, 1), (one.pk, 2)]


def test_set_order_again_changes_and_records_nothing(round, authority, recommender):
    one = entry(round, authority)
    set_order(round, authority, recommender, {one: Wish(1, "好")})
    assert set_order(round, authority, recommender, {one: Wish(1, "好")}) is False
    assert AuditEvent.objects.filter(action="recommendations.ordered").count() == 1


def test_entry_without_priority_leaves_the_list(round, authority, recommender):
    one, other = ranked(round, authority, 2)
    set_order(round, authority, recommender, {one: Wish(None)})
    assert order(round, authority) == [(other.pk, 2)]


def test_same_priority_twice_is_refused_and_nothing_written(round, authority, recommender):
    one, other = entry(round, authority), entry(round, authority)
    with pytest.raises(ValidationError) as refused:
        set_order(round, authority, recommender, {one: Wish(1), other: Wish(1)})
    assert list(refused.value.message_dict) == [other.public_id]
    assert order(round, authority) == []


@pytest.mark.parametrize("wish", [Wish(0), Wish(1000), Wish(None, "理由"), Wish(1, "长" * 601)])
def test_wish_that_cannot_stand_is_named(round, authority, recommender, wish):
    one = entry(round, authority)
    with pytest.raises(ValidationError) as refused:
        set_order(round, authority, recommender, {one: wish})
    assert list(refused.value.message_dict) == [one.public_id]


def test_list_changed_by_a_colleague_is_noticed(round, authority, recommender):
    one, other = ranked(round, authority, 2)
    version = list_version(round, authority)
    set_order(round, authority, recommender, {one: Wish(9)}, version=version)
    with pytest.raises(ValidationError) as refused:
        set_order(round, authority, recommender, {other: Wish(8)}, version=version)
    assert refused.value.code == "changed"


def test_sent_entry_keeps_its_place(round, authority, recommender):
    (one,) = ranked(round, authority, 1)
    recommending.send_list(round=round, authority=authority, by=recommender)
    with pytest.raises(ValidationError):
        set_order(round, authority, recommender, {one: Wish(5)})
    assert order(round, authority) == [(one.pk, 1)]


def test_entry_of_another_authority_is_not_ranked(round, authority, recommender):
    foreign = entry(round, make_authority("110000"))
    with pytest.raises(ValidationError):
        set_order(round, authority, recommender, {foreign: Wish(1)})


def test_move_entry_swaps_with_its_neighbour(round, authority, recommender):
    one, other, third = ranked(round, authority, 3)
    place = {"round": round, "authority": authority, "by": recommender}
    assert recommending.move_entry(key=third.public_id, step=-1, **place) is True
    assert [pk for pk, _ in order(round, authority)] == [one.pk, third.pk, other.pk]
    assert recommending.move_entry(key=one.public_id, step=-1, **place) is False


def test_move_entry_without_priority_goes_to_the_end(round, authority, recommender):
    ranked(round, authority, 2)
    late = entry(round, authority)
    recommending.move_entry(
        key=late.public_id, step=-1, round=round, authority=authority, by=recommender
    )
    assert order(round, authority)[-1] == (late.pk, 3)


# --- who and when -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.APPLICANT, "recommendation.role"),
        (Role.SECRETARIAT, "recommendation.role"),
        (Role.OBSERVER, "recommendation.role"),
        (Role.EXPERT, "recommendation.role"),
        (Role.RECOMMENDER, "recommendation.role"),
    ],
)
def test_only_its_own_people_rank_for_an_authority(round, authority, role, code):
    one = entry(round, authority)
    with pytest.raises(Denied) as refusal:
        set_order(round, authority, make_member(role), {one: Wish(1)})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("state", "rank", "send"),
    [
        (RoundState.SETUP, "recommendation.state", "recommendation.state"),
        (RoundState.APPLYING, None, "recommendation.early"),
        (RoundState.RECOMMENDING, None, None),
        (RoundState.CHECKING, "recommendation.state", "recommendation.state"),
        (RoundState.REVIEWING, "recommendation.state", "recommendation.state"),
        (RoundState.RANKING, "recommendation.state", "recommendation.state"),
        (RoundState.PUBLICITY, "recommendation.state", "recommendation.state"),
        (RoundState.ANNOUNCED, "recommendation.state", "recommendation.state"),
    ],
)
def test_ranking_and_sending_depend_on_the_rounds_state(authority, recommender, state, rank, send):
    round = a_round(authority, state)
    one, other = ranked(round, authority, 1)[0], entry(round, authority)
    codes = []
    for act in (
        lambda: set_order(round, authority, recommender, {other: Wish(7)}),
        lambda: recommending.send_list(round=round, authority=authority, by=recommender),
    ):
        try:
            act()
            codes.append(None)
        except Denied as refusal:
            codes.append(refusal.code)
    assert (codes, one.state) == ([rank, send], SubmissionState.SUBMITTED)


def test_after_the_window_nothing_can_be_ranked_or_sent(round, authority, recommender):
    ranked(round, authority, 1)
    with clock.at(round.stage(Stage.Kind.RECOMMEND).closes_at), pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.late"
    with clock.at(round.stage(Stage.Kind.RECOMMEND).closes_at - timedelta(seconds=1)):
        recommending.send_list(round=round, authority=authority, by=recommender)


def test_authority_without_places_is_told(authority, recommender):
    round = make_round(RoundState.RECOMMENDING)
    with pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.no_quota"


# --- sending ------------------------------------------------------------------------------------


def test_send_list_recommends_in_order_and_tells_the_applicants(round, authority, recommender):
    entries = ranked(round, authority, 2)
    applicant = make_member(Role.APPLICANT, entries[0].applicant)
    left = entry(round, authority)
    sent = recommending.send_list(round=round, authority=authority, by=recommender)
    assert [one.pk for one in sent] == [one.pk for one in entries]
    states = list(Submission.objects.order_by("pk").values_list("pk", "state"))
    assert states == [
        (entries[0].pk, SubmissionState.RECOMMENDED),
        (entries[1].pk, SubmissionState.RECOMMENDED),
        (left.pk, SubmissionState.SUBMITTED),
    ]
    assert AuditEvent.objects.filter(action="submission.recommended").count() == 2
    assert list(Notification.objects.values_list("recipient", "kind")) == [
        (applicant.pk, "submission.recommended")
    ]


def test_sending_twice_is_refused_the_second_time(round, authority, recommender):
    ranked(round, authority, 1)
    recommending.send_list(round=round, authority=authority, by=recommender)
    with pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.empty"


def test_over_quota_sends_nothing_and_says_how_many_to_clear(authority, recommender):
    round = a_round(authority, places=2)
    ranked(round, authority, 3)
    with pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.over_quota"
    assert Submission.objects.filter(state=SubmissionState.RECOMMENDED).count() == 0


def test_used_places_count_with_the_next_sending(authority, recommender):
    round = a_round(authority, places=2)
    ranked(round, authority, 2)
    recommending.send_list(round=round, authority=authority, by=recommender)
    make_recommendation(entry(round, authority), authority=authority, priority=3, sent_at=None)
    with pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.over_quota"


def test_draft_on_the_list_waits_for_its_applicant(round, authority, recommender):
    draft = entry(round, authority, SubmissionState.DRAFT)
    make_recommendation(draft, authority=authority, priority=1, sent_at=None)
    (ready,) = (entry(round, authority),)
    make_recommendation(ready, authority=authority, priority=2, sent_at=None)
    sent = recommending.send_list(round=round, authority=authority, by=recommender)
    assert [one.pk for one in sent] == [ready.pk]
    assert Recommendation.objects.get(submission=draft).sent_at is None


def test_nobody_sends_an_entry_of_their_own_organisation(round, authority, recommender):
    (one,) = ranked(round, authority, 1)
    Membership.objects.create(user=recommender, organisation=one.applicant, role=Role.APPLICANT)
    with pytest.raises(Denied) as refusal:
        recommending.send_list(round=round, authority=authority, by=recommender)
    assert refusal.value.code == "recommendation.party"


def test_failed_audit_rolls_the_sending_back(round, authority, recommender, monkeypatch):
    (one,) = ranked(round, authority, 1)

    def broken(**_facts):
        raise RuntimeError("no record")

    monkeypatch.setattr("portal.core.audit.record", broken)
    with pytest.raises(RuntimeError):
        recommending.send_list(round=round, authority=authority, by=recommender)
    one.refresh_from_db()
    assert (one.state, one.recommendation.sent_at) == (SubmissionState.SUBMITTED, None)


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_both_take_the_last_place():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: nothing to race for")
    authority = make_authority("320000")
    round = a_round(authority, places=2)
    people = [make_member(Role.RECOMMENDER, authority) for _ in range(2)]
    ranked(round, authority, 1)
    recommending.send_list(round=round, authority=authority, by=people[0])
    extra = [entry(round, authority) for _ in range(2)]
    barrier, outcomes = Barrier(2), []

    def take_the_last_place(person, one, place):
        try:
            barrier.wait(timeout=20)
            set_order(round, authority, person, {one: Wish(place)})
            recommending.send_list(round=round, authority=authority, by=person)
            outcomes.append("sent")
        except Denied as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    pairs = zip(people, extra, (8, 9), strict=True)
    threads = [Thread(target=take_the_last_place, args=facts) for facts in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    sent = Recommendation.objects.filter(round=round, sent_at__isnull=False).count()
    assert (len(outcomes), sent <= 2) == (2, True)
    assert set(outcomes) <= {"sent", "recommendation.over_quota", "recommendation.empty"}


@pytest.mark.django_db(transaction=True)
def test_sending_the_same_last_place_twice_at_once_sends_it_once():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: nothing to race for")
    authority = make_authority("320000")
    round = a_round(authority, places=1)
    people = [make_member(Role.RECOMMENDER, authority) for _ in range(4)]
    ranked(round, authority, 1)
    barrier, outcomes = Barrier(len(people)), []

    def send(person):
        try:
            barrier.wait(timeout=20)
            recommending.send_list(round=round, authority=authority, by=person)
            outcomes.append("sent")
        except Denied as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["recommendation.empty"] * 3 + ["sent"]
    assert AuditEvent.objects.filter(action="submission.recommended").count() == 1


def test_withdrawn_entry_frees_its_priority_until_it_was_sent(round, authority, recommender):
    one, other = ranked(round, authority, 2)
    withdraw(one, by=make_member(Role.APPLICANT, one.applicant))
    set_order(round, authority, recommender, {other: Wish(1)})
    recommending.send_list(round=round, authority=authority, by=recommender)
    withdraw(other, by=make_member(Role.APPLICANT, other.applicant))
    assert order(round, authority) == [(other.pk, 1)]


# --- passing over -------------------------------------------------------------------------------


def test_pass_over_ends_the_entry_with_its_reason(round, authority, recommender):
    (one,) = ranked(round, authority, 1)
    applicant = make_member(Role.APPLICANT, one.applicant)
    recommending.pass_over(submission=one, reason="未上线", by=recommender)
    one.refresh_from_db()
    assert (one.state, order(round, authority)) == (SubmissionState.NOT_RECOMMENDED, [])
    event = AuditEvent.objects.get(action="submission.not_recommended")
    assert event.facts == {"reason": "未上线"}
    notice = Notification.objects.get(recipient=applicant)
    assert "未上线" in notice.body


def test_pass_over_needs_a_reason(round, authority, recommender):
    one = entry(round, authority)
    with pytest.raises(ValidationError):
        recommending.pass_over(submission=one, reason="  ", by=recommender)


@pytest.mark.parametrize("state", sorted(set(SubmissionState) - {SubmissionState.SUBMITTED}))
def test_only_submitted_entries_are_passed_over(round, authority, recommender, state):
    one = entry(round, authority, state)
    with pytest.raises(Denied):
        recommending.pass_over(submission=one, reason="不符", by=recommender)
    one.refresh_from_db()
    assert one.state == state


def test_pass_over_is_for_the_entrys_own_authority(round, authority, recommender):
    one = entry(round, make_authority("110000"))
    with pytest.raises(Denied) as refusal:
        recommending.pass_over(submission=one, reason="不符", by=recommender)
    assert refusal.value.code == "recommendation.role"


def test_end_of_recommendation_passes_over_what_was_not_sent(round, authority):
    sent = entry(round, authority, SubmissionState.RECOMMENDED)
    ranked_one, draft = ranked(round, authority, 1)[0], entry(round, authority, "draft")
    left = recommending.pass_over_rest(round=round, by=make_secretariat())
    assert [one.pk for one in left] == [ranked_one.pk]
    states = dict(Submission.objects.values_list("pk", "state"))
    assert states == {
        sent.pk: SubmissionState.RECOMMENDED,
        ranked_one.pk: SubmissionState.NOT_RECOMMENDED,
        draft.pk: SubmissionState.DRAFT,
    }


def test_person_without_any_role_may_not_send(round, authority):
    make_organisation()
    with pytest.raises(Denied):
        recommending.send_list(round=round, authority=authority, by=make_user())
