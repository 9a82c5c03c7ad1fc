import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.urls import reverse

from portal.core import clock, outbox
from portal.core.models import AuditEvent, Mail
from portal.core.notifications import notify, write_to
from tests.factories.accounts import make_user

pytestmark = pytest.mark.both


class Post:
    """A mail server that does what the test says with each mail it is given."""

    def __init__(self, monkeypatch):
        self.fault, self.taken = None, []
        post = self

        def send(letter, fail_silently=False):
            if post.fault is not None:
                raise post.fault
            post.taken.append(letter)
            return 1

        monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


class Killed(BaseException):
    """The worker's process ends here: nothing catches it, nothing runs after it."""


@pytest.fixture
def post(monkeypatch):
    return Post(monkeypatch)


@pytest.fixture
def waiting(db):
    return Mail.objects.create(address="li@example.org", subject="一则通知", body="正文")


def state_of(one):
    one.refresh_from_db()
    return one.state


def test_a_refused_mail_is_tried_for_a_day_with_growing_pauses(waiting, post):
    post.fault = OSError("no route")
    outbox.deliver_mail.call(waiting.pk)
    pauses = []
    while state_of(waiting) == Mail.State.WAITING:
        pauses.append((waiting.next_try_at, waiting.attempts))
        with clock.at(waiting.next_try_at):
            assert outbox.send_due() == 1
    assert state_of(waiting) == Mail.State.FAILED
    moments = [moment for moment, _attempts in pauses]
    gaps = [(b - a) // timedelta(minutes=1) for a, b in pairwise(moments)]
    assert gaps[:8] == [2, 4, 8, 16, 32, 64, 128, 240]
    assert moments[-1] == waiting.tries_until
    assert waiting.last_error == "no route"
    assert outbox.send_due() == 0


def test_a_mail_that_got_through_later_is_sent_once(waiting, post):
    post.fault = OSError("busy")
    outbox.deliver_mail.call(waiting.pk)
    post.fault = None
    assert outbox.send_due() == 0  # not before its pause is over
    waiting.refresh_from_db()
    with clock.at(waiting.next_try_at):
        assert (outbox.send_due(), outbox.send_due()) == (1, 0)
    assert (state_of(waiting), len(post.taken)) == (Mail.State.SENT, 1)
    assert waiting.last_error == ""


def test_an_address_refused_for_good_is_given_up_at_once(waiting, post):
    post.fault = smtplib.SMTPRecipientsRefused({"li@example.org": (550, b"no such user")})
    outbox.deliver_mail.call(waiting.pk)
    assert (state_of(waiting), waiting.attempts) == (Mail.State.FAILED, 1)


def test_a_worker_killed_between_sending_and_marking_sends_nothing_twice(waiting, post):
    sent = []

    class Deadly:
        def send(self):
            sent.append(1)
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "letter", lambda one: Deadly())
        with pytest.raises(Killed):
            outbox.deliver_mail.call(waiting.pk)
    assert state_of(waiting) == Mail.State.SENDING
    outbox.deliver_mail.call(waiting.pk)  # the task is delivered again
    assert outbox.settle_hung() == 0
    with clock.at(clock.now() + outbox.HUNG + timedelta(minutes=1)):
        assert (outbox.send_due(), outbox.settle_hung(), outbox.send_due()) == (0, 1, 0)
    assert (state_of(waiting), len(sent), len(post.taken)) == (Mail.State.UNCLEAR, 1, 0)


def test_a_task_that_was_lost_is_found_by_the_sweep(post, db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():  # and never run: the worker's queue lost them
        one = write_to("li@example.org", subject="一", body="二")
    assert outbox.send_due() == 0
    with clock.at(clock.now() + outbox.LOST + timedelta(seconds=1)):
        assert outbox.send_due() == 1
    assert state_of(one) == Mail.State.SENT


def test_every_try_carries_the_same_message_id_and_one_line_of_subject(waiting):
    waiting.subject = "一\r\nBcc: someone@example.org"
    first, second = outbox.letter(waiting), outbox.letter(waiting)
    assert first.extra_headers == second.extra_headers
    assert first.subject == "一 Bcc: someone@example.org"


def test_system_administrators_see_what_is_stuck_and_send_it_again(
    client, waiting, django_capture_on_commit_callbacks
):
    Mail.objects.update(state=Mail.State.FAILED, last_error="550", attempts=3)
    boss = make_user(is_superuser=True)
    client.force_login(boss)
    assert "li@example.org" in client.get(reverse("mail_list")).text
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mail_again"), {"mail": waiting.pk}).status_code == 302
    assert (state_of(waiting), len(mail.outbox)) == (Mail.State.SENT, 1)
    assert AuditEvent.objects.filter(action="mail.sent_again", actor=boss).count() == 1
    assert client.post(reverse("mail_again"), {"mail": waiting.pk}).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse("mail_list")).status_code == 404


def test_a_refusal_is_not_named_in_the_mail(db, django_capture_on_commit_callbacks):
    person = make_user(language="en")
    notify(
        [person],
        kind="submission.not_recommended",
        subject="“Pump” was not recommended",
        body="Reason: too late",
        url="/submissions/x/",
    )
    written = Mail.objects.get()
    assert written.subject == "There is news about one of your applications"
    assert written.body == "Sign in to read it.\n\nhttp://127.0.0.1:8000/submissions/x/"
    assert person.notifications.get().subject == "“Pump” was not recommended"
