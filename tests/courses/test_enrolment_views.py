from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.enums import DutyKind
from courses.lifecycle import DutyState, RunState
from courses.models import Enrolment, Run
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.spreadsheets import Column, Table, write_workbook
from tests.factories.accounts import make_member, make_secretariat, make_user
from tests.factories.courses import make_course, make_enrolment, make_run, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def url(name, *ids):
    return reverse(name, args=ids)


def text(response):
    return response.content.decode()


def test_a_run_is_set_up_asked_for_signed_announced_and_cancelled(client):
    team, course = make_team(), make_course()
    client.force_login(team.coordinator)
    day = clock.today()
    facts = {
        "course": course.pk,
        "lead": team.lead.public_id,
        "code": "R-9",
        "delivery": "online",
        "capacity": 5,
        "fee": "0",
        "enrol_from": f"{day}T08:00",
        "enrol_until": f"{day + timedelta(days=9)}T08:00",
        "starts_on": day + timedelta(days=10),
        "ends_on": day + timedelta(days=20),
    }
    assert client.get(url("run_new")).status_code == 200
    wrong = client.post(url("run_new"), facts | {"ends_on": day})
    assert (wrong.status_code, "R-9" in text(wrong)) == (422, True)
    client.post(url("run_new"), facts)
    run = Run.objects.get(code="R-9")
    for kind in DutyKind.values:
        page = url("duty_assign", run.public_id, kind)
        assert client.get(page).status_code == 200
        assert client.post(page, {"organisation": "没有的单位"}).status_code == 422
        assert client.post(page, {"organisation": team.holder(kind).uscc}).status_code == 302
    assert client.post(url("run_step", run.public_id, "announce")).status_code == 409
    for organisation, kinds in (
        (team.company, ("teaching", "site")),
        (team.institute, ["examining"]),
    ):
        client.force_login(make_member(Role.COORDINATOR, organisation))
        assert run.course.title in text(client.get(url("training_home")))
        for kind in kinds:
            page = url("duty_decide", run.public_id, kind)
            assert client.post(page, {"answer": "decline"}).status_code == 422
            assert client.post(page, {"answer": "accept"}).status_code == 302
            assert client.get(page).status_code == 200
    client.force_login(team.coordinator)
    assert client.get(url("run_step", run.public_id, "announce")).status_code == 200
    client.post(url("run_step", run.public_id, "announce"))
    run.refresh_from_db()
    assert run.state == "open"
    assert client.get(url("run_board", run.public_id)).status_code == 200
    edit = url("run_edit", run.public_id)
    changed = {"capacity": 6, "place": "示例楼", "enrol_until": f"{day + timedelta(days=8)}T08:00"}
    assert client.get(edit).status_code == 200
    assert client.post(edit, changed).status_code == 302
    assert Run.objects.get(pk=run.pk).capacity == 6
    cancel = url("run_step", run.public_id, "cancel")
    assert client.post(cancel, {"reason": ""}).status_code == 422
    assert client.post(cancel, {"reason": "停电"}).status_code == 302
    assert Run.objects.get(pk=run.pk).state == "cancelled"


def test_a_learner_asks_takes_and_leaves(client):
    run, one, other = make_run(capacity=1), make_user(), make_user()
    page = url("run_request", run.public_id)
    assert url("account_login") in text(client.get(page))
    assert client.post(page).status_code == 409
    for person in (one, other):
        client.force_login(person)
        assert client.get(page).status_code == 200
        assert client.post(page, {"note": "你好"}).status_code == 302
        assert run.course.title in text(client.get(url("learning_home")))
        assert client.get(page).status_code == 200
    places = {place.learner: place for place in run.enrolments.all()}
    client.force_login(one)
    leave = url("enrolment_withdraw", places[one].public_id)
    assert client.get(leave).status_code == 200
    assert [client.post(leave).status_code for _again in range(2)] == [302, 302]
    client.force_login(other)
    take = url("enrolment_take", places[other].public_id)
    assert client.get(take).status_code == 200
    assert [client.post(take).status_code for _again in range(2)] == [302, 302]
    assert client.get(url("learning_home")).status_code == 200
    assert Enrolment.objects.get(learner=other).state == "enrolled"
    assert client.get(leave).status_code == 404


