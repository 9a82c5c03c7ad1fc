import pytest

from portal.core import queue
from portal.core.models import AuditEvent, Job
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def make_job(by, **facts):
    return Job.objects.create(kind="test.kind", label="导出评分", by=by, **facts)


def test_job_page_shows_progress_to_whoever_asked(client):
    user = make_user()
    job = make_job(user, state=Job.State.RUNNING, done=3, total=12)
    client.force_login(user)
    page = client.get(f"/jobs/{job.public_id}/").content.decode()
    assert "导出评分" in page
    assert "25" in page


def test_job_page_is_not_found_for_anybody_else(client):
    job = make_job(make_user())
    client.force_login(make_user())
    assert client.get(f"/jobs/{job.public_id}/").status_code == 404
    assert client.post(f"/jobs/{job.public_id}/cancel/").status_code == 404


def test_waiting_job_is_cancelled_at_once_and_once(client):
    user = make_user()
    job = make_job(user)
    client.force_login(user)
    for _ in range(2):
        client.post(f"/jobs/{job.public_id}/cancel/")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert AuditEvent.objects.filter(action="job.cancelled").count() == 1


def test_finished_job_is_not_cancelled():
    user = make_user()
    job = make_job(user, state=Job.State.DONE)
    queue.cancel_job(job=job, by=user)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == (Job.State.DONE, False)
