import ast
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core.models import AuditEvent, NoticeChoice, Notification
from portal.core.notice_groups import GROUPS, OTHER, group_of
from portal.core.notifications import notify
from tests.factories.accounts import make_user

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user(language="en")
    client.force_login(user)
    client.cookies["anfan_language"] = "en"
    return user


def give(person, number, kind="certificate.issued", url="/profile/"):
    for n in range(number):
        notify([person], kind=kind, subject=f"{kind} {n}", url=url)


def counting(client, url):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured), response.text


def test_every_page_says_how_many_are_unread_at_the_cost_of_one_query(client, person):
    give(person, 3)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("profile_edit"))
    asked = [one["sql"] for one in captured if "core_notification" in one["sql"]]
    assert len(asked) == 1
    assert "3 unread notices" in page.text


def test_the_count_stops_at_a_hundred(client, person):
    Notification.objects.bulk_create(
        Notification(recipient=person, kind="x", subject="s") for _ in range(120)
    )
    assert "99+" in client.get(reverse("profile_edit")).text


def test_the_inbox_costs_the_same_at_any_length(client, person):
    give(person, 1)
    few, _text = counting(client, reverse("notification_list"))
    give(person, 99)
    many, _text = counting(client, reverse("notification_list"))
    assert few <= 10
    assert many <= few + 1  # the count of pages


def test_opening_a_notice_ticks_it_off_and_leads_on(client, person):
    give(person, 2)
    one = person.notifications.first()
    response = client.post(reverse("notifications_read"), {"notice": one.pk, "open": "1"})
    assert response.headers["Location"] == "/profile/"
    assert [n.read_at is None for n in person.notifications.order_by("-pk")] == [False, True]


def test_a_notice_never_leads_away_from_the_site(client, person):
    give(person, 1, url="https://evil.example.org/")
    one = person.notifications.get()
    response = client.post(reverse("notifications_read"), {"notice": one.pk, "open": "1"})
    assert response.headers["Location"] == reverse("notification_list")


def test_nobody_ticks_off_anothers_notice(client, person):
    other = make_user()
    give(other, 1)
    client.post(reverse("notifications_read"), {"notice": other.notifications.get().pk})
    client.post(reverse("notifications_read"))
    assert other.notifications.get().read_at is None


def test_all_are_marked_read_together(client, person):
    give(person, 3)
    client.post(reverse("notifications_read"))
    assert person.notifications.unread().count() == 0


def test_the_inbox_is_narrowed_by_group_and_to_what_is_unread(client, person):
    give(person, 2)
    give(person, 1, kind="panel.assigned")
    shown = client.get(reverse("notification_list"), {"group": "reviewing"}).text
    assert ("panel.assigned 0" in shown, "certificate.issued 0" in shown) == (True, False)
    client.post(reverse("notifications_read"))
    shown = client.get(reverse("notification_list"), {"only": "unread"}).text
    assert "Nothing fits these conditions" in shown
    assert "certificate.issued 0" in client.get(reverse("notification_list"), {"group": "??"}).text


def test_choices_are_kept_and_the_fixed_ones_cannot_be_chosen(client, person):
    every = {code: group.manners[0] for code, group in GROUPS.items() if not group.fixed}
    body = every | {"certificates": "daily", "offers": "inbox"}
    assert client.post(reverse("notice_settings"), body).status_code == 302
    assert list(NoticeChoice.objects.values_list("group", "manner")) == [("certificates", "daily")]
    assert AuditEvent.objects.filter(action="notices.chosen").count() == 1
    client.post(reverse("notice_settings"), body)
    assert AuditEvent.objects.filter(action="notices.chosen").count() == 1
    client.post(reverse("notice_settings"), every)
    assert NoticeChoice.objects.count() == 0


def test_an_unknown_manner_is_refused_with_the_rest_kept(client, person):
    body = {code: group.manners[0] for code, group in GROUPS.items() if not group.fixed}
    response = client.post(reverse("notice_settings"), body | {"certificates": "never"})
    assert response.status_code == 422
    assert NoticeChoice.objects.count() == 0


def kinds_written():
    """Every kind that a call of notify, or of a function that passes it on, names in the code."""
    for package in ("portal", "showcase", "evaluation", "courses"):
        for path in (ROOT / package).rglob("services/**/*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    for word in node.keywords:
                        if word.arg == "kind" and isinstance(word.value, ast.Constant):
                            yield str(word.value.value)


def test_every_kind_of_notice_belongs_to_a_group_that_people_can_choose():
    kinds = {kind for kind in kinds_written() if "." in kind}
    assert len(kinds) >= 20
    assert [kind for kind in sorted(kinds) if group_of(kind) is OTHER] == []
