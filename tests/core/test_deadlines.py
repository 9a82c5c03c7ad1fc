from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.core import clock, deadlines
from portal.core.models import Notification, Reminder
from portal.core.sweeping import SWEEPS
from tests.factories.accounts import make_user

END = datetime(2026, 6, 1, 17, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


class Stand:
    """A source of one deadline that a test moves about."""

    def __init__(self, people, deadline=END, since=None):
        self.people, self.deadline, self.since = people, deadline, since

    def __call__(self, now, until):
        if now < self.deadline <= until:
            yield deadlines.Due(
                "one", self.deadline, self.people, "/x/", {"title": "泵站"}, self.since
            )


@pytest.fixture
def source():
    def register(stand):
        deadlines.deadlines("test", subject="%(left)s: %(title)s", body="%(deadline)s")(stand)
        return stand

    yield register
    deadlines.SOURCES.pop("test", None)
    SWEEPS.pop("reminders of test", None)


def told_at(moment):
    with clock.at(moment):
        return deadlines.remind_of("test")


def test_each_distance_is_told_once_at_its_moment(source):
    person = make_user(language="en")
    source(Stand([person]))
    before = timedelta(minutes=1)
    moments = [END - distance for distance in sorted(deadlines.DISTANCES, reverse=True)]
    assert [told_at(moment - before) for moment in moments[:1]] == [0]
    for moment in moments:
        assert (told_at(moment), told_at(moment), told_at(moment + before)) == (1, 0, 0)
    assert told_at(END) == 0
    subjects = Notification.objects.order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == ["7 days: 泵站", "24 hours: 泵站", "2 hours: 泵站"]
    assert Notification.objects.first().body == "2026-06-01 17:00 (UTC+8)"


def test_a_moved_deadline_reminds_anew(source):
    stand = source(Stand([make_user()]))
    now = END - timedelta(hours=20)
    assert told_at(now) == 1
    stand.deadline = END + timedelta(days=5)
    assert (told_at(now), told_at(now)) == (1, 0)
    stand.deadline = END
    assert told_at(now) == 0
    assert Reminder.objects.count() == 2


def test_who_has_done_it_is_not_told(source):
    one, other = make_user(), make_user()
    stand = source(Stand([one, other]))
    assert told_at(END - timedelta(days=6)) == 2
    stand.people = [other]
    assert told_at(END - timedelta(hours=3)) == 1
    assert Notification.objects.filter(recipient=one).count() == 1


def test_a_late_sweep_tells_the_nearest_distance_only(source):
    source(Stand([make_user()]))
    assert told_at(END - timedelta(minutes=40)) == 1
    assert Reminder.objects.get().distance == 120
    assert Notification.objects.get().subject.startswith("40")


def test_who_began_after_a_reminders_moment_gets_the_later_ones(source):
    source(Stand([make_user()], since=END - timedelta(days=3)))
    assert told_at(END - timedelta(days=2)) == 0
    assert told_at(END - timedelta(hours=24)) == 1


def test_a_second_sweep_at_the_same_time_writes_nothing(source):
    person = make_user()
    stand = source(Stand([person]))
    (due,) = stand(END - timedelta(hours=2), END)
    with clock.at(END - timedelta(hours=2)):
        first = deadlines.remind(deadlines.SOURCES["test"], due, person, 120)
        second = deadlines.remind(deadlines.SOURCES["test"], due, person, 120)
    assert (first, second, Notification.objects.count()) == (1, 0, 1)


def test_a_person_who_is_not_active_is_not_told(source):
    source(Stand([make_user(is_active=False)]))
    assert told_at(END - timedelta(hours=1)) == 0
    assert Notification.objects.count() == 0
