import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.lifecycle import EnrolmentState, RunState
from courses.models import PracticeRating, PracticeWork
from courses.queries.practice import work_digest
from courses.services import practising
from courses.services.practising import hand_in
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Notification, PrivateFile
from tests.factories.accounts import make_user
from tests.factories.courses import (
    make_course,
    make_enrolment,
    make_practice_task,
    make_run,
)
from tests.factories.showcase import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment():
    return make_enrolment(make_run(RunState.RUNNING))


@pytest.fixture
def task(enrolment):
    return make_practice_task(enrolment.run.course)


def give(enrolment, task, text="划区说明", upload=None, by=None):
    return hand_in(
        enrolment=enrolment, task=task, text=text, upload=upload, by=by or enrolment.learner
    )


def pdf(name="证据.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_work_keeps_text_and_file_with_its_digest(enrolment, task):
    work = give(enrolment, task, upload=pdf())
    assert (work.version, work.text, work.file.sha256) == (
        1,
        "划区说明",
        hashlib.sha256(PDF).hexdigest(),
    )
    event = AuditEvent.objects.get(action="practice.handed_in")
    assert event.facts["receipt"] == work_digest(PracticeWork.objects.get())
    assert Notification.objects.get().recipient == enrolment.learner


def test_handing_in_again_adds_a_version_and_the_same_again_does_not(enrolment, task):
    first = give(enrolment, task, upload=pdf())
    assert give(enrolment, task, upload=pdf("改名.pdf")) == first
    second = give(enrolment, task, text="改了", upload=pdf())
    assert (second.version, PracticeWork.objects.count()) == (2, 2)
    assert PrivateFile.objects.count() == 2
    assert work_digest(first) != work_digest(second)


def test_nothing_at_all_is_not_handed_in(enrolment, task):
    with pytest.raises(ValidationError) as refused:
        give(enrolment, task, text=" \n ")
    assert list(refused.value.message_dict) == ["text"]


def test_text_has_an_upper_limit(enrolment, task):
    assert len(give(enrolment, task, text="字" * 10_000).text) == 10_000
    with pytest.raises(ValidationError) as refused:
        give(enrolment, task, text="字" * 10_001)
    assert list(refused.value.message_dict) == ["text"]


def test_line_ends_of_browsers_do_not_count_twice(enrolment, task):
    assert give(enrolment, task, text="一\r\n二").text == "一\n二"


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("木马.exe", b"MZ"),
        SimpleUploadedFile("证据.pdf", b"not a pdf"),
        SimpleUploadedFile("证据.pdf", b""),
        SimpleUploadedFile("图.png", PDF),
    ],
)
def test_wrong_file_is_refused_beside_its_field(enrolment, task, upload):
    with pytest.raises(ValidationError) as refused:
        give(enrolment, task, upload=upload)
    assert (list(refused.value.message_dict), PracticeWork.objects.count()) == (["file"], 0)


def test_file_that_is_too_large_is_refused(enrolment, task, monkeypatch):
    monkeypatch.setattr(practising, "PURPOSE", replace(practising.PURPOSE, megabytes=1))
    with pytest.raises(ValidationError) as refused:
        give(enrolment, task, upload=pdf(content=PDF + b" " * 1024 * 1024))
    assert list(refused.value.message_dict) == ["file"]


@pytest.mark.parametrize("run_state", RunState.values)
@pytest.mark.parametrize("state", EnrolmentState.values)
def test_work_is_handed_in_by_the_enrolled_while_the_run_runs(state, run_state):
    enrolment = make_enrolment(make_run(run_state), state=state)
    task = make_practice_task(enrolment.run.course)
    with suppress(Denied):
        give(enrolment, task)
    assert PracticeWork.objects.exists() == (state == "enrolled" and run_state == "running")


def test_rated_work_is_not_replaced(enrolment, task):
    work = give(enrolment, task)
    PracticeRating.objects.create(work=work, examiner=make_user(), points=[20])
    with pytest.raises(Denied) as refused:
        give(enrolment, task, text="改了")
    assert refused.value.code == "practice.rated"


def test_work_is_for_ones_own_course_and_oneself(enrolment, task):
    codes = []
    for one, by in ((make_practice_task(make_course()), None), (task, make_user())):
        with pytest.raises(Denied) as refused:
            give(enrolment, one, by=by)
        codes.append(refused.value.code)
    assert codes == ["practice.course", "unit.learner"]
