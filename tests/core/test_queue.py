import pytest
from django.core import mail

from portal.core import outbox, queue
from portal.core.models import Job, Mail, Notification
from portal.core.notifications import notify
from tests.factories.accounts import make_user


@pytest.fixture
def handler():
    def register(function):
        queue.HANDLERS["test.kind"] = function
        return function

    yield register
    queue.HANDLERS.pop("test.kind", None)


@pytest.mark.django_db(transaction=True)
def test_job_runs_after_commit_and_keeps_its_result(handler):
    @handler
    def count(progress):
        progress.step(2, 2)
        return {"sum": progress.arguments["a"] + 1}

    job = queue.enqueue_job(kind="test.kind", label="count", by=None, a=1)
    job.refresh_from_db()
    assert (job.state, job.result, job.percent) == (Job.State.DONE, {"sum": 2}, 100)


@pytest.mark.django_db(transaction=True)
def test_job_that_is_cancelled_stops_at_the_next_step(handler):
    @handler
    def cancel(progress):
        Job.objects.update(cancel_asked=True)
        progress.step(1, 2)

    job = queue.enqueue_job(kind="test.kind", label="cancel", by=None)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_job_delivered_twice_runs_once(handler):
    runs = []
    handler(lambda progress: runs.append(1))
    job = queue.enqueue_job(kind="test.kind", label="once", by=None)
    queue.run_job.call(job.pk)
    assert runs == [1]


@pytest.mark.django_db(transaction=True)
def test_notice_reaches_each_person_once_in_their_language():
    chinese, english = make_user(), make_user(language="en")
    sent = notify([chinese, english, chinese], kind="test", subject="你好 %(n)s", context={"n": 1})
    assert sent == 2
    assert [m.to for m in mail.outbox] == [[chinese.email], [english.email]]
    assert set(Mail.objects.values_list("state", flat=True)) == {Mail.State.SENT}
    assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_mail_is_not_sent_twice():
    notify([make_user()], kind="test", subject="once")
    outbox.deliver_mail.call(Mail.objects.get().pk)
    assert len(mail.outbox) == 1
