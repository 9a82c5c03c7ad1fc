from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from portal.core import clock
from portal.outreach.models import EventPage
from tests.factories.outreach import make_event
from tests.factories.pages import make_site
from tests.outreach.counting import statements

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 12, 10, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (BEGIN - 50 * HOUR, EventPage.State.ENROLLING),
        (BEGIN - 48 * HOUR, EventPage.State.UPCOMING),
        (BEGIN - HOUR, EventPage.State.UPCOMING),
        (BEGIN, EventPage.State.RUNNING),
        (BEGIN + 2 * HOUR, EventPage.State.OVER),
    ],
)
def test_state_follows_the_clock_to_the_minute(moment, state):
    event = EventPage(starts_at=BEGIN, ends_at=BEGIN + 2 * HOUR, enrol_by=BEGIN - 48 * HOUR)
    with clock.at(moment):
        assert event.state == state


def test_event_nobody_has_to_enrol_for_is_upcoming():
    event = EventPage(starts_at=BEGIN, ends_at=BEGIN + HOUR)
    with clock.at(BEGIN - 100 * HOUR):
        assert event.state == EventPage.State.UPCOMING


def test_coming_events_are_nearest_first_and_past_ones_latest_first(client):
    with clock.at(BEGIN):
        far = make_event(BEGIN + 48 * HOUR)
        near = make_event(BEGIN + 24 * HOUR)
        running = make_event(BEGIN - HOUR)
        old = make_event(BEGIN - 96 * HOUR)
        older = make_event(BEGIN - 120 * HOUR)
        found = client.get("/events/").context["found"]
    assert found.coming == [running, near, far]
    assert list(found.past) == [old, older]


def test_day_is_said_once_in_programme_time():
    event = EventPage(starts_at=BEGIN, ends_at=BEGIN + 2 * HOUR)
    assert event.when == "2026年12月10日 14:00–16:00"
    longer = EventPage(starts_at=BEGIN, ends_at=BEGIN + 24 * HOUR)
    assert longer.when == "2026年12月10日 14:00–2026年12月11日 14:00"


def test_times_in_disorder_are_refused_in_words():
    make_site()
    event = EventPage(title="x", slug="x", starts_at=BEGIN, ends_at=BEGIN - HOUR)
    with pytest.raises(ValidationError) as refusal:
        event.clean()
    assert list(refusal.value.message_dict) == ["ends_at"]
    event = EventPage(
        title="x", slug="x", starts_at=BEGIN, ends_at=BEGIN + HOUR, enrol_by=BEGIN + HOUR
    )
    with pytest.raises(ValidationError) as refusal:
        event.clean()
    assert list(refusal.value.message_dict) == ["enrol_by"]


def test_page_tells_place_places_and_end_of_enrolment(client):
    event = make_event(
        BEGIN, region="140000", capacity=24, enrol_by=BEGIN - 48 * HOUR, venue="示例厂房"
    )
    with clock.at(BEGIN - 72 * HOUR):
        text = client.get(event.get_url()).content.decode()
    shown = [word in text for word in ("山西", "示例厂房", "24", "2026年12月8日 14:00", "报名中")]
    assert shown == [True] * 5


def test_empty_list_says_where_to_look(client):
    make_site()
    assert "/news/?kind=notice" in client.get("/events/").content.decode()


def test_list_takes_the_same_statements_for_one_and_many(client):
    make_event()
    make_event(clock.now() - 100 * HOUR)
    one = statements(client, "/events/")
    for number in range(12):
        make_event()
        make_event(clock.now() - (number + 100) * HOUR)
    assert statements(client, "/events/") == one <= 10


def test_past_events_are_paged(client):
    for number in range(22):
        make_event(clock.now() - (number + 100) * HOUR)
    found = client.get("/events/?page=2").context["found"]
    assert len(found.past) == 2
