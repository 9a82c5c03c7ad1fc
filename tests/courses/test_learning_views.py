import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.enums import CompletionWay
from courses.lifecycle import EnrolmentState, RunState
from courses.models import Attendance, HoursEntry, PracticeWork, Session, UnitCompletion
from courses.services.attending import open_code
from portal.accounts.enums import Role
from portal.accounts.services.cms import sync_cms_access
from portal.core import clock
from tests.factories.accounts import make_member
from tests.factories.courses import (
    make_course,
    make_enrolment,
    make_practice_task,
    make_practice_work,
    make_run,
    make_session,
    make_team,
    make_unit,
)
from tests.factories.showcase import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.either]
QUESTIONS = [
    {"q": "先做什么？", "options": ["断电", "报告"], "answer": "B", "feedback": "先确认。"}
]


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(RunState.RUNNING, team=team)


@pytest.fixture
def enrolment(run):
    return make_enrolment(run)


@pytest.fixture
def learner(client, enrolment):
    client.force_login(enrolment.learner)
    return client


@pytest.fixture
def teacher(client, team):
    client.force_login(team.teacher)
    return client


def unit_url(name, enrolment, unit):
    return reverse(name, args=[enrolment.public_id, unit.module.code, unit.code])


def text_of(response):
    return response.content.decode()


# --- reading ------------------------------------------------------------------------------------


def test_run_says_what_is_done_and_what_is_missing(learner, run, enrolment):
    unit, other = make_unit(run.course), make_unit(run.course)
    UnitCompletion.objects.create(enrolment=enrolment, unit=unit)
    make_practice_task(run.course)
    response = learner.get(reverse("learning_run", args=[enrolment.public_id]))
    tones = [item["tone"] for item in response.context["requirements"]]
    assert (response.context["next_unit"], tones) == (other, ["todo"] * 4)
    assert "出勤不少于已授学时的 80%" in text_of(response)


def test_missed_sessions_are_said_in_words(learner, run, enrolment):
    make_session(run, starts_at=clock.now() - timedelta(days=1))
    learner.cookies["anfan_language"] = "en"
    page = text_of(learner.get(reverse("learning_run", args=[enrolment.public_id])))
    assert "So far 0 of 2 class hours, 0%. Attend the coming sessions to make up for it." in page


@pytest.mark.parametrize("state", ["requested", "waitlisted", "withdrawn", "denied"])
def test_who_was_not_let_in_finds_nothing(client, run, state):
    outside = make_enrolment(run, state=state)
    client.force_login(outside.learner)
    names = ("learning_run", "learning_sessions", "learning_practice")
    found = {client.get(reverse(name, args=[outside.public_id])).status_code for name in names}
    session = client.get(reverse("learning_attend", args=[make_session(run).public_id]))
    assert (found, session.status_code) == ({404}, 404)


def test_unit_before_the_start_is_refused_with_a_reason(client, team):
    enrolment = make_enrolment(make_run(RunState.OPEN, team=team))
    unit = make_unit(enrolment.run.course)
    client.force_login(enrolment.learner)
    response = client.get(unit_url("learning_unit", enrolment, unit))
    assert (response.status_code, "单元自开班之日起开放" in text_of(response)) == (403, True)
    client.force_login(team.teacher)
    url = reverse("run_unit", args=[enrolment.run.public_id, unit.module.code, unit.code])
    assert client.get(url).status_code == 200


def test_unit_shows_tables_quotations_and_code(learner, run, enrolment):
    body = [
        {"type": "text", "value": "<h2>标题</h2><p>写 <code>Modbus</code>。</p>"},
        {"type": "quote", "value": "就地表一百二十二度"},
        {"type": "code", "value": {"language": "sql", "text": "SELECT 1 < 2;"}},
    ]
    unit = make_unit(run.course, body=body)
    page = text_of(learner.get(unit_url("learning_unit", enrolment, unit)))
    assert "<code>SELECT 1 &lt; 2;</code></pre>" in page
    assert ("<code>Modbus</code>" in page, "就地表一百二十二度</blockquote>" in page) == (
        True,
        True,
    )


def test_reading_is_confirmed_and_leads_on(learner, run, enrolment):
    unit, after = make_unit(run.course), make_unit(run.course)
    response = learner.post(unit_url("learning_unit_complete", enrolment, unit))
    assert response.headers["location"] == unit_url("learning_unit", enrolment, after)
    assert UnitCompletion.objects.get().unit == unit


