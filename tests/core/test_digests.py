from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.core import clock, digests
from portal.core.models import Digest, Mail, NoticeChoice, Notification
from portal.core.notifications import notify
from tests.factories.accounts import make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 5, 4, 20, 0, tzinfo=SHANGHAI)
MORNING = datetime(2026, 5, 5, 8, 0, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db


def wants(person, manner, group="certificates"):
    NoticeChoice.objects.create(person=person, group=group, manner=manner)


def tell(person, at, kind="certificate.issued", subject="证书已颁发"):
    with clock.at(at):
        notify([person], kind=kind, subject=subject, url="/learning/")


def test_a_notice_goes_out_in_exactly_one_mail_of_a_day():
    person = make_user(language="en")
    wants(person, "daily")
    for number in range(3):
        tell(person, EVENING + timedelta(minutes=number), subject=f"Certificate {number}")
    assert Mail.objects.count() == 0
    with clock.at(MORNING - timedelta(seconds=1)):
        assert digests.write_digests() == 0
    with clock.at(MORNING):
        assert (digests.write_digests(), digests.write_digests()) == (1, 0)
    mail = Mail.objects.get()
    assert (mail.subject, mail.address) == ("3 notices of today", person.email)
    assert [mail.body.count(f"Certificate {n}") for n in range(3)] == [1, 1, 1]
    assert set(Notification.objects.values_list("digest", flat=True)) == {mail.digest_id}


def test_what_comes_after_the_hour_waits_for_the_next_day():
    person = make_user()
    wants(person, "daily")
    tell(person, EVENING)
    with clock.at(MORNING):
        digests.write_digests()
    tell(person, MORNING + timedelta(hours=1))
    with clock.at(MORNING + timedelta(hours=2)):
        assert digests.write_digests() == 0
    with clock.at(MORNING + timedelta(days=1)):
        assert digests.write_digests() == 1
    assert [one.notifications.count() for one in Digest.objects.order_by("day")] == [1, 1]


def test_days_without_a_worker_make_one_mail():
    person = make_user()
    wants(person, "daily")
    tell(person, EVENING - timedelta(days=3))
    tell(person, EVENING)
    with clock.at(MORNING + timedelta(hours=3)):
        assert digests.write_digests() == 1
    assert Digest.objects.get().notifications.count() == 2


def test_whom_another_sweep_has_served_is_passed_over():
    person = make_user()
    wants(person, "daily")
    tell(person, EVENING)
    Digest.objects.create(recipient=person, day=MORNING.date())
    assert digests.write_digest(person.pk, MORNING.date(), MORNING) == 0
    assert Notification.objects.get().digest is None
    assert Mail.objects.count() == 0


def test_each_manner_leaves_the_notice_and_its_own_mail():
    people = {manner: make_user() for manner in ("at_once", "daily", "inbox")}
    for manner, person in people.items():
        wants(person, manner)
        tell(person, EVENING)
    assert list(Mail.objects.values_list("address", flat=True)) == [people["at_once"].email]
    assert Notification.objects.count() == 3
    assert Notification.objects.get(for_digest=True).recipient == people["daily"]


def test_a_fixed_group_is_mailed_whatever_is_stored():
    person = make_user()
    wants(person, "inbox", group="offers")
    tell(person, EVENING, kind="enrolment.offer", subject="席位")
    assert Mail.objects.count() == 1
    assert not Notification.objects.get().for_digest


def test_a_private_notice_says_in_the_digest_only_that_it_is_there():
    person = make_user(language="en")
    wants(person, "daily", group="learning")
    tell(person, EVENING, kind="enrolment.deny", subject="Your request was not granted")
    with clock.at(MORNING):
        digests.write_digests()
    body = Mail.objects.get().body
    assert "not granted" not in body
    assert "There is news about one of your courses" in body
