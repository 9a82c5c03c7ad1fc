"""The office's table of holidays and worked weekends: who sees it, who changes it."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.enums import Role
from portal.core import clock
from portal.core.calendar import is_working_day, seed_special_days
from portal.core.denials import Denied
from portal.core.models import AuditEvent, SpecialDay
from showcase.services.calendar import remove_special_day, set_special_day
from tests.factories.accounts import make_member, make_secretariat

pytestmark = [pytest.mark.django_db, pytest.mark.either]
URL = "/office/calendar/"
EVE = date(2027, 2, 5)
FIELDS = {"day": "2027-02-05", "kind": "holiday", "name": "春节"}


@pytest.fixture(autouse=True)
def spring():
    with clock.at(datetime(2026, 3, 2, 4, tzinfo=UTC)):
        yield


@pytest.fixture
def office():
    return make_secretariat()


@pytest.fixture
def signed_in(client, office):
    client.force_login(office)
    return client


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "get", "post"),
    [
        (Role.SECRETARIAT, 200, 302),
        (Role.OBSERVER, 200, 404),
        (Role.APPLICANT, 404, 404),
        (Role.RECOMMENDER, 404, 404),
        (Role.EXPERT, 404, 404),
        (Role.CHAIR, 404, 404),
        (Role.EDITOR, 404, 404),
    ],
)
def test_roles_at_the_calendar(client, role, get, post):
    client.force_login(make_member(role))
    assert client.get(URL).status_code == get
    assert client.post(URL, FIELDS).status_code == post
    assert SpecialDay.objects.count() == (post == 302)


def test_visitor_is_asked_to_sign_in(client):
    assert client.get(URL).status_code == 302


def test_observer_reads_without_controls(client):
    seed_special_days([2026])
    client.force_login(make_member(Role.OBSERVER))
    page = client.get(URL).content.decode()
    assert "2026年放假与调休" in page
    assert 'name="remove"' not in page
    assert 'id="edit"' not in page


def test_services_refuse_others():
    observer = make_member(Role.OBSERVER)
    with pytest.raises(Denied):
        set_special_day(day=EVE, is_working=False, name="春节", by=observer)
    with pytest.raises(Denied):
        remove_special_day(day=EVE, by=observer)


# --- the page -----------------------------------------------------------------------------------


def test_page_shows_the_asked_year(signed_in):
    seed_special_days([2025, 2026])
    shown = [signed_in.get(URL, {"year": year}) for year in ("2025", "", "1066", "x")]
    assert [page.context["year"] for page in shown] == [2025, 2026, 2026, 2026]
    assert [tab["label"] for tab in shown[0].context["years"]] == ["2025", "2026", "2027"]
    assert {row["one"].day.year for row in shown[0].context["rows"]} == {2025}
    assert (shown[1].context["holidays"], shown[1].context["worked"]) == (33, 6)


def test_year_without_rows_says_so(signed_in):
    page = signed_in.get(URL, {"year": "2027"}).content.decode()
    assert "2027年尚无放假安排" in page


def test_change_link_fills_the_form(signed_in):
    seed_special_days([2026])
    form = signed_in.get(URL, {"year": "2026", "day": "2026-10-10"}).context["form"]
    assert form.initial == {"day": date(2026, 10, 10), "kind": "worked", "name": "国庆节调休"}
    assert signed_in.get(URL, {"day": "2026-13-40"}).context["form"].initial == {}


def test_wrong_day_keeps_what_was_typed(signed_in):
    page = signed_in.post(f"{URL}?year=2027", FIELDS | {"kind": "worked"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["day"]
    assert page.context["form"]["name"].value() == "春节"
    assert SpecialDay.objects.count() == 0


def test_office_home_links_to_the_calendar(signed_in):
    nav = signed_in.get(reverse("office_home")).context["work_nav"]
    assert [(item["url"], item["current"]) for item in nav][:2] == [
        ("/office/", True),
        (URL, False),
    ]


def test_page_takes_the_same_queries_for_one_day_and_for_many(signed_in):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            signed_in.get(URL)
        return len(queries)

    SpecialDay.objects.create(day=date(2026, 7, 1), name="建党纪念日")
    few = count()
    seed_special_days([2026])
    assert count() == few <= 10


# --- changing -----------------------------------------------------------------------------------


def test_day_is_added_changed_and_removed_with_its_record(signed_in, office):
    assert signed_in.post(URL, FIELDS).url == f"{URL}?year=2027"
    assert not is_working_day(EVE)
    signed_in.post(URL, FIELDS | {"name": "除夕"})
    assert SpecialDay.objects.get().name == "除夕"
    signed_in.post(URL, {"remove": "2027-02-05"})
    assert is_working_day(EVE)
    assert signed_in.get(URL, {"year": "2027"}).context["rows"] == []
    assert actions() == ["calendar.day_set", "calendar.day_set", "calendar.day_removed"]
    last = AuditEvent.objects.order_by("pk").last()
    assert (last.actor, last.before, last.facts) == (
        office,
        {"is_working": False, "name": "除夕"},
        {"day": "2027-02-05"},
    )


def test_second_click_changes_nothing(signed_in):
    for _ in range(2):
        signed_in.post(URL, FIELDS)
    for _ in range(2):
        signed_in.post(URL, {"remove": "2027-02-05"})
    assert actions() == ["calendar.day_set", "calendar.day_removed"]


def test_removed_day_is_not_seeded_again(office):
    seed_special_days([2026])
    remove_special_day(day=date(2026, 10, 8), by=office)
    remove_special_day(day=date(2026, 10, 7), by=office)
    assert seed_special_days([2026]) == 0
    assert is_working_day(date(2026, 10, 7))


def test_removed_day_can_be_entered_again(office):
    for _ in range(2):
        set_special_day(day=EVE, is_working=False, name="春节", by=office)
        remove_special_day(day=EVE, by=office)
    set_special_day(day=EVE, is_working=False, name="春节", by=office)
    assert not is_working_day(EVE)


def test_removal_of_nonsense_is_missing(signed_in):
    assert signed_in.post(URL, {"remove": "2026-02-30"}).status_code == 404


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"day": date(2207, 2, 5)}, "day"),
        ({"is_working": True}, "day"),
        ({"name": " "}, "name"),
    ],
)
def test_service_refuses_days_that_cannot_be_special(office, facts, field):
    values = {"day": EVE, "is_working": False, "name": "春节"} | facts
    with pytest.raises(ValidationError) as refusal:
        set_special_day(**values, by=office)
    assert list(refusal.value.message_dict) == [field]