def test_self_check_shows_feedback_after_answering(learner, run, enrolment):
    unit = make_unit(run.course, self_check=QUESTIONS, way=CompletionWay.SELF_CHECK)
    before = learner.get(unit_url("learning_unit", enrolment, unit)).context["asked"][0]
    response = learner.post(
        unit_url("learning_unit_complete", enrolment, unit), {"q-0": "A"}, follow=True
    )
    asked = response.context["asked"][0]
    assert (before.is_answered, asked.is_answered, asked.is_right) == (False, True, False)
    assert "先确认。" in text_of(response)


@pytest.mark.parametrize("answer", ["", "Z", "Ａ" * 5_000])
def test_open_question_is_named_and_nothing_is_kept(learner, run, enrolment, answer):
    unit = make_unit(run.course, self_check=QUESTIONS, way=CompletionWay.SELF_CHECK)
    response = learner.post(unit_url("learning_unit_complete", enrolment, unit), {"q-0": answer})
    assert (response.status_code, UnitCompletion.objects.count()) == (422, 0)
    assert "请选择一个答案" in text_of(response)


@pytest.mark.parametrize("size", [1, 100])
def test_learners_pages_cost_a_constant_number_of_queries(
    learner, run, enrolment, size, django_assert_max_num_queries
):
    for _ in range(size):
        unit = make_unit(run.course)
        make_session(run)
        make_practice_task(run.course)
    UnitCompletion.objects.create(enrolment=enrolment, unit=unit)
    pages = [reverse("learning_run", args=[enrolment.public_id])]
    pages += [unit_url("learning_unit", enrolment, unit)]
    pages += [
        reverse(f"learning_{n}", args=[enrolment.public_id]) for n in ("sessions", "practice")
    ]
    for url, most in zip(pages, (10, 10, 10, 10), strict=True):
        with django_assert_max_num_queries(most):
            assert learner.get(url).status_code == 200


# --- checking in --------------------------------------------------------------------------------


def wide(code):
    return code.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})


def test_learner_checks_in_with_full_width_digits(learner, team, run, enrolment):
    session = open_code(session=make_session(run), minutes=10, by=team.teacher)
    page = learner.get(reverse("learning_sessions", args=[enrolment.public_id]))
    assert page.context["open"] == [session]
    url = reverse("learning_attend", args=[session.public_id])
    response = learner.post(url, {"code": wide(session.code)}, follow=True)
    assert (response.status_code, "已签到：出勤" in text_of(response)) == (200, True)
    again = learner.post(url, {"code": "1"})
    assert (again.status_code, Attendance.objects.count()) == (302, 1)


@pytest.mark.parametrize("typed", ["", "123", "字" * 10_000])
def test_wrong_code_says_what_to_do(learner, team, run, typed):
    session = open_code(session=make_session(run), minutes=10, by=team.teacher)
    response = learner.post(reverse("learning_attend", args=[session.public_id]), {"code": typed})
    assert (response.status_code, Attendance.objects.count()) == (422, 0)
    assert list(response.context["form"].errors) == ["code"]


def test_scanned_code_is_filled_in(learner, run):
    url = reverse("learning_attend", args=[make_session(run).public_id])
    assert 'value="123456"' in text_of(learner.get(f"{url}?code=123456"))


def test_session_of_another_run_is_not_found(learner):
    elsewhere = make_session(make_run(RunState.RUNNING))
    assert learner.get(reverse("learning_attend", args=[elsewhere.public_id])).status_code == 404


# --- the run's side -----------------------------------------------------------------------------


def facts(**more):
    values = {"title": "第一课", "starts_at": "2026-12-01T09:00", "hours": "1.5", "mode": "theory"}
    return values | more