def test_contacts_are_whole_for_coordinators_and_masked_for_staff(client):
    team = make_team()
    run = make_run(team=team)
    learner = make_user(email="secret-name@example.org", name="示例学员")
    make_enrolment(run, learner, mobile="13812345678")
    page = url("run_enrolments", run.public_id)
    seen = {}
    for person in (team.coordinator, team.teacher, team.examiner, make_secretariat()):
        client.force_login(person)
        body = text(client.get(page))
        seen[person] = ("secret-name" in body, "13812345678" in body, "示例学员" in body)
    assert list(seen.values()) == [(True, True, True), *[(False, False, True)] * 3]


def test_who_only_was_asked_or_learns_sees_no_learner(client):
    team = make_team()
    run = make_run(team=team)
    run.duties.filter(kind="teaching").update(state=DutyState.DECLINED)
    run.duties.filter(kind="site").update(state=DutyState.PROPOSED)
    one = make_enrolment(run)
    for person in (team.teacher, one.learner, make_user()):
        client.force_login(person)
        assert client.get(url("run_enrolments", run.public_id)).status_code == 404


def test_requests_are_decided_on_their_page(client):
    team = make_team()
    run = make_run(team=team, needs_approval=True)
    one, two = (make_enrolment(run, state="requested") for _ in range(2))
    client.force_login(team.coordinator)
    first = url("enrolment_decide", run.public_id, one.public_id)
    second = url("enrolment_decide", run.public_id, two.public_id)
    assert client.get(first).status_code == 200
    assert client.post(first, {"decision": "admit"}).status_code == 302
    assert client.post(second, {"decision": "deny"}).status_code == 422
    assert client.post(second, {"decision": "deny", "reason": "原因"}).status_code == 302
    assert list(run.enrolments.values_list("state", flat=True)) == ["enrolled", "denied"]
    assert client.get(second).status_code == 200


def test_a_list_is_checked_taken_in_and_taken_back(client):
    team = make_team()
    run = make_run(team=team)
    client.force_login(team.coordinator)
    rows = [["示例甲", "a@example.org"], ["示例乙", "bad"]]
    upload = url("run_roster", run.public_id)

    def send(rows):
        book = write_workbook([Table("名单", [Column("姓名"), Column("邮箱")], rows)])
        return client.post(upload, {"file": SimpleUploadedFile("名单.xlsx", book)})

    assert client.get(upload).status_code == 200
    assert client.get(url("run_roster_template", run.public_id)).status_code == 200
    faulty = send(rows)
    assert faulty.status_code == 302
    assert client.get(faulty.url).status_code == 200
    assert client.get(f"{faulty.url}corrected/").status_code == 200
    assert client.post(faulty.url).status_code == 409
    clean = send(rows[:1])
    assert client.post(clean.url).status_code == 302
    assert list(run.enrolments.values_list("listed_name", "state")) == [("示例甲", "enrolled")]
    assert client.get(upload).status_code == 200
    assert client.post(f"{clean.url}undo/").status_code == 302
    assert run.enrolments.get().state == "withdrawn"
    broken = client.post(upload, {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04no")})
    assert broken.status_code == 422


@pytest.mark.parametrize("state", RunState)
def test_a_run_has_its_board_in_every_state(client, state):
    team = make_team()
    run = make_run(state, team=team, duties=DutyState.PROPOSED)
    client.force_login(team.coordinator)
    assert client.get(url("run_board", run.public_id)).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_lists_cost_the_same_at_any_length(client, number, django_assert_max_num_queries):
    team, course, person = make_team(), make_course(), make_user()
    for _ in range(number):
        make_enrolment(make_run(team=team, course=course), person)
    run = Run.objects.first()
    for _ in range(number):
        make_enrolment(run)
    client.force_login(team.coordinator)
    for page in (url("training_home"), url("run_enrolments", run.public_id)):
        client.get(page)
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200
    client.force_login(person)
    client.get(url("learning_home"))
    with django_assert_max_num_queries(10):
        client.get(url("learning_home"))
