from datetime import timedelta

import pytest

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.deadlines import remind_of
from portal.core.models import Notification
from showcase.models import Stage, Submission
from tests.factories.accounts import make_member, make_organisation
from tests.factories.showcase import make_authority, make_formal_check, make_round, make_submission

pytestmark = pytest.mark.django_db


def closing_in(round, kind, left):
    round.stages.filter(kind=kind).update(closes_at=clock.now() + left)


def subjects_of(person):
    rows = Notification.objects.filter(recipient=person, kind__startswith="deadline.")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_writers_of_a_draft_are_reminded_and_nobody_of_what_is_in():
    round, home, other = make_round(), make_organisation(), make_organisation()
    writer, calm = make_member(Role.APPLICANT, home), make_member(Role.APPLICANT, other)
    draft = make_submission(round, home, created_at=clock.now() - timedelta(days=30))
    make_submission(round, other, state="submitted")
    closing_in(round, Stage.Kind.APPLY, timedelta(hours=20))
    assert (remind_of("application"), remind_of("application")) == (1, 0)
    assert (subjects_of(writer), subjects_of(calm)) == (["deadline.application"], [])
    assert draft.public_id in Notification.objects.get(recipient=writer).url
    closing_in(round, Stage.Kind.APPLY, timedelta(minutes=90))
    Submission.objects.filter(pk=draft.pk).update(state="submitted")
    assert remind_of("application") == 0


def test_a_draft_of_a_closed_round_reminds_nobody():
    round, home = make_round("recommending"), make_organisation()
    make_member(Role.APPLICANT, home)
    make_submission(round, home, created_at=clock.now() - timedelta(days=30))
    closing_in(round, Stage.Kind.APPLY, timedelta(hours=20))
    assert remind_of("application") == 0


def test_who_was_asked_for_a_correction_is_reminded_until_it_is_in():
    round, home = make_round("checking"), make_organisation()
    writer = make_member(Role.APPLICANT, home)
    until = clock.now() + timedelta(hours=23)
    entry = make_submission(round, home, state="correction", correct_until=until)
    make_formal_check(entry, returned_at=clock.now() - timedelta(days=4))
    assert (remind_of("correction"), remind_of("correction")) == (1, 0)
    assert subjects_of(writer) == ["deadline.correction"]
    Submission.objects.update(state="recommended")
    with clock.at(until - timedelta(hours=1)):
        assert remind_of("correction") == 0


def test_an_authority_is_reminded_once_while_applications_wait_for_it():
    authority, idle = make_authority(), make_authority("330000")
    sender, calm = (make_member(Role.RECOMMENDER, one) for one in (authority, idle))
    round = make_round("recommending", quotas={authority: 2, idle: 2})
    for _ in range(2):
        make_submission(round, state="submitted", authority=authority)
    make_submission(round, state="recommended", authority=idle)
    closing_in(round, Stage.Kind.RECOMMEND, timedelta(days=6))
    assert (remind_of("recommendation"), remind_of("recommendation")) == (1, 0)
    assert (subjects_of(sender), subjects_of(calm)) == (["deadline.recommendation"], [])


def test_reminders_cost_the_same_for_one_and_for_many(django_assert_max_num_queries):
    round = make_round()
    for _ in range(12):
        home = make_organisation()
        make_member(Role.APPLICANT, home)
        make_submission(round, home, created_at=clock.now() - timedelta(days=30))
    closing_in(round, Stage.Kind.APPLY, timedelta(hours=20))
    assert remind_of("application") == 12
    with django_assert_max_num_queries(5):
        assert remind_of("application") == 0