def test_session_is_added_and_changed(teacher, team, run):
    teacher.post(reverse("session_new", args=[run.public_id]), facts(teacher=team.teacher.pk))
    session = Session.objects.get()
    assert (session.teacher, str(session.hours)) == (team.teacher, "1.50")
    url = reverse("session_edit", args=[session.public_id])
    assert 'value="2026-12-01T09:00"' in text_of(teacher.get(url))
    assert teacher.post(url, facts(title="改题")).status_code == 302
    assert Session.objects.get().title == "改题"
    teacher.post(url, facts(remove="1"))
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hours": "0"}, "hours"),
        ({"hours": "1.3"}, "hours"),
        ({"hours": "一"}, "hours"),
        ({"starts_at": "明天"}, "starts_at"),
        ({"title": ""}, "title"),
        ({"title": "字" * 10_000}, "title"),
        ({"mode": "sleep"}, "mode"),
        ({"teacher": "999999"}, "teacher"),
    ],
)
def test_wrong_facts_of_a_session_are_named_beside_their_field(teacher, run, wrong, field):
    response = teacher.post(reverse("session_new", args=[run.public_id]), facts(**wrong))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def marks(enrolment, presence, minutes="", was="", **more):
    pk = enrolment.pk
    return {f"p-{pk}": presence, f"m-{pk}": minutes, f"w-{pk}": was} | more


def test_list_is_saved_and_corrected_with_a_reason(teacher, run, enrolment):
    url = reverse("session_list", args=[make_session(run).public_id])
    assert teacher.post(url, marks(enrolment, "absent")).status_code == 302
    change = marks(enrolment, "late", "45", "absent:0")
    refused = teacher.post(url, change)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert teacher.post(url, change | {"reason": "手机没电"}).status_code == 302
    entry = Attendance.objects.get()
    assert (entry.presence, entry.minutes) == ("late", 45)


def test_list_opened_before_does_not_put_anybody_off(teacher, run, enrolment):
    session = make_session(run)
    other = make_enrolment(run)
    Attendance.objects.create(session=session, enrolment=other, presence="present", minutes=90)
    url = reverse("session_list", args=[session.public_id])
    data = marks(enrolment, "present") | {f"p-{other.pk}": "", f"w-{other.pk}": ""}
    assert teacher.post(url, data).status_code == 302
    assert set(Attendance.objects.values_list("presence", flat=True)) == {"present"}


def test_everybody_else_is_present_by_one_press(teacher, run, enrolment):
    late = make_enrolment(run)
    url = reverse("session_list", args=[make_session(run).public_id])
    teacher.post(url, marks(late, "late", "30", all="1"))
    found = dict(Attendance.objects.values_list("enrolment", "presence"))
    assert found == {enrolment.pk: "present", late.pk: "late"}


@pytest.mark.parametrize("minutes", ["91", "-1", "很久", ""])
def test_wrong_minutes_are_named_beside_their_row(teacher, run, enrolment, minutes):
    url = reverse("session_list", args=[make_session(run).public_id])
    response = teacher.post(url, marks(enrolment, "late", minutes))
    assert list(response.context["form"].errors) == [f"m-{enrolment.pk}"]


def test_code_is_shown_big_with_a_picture_and_ended(teacher, run):
    session = make_session(run)
    url = reverse("session_code", args=[session.public_id])
    assert teacher.post(url, {"minutes": "10"}).status_code == 302
    page = text_of(teacher.get(url))
    code = Session.objects.get().code
    assert (f'aria-label="{code}"' in page, "<svg" in page and 'class="qr"' in page) == (True, True)
    teacher.post(url, {"end": "1"})
    assert f'aria-label="{code}"' not in text_of(teacher.get(url))
    assert teacher.post(url, {"minutes": "7"}).status_code == 422


def test_closing_asks_first_and_enters_the_hours(teacher, run, enrolment):
    session = make_session(run)
    teacher.post(reverse("session_list", args=[session.public_id]), marks(enrolment, "present"))
    url = reverse("session_close", args=[session.public_id])
    assert teacher.get(url).context["tally"]["present"] == 1
    assert teacher.post(url).status_code == 302
    assert HoursEntry.objects.get().enrolment == enrolment
    assert teacher.post(url).status_code == 302
    assert HoursEntry.objects.count() == 1


def test_export_is_the_list(teacher, run, enrolment):
    session = make_session(run)
    Attendance.objects.create(session=session, enrolment=enrolment, presence="late", minutes=30)
    make_enrolment(run)
    response = teacher.get(reverse("session_export", args=[session.public_id]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row[:5]] for row in sheet.iter_rows(min_row=5, max_row=6)]
    assert rows[0] == [1, enrolment.learner.name, None, "迟到", 30]
    assert rows[1][3:] == [None, None]


def test_examiner_reads_lists_and_keeps_none(client, team, run):
    client.force_login(team.examiner)
    session = make_session(run)
    url = reverse("session_list", args=[session.public_id])
    assert (client.get(url).status_code, client.post(url).status_code) == (200, 404)
    assert client.get(reverse("session_code", args=[session.public_id])).status_code == 404


@pytest.mark.parametrize("size", [1, 100])
def test_runs_pages_cost_a_constant_number_of_queries(
    teacher, run, size, django_assert_max_num_queries
):
    task, session = make_practice_task(run.course), make_session(run)
    for _ in range(size):
        one = make_enrolment(run)
        Attendance.objects.create(session=session, enrolment=one, presence="present", minutes=90)
        PracticeWork.objects.create(task=task, enrolment=one, text="x")
        make_session(run)
        make_unit(run.course)
    pages = [reverse(f"run_{n}", args=[run.public_id]) for n in ("units", "sessions", "practice")]
    pages += [reverse(f"session_{n}", args=[session.public_id]) for n in ("list", "code", "export")]
    for url in pages:
        with django_assert_max_num_queries(10):
            assert teacher.get(url).status_code == 200


# --- practice -----------------------------------------------------------------------------------


def test_work_is_handed_in_with_a_receipt(learner, run, enrolment):
    task = make_practice_task(run.course)
    url = reverse("learning_practice_task", args=[enrolment.public_id, task.public_id])
    data = {"text": "说明", "file": SimpleUploadedFile("证据.pdf", PDF)}
    response = learner.post(url, data, follow=True)
    work = PracticeWork.objects.get()
    page = text_of(response)
    assert (work.file.sha256 in page, response.context["receipt"] in page) == (True, True)
    place = reverse("learning_practice_file", args=[enrolment.public_id, work.public_id])
    assert learner.get(place).getvalue() == PDF


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "字" * 10_001}, "text"),
        ({"text": "留下的话", "file": SimpleUploadedFile("a.exe", b"MZ")}, "file"),
    ],
)
def test_refused_work_keeps_what_was_typed(learner, run, enrolment, data, field):
    task = make_practice_task(run.course)
    url = reverse("learning_practice_task", args=[enrolment.public_id, task.public_id])
    response = learner.post(url, data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert (data["text"] in text_of(response), PracticeWork.objects.count()) == (True, 0)


def test_work_of_others_is_not_found(learner, run, enrolment):
    other = make_enrolment(run)
    work = make_practice_work(other, make_practice_task(run.course))
    urls = [reverse("learning_practice_file", args=[enrolment.public_id, work.public_id])]
    urls += [reverse("practice_work_file", args=[work.public_id])]
    urls += [reverse("learning_run", args=[other.public_id])]
    foreign = make_practice_task(make_course())
    urls += [reverse("learning_practice_task", args=[enrolment.public_id, foreign.public_id])]
    assert [learner.get(url).status_code for url in urls] == [404] * 4


def test_overview_shows_who_has_handed_in(teacher, run, enrolment):
    make_enrolment(run, state=EnrolmentState.WAITLISTED)
    make_practice_work(enrolment, make_practice_task(run.course))
    response = teacher.get(reverse("run_practice", args=[run.public_id]))
    group = response.context["groups"][0]
    assert (group["handed"], len(group["rows"])) == (1, 1)


# --- both languages, empty pages, editors -------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "尚无课次"), ("en", "No sessions yet")])
def test_empty_pages_say_what_comes_first(teacher, run, language, word):
    teacher.cookies["anfan_language"] = language
    assert word in text_of(teacher.get(reverse("run_sessions", args=[run.public_id])))


def test_editor_keeps_units_as_plain_lines(client, run):
    editor = make_member(Role.EDITOR)
    sync_cms_access(user=editor)
    client.force_login(editor)
    unit = make_unit(run.course, self_check=QUESTIONS)
    page = client.get(f"/admin/snippets/courses/unit/edit/{unit.pk}/")
    assert (page.status_code, "B* 报告" in text_of(page)) == (200, True)
    for name in ("unit", "module", "practicetask", "skill"):
        assert client.get(f"/admin/snippets/courses/{name}/").status_code == 200


def test_teacher_does_not_edit_units(teacher):
    assert teacher.get("/admin/snippets/courses/unit/", follow=True).status_code == 403
