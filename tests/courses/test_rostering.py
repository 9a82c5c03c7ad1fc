import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from courses.exports.roster import corrected_workbook, template_workbook
from courses.imports.roster import DryRun, dry_run, key_of_heading
from courses.lifecycle import RunState
from courses.models import Attendance, Enrolment, Roster, Run
from courses.services import enrolling, rostering
from portal.accounts.models import User
from portal.core import clock
from portal.core.denials import Denied
from portal.core.files import CONTENT_TYPES
from portal.core.models import AuditEvent, Job, Mail, Notification
from portal.core.spreadsheets import Column, Table, read_sheets, write_workbook
from tests.factories.accounts import make_organisation, make_uscc, make_user
from tests.factories.courses import make_enrolment, make_run, make_session, make_team
from tests.factories.showcase import make_private_file

pytestmark = pytest.mark.django_db

HEAD = ["姓名", "邮箱", "手机", "单位信用代码", "备注"]


def workbook(rows, head=HEAD, titles=()):
    return write_workbook([Table("名单", [Column(one) for one in head], rows, titles)])


def stored(content, by, kind="xlsx"):
    return make_private_file(
        f"名单.{kind}", content, content_type=CONTENT_TYPES[kind], uploaded_by=by
    )


def checked(rows, run=None, head=HEAD, titles=()) -> DryRun:
    run = run or make_run()
    return dry_run(stored(workbook(rows, head, titles), None), run=run, by=keeper(run))


def keeper(run):
    return run.lead.memberships.get(role="coordinator").user


def places(result):
    return [(fault.row, fault.column, fault.blocks) for fault in result.found]


def people(count, start=1):
    return [[f"示例{n}", f"p{n}@example.org", f"138{n:08}"] for n in range(start, start + count)]


def take_in(run, rows, by=None):
    by = by or keeper(run)
    file = stored(workbook(rows), by)
    found = dry_run(file, run=run, by=by)
    assert found.is_clean, found.found
    people = found.reading.people
    roster = rostering.open_roster(run=run, file=file, people=people, by=by)
    return roster, rostering.enter_people(roster=roster, people=people, by=by)


# --- reading ------------------------------------------------------------------------------------


def test_a_clean_list_is_read_as_it_stands():
    code = make_uscc()
    make_organisation(uscc=code)
    result = checked([["示例甲", "A@Example.org", "13800000001", code, "夜班"]])
    person = result.reading.people[0]
    assert (person.name, person.email, person.mobile, person.uscc, person.note, person.row) == (
        "示例甲",
        "a@example.org",
        "13800000001",
        code,
        "夜班",
        2,
    )
    assert (result.is_clean, result.found) == (True, [])


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["", "a@example.org"], "姓名", "is empty"),
        (["示例", ""], "邮箱", "is empty"),
        (["示例", "a.example.org"], "邮箱", "not an e-mail"),
        (["示例", "a@example.org", "1.38E+10"], "手机", "shortened"),
        (["示例", "a@example.org", "1380000000"], "手机", "not a mobile"),
        (["示例", "a@example.org", "", "91990000MA00000000"], "单位信用代码", "fails its check"),
        (["示例", "a@example.org", "", "9199"], "单位信用代码", "must have 18"),
        (["示例", "a@example.org", "", "", "110101199003074514"], "备注", "Identity numbers"),
        (["示例", "a@example.org", "110101900307451"], "手机", "Identity numbers"),
        (["示例" * 30, "a@example.org"], "姓名", "at most 50"),
    ],
)
def test_each_fault_has_row_column_reason_and_remedy(row, column, reason):
    with translation.override("en"):
        result = checked([["示例甲", "ok@example.org"], row])
    (fault,) = result.faults
    assert (fault.row, fault.column, reason in fault.reason) == (3, column, True), fault
    assert fault.remedy
    assert result.is_clean is False


def test_every_fault_of_every_row_is_listed():
    rows = [["", "bad", "12"], ["示例", "x@example.org"], ["示例", "x@example.org", "13"]]
    assert places(checked(rows)) == [
        (2, "姓名", True),
        (2, "邮箱", True),
        (2, "手机", True),
        (4, "手机", True),
        (4, "邮箱", True),
    ]


def test_doubles_by_address_and_by_mobile_name_the_first_row():
    rows = [["甲", "a@example.org", "13800000001"], ["乙", "A@example.org", "13800000001"]]
    with translation.override("en"):
        reasons = [fault.reason for fault in checked(rows).faults]
    assert reasons == [
        "a@example.org stands in row 2 already.",
        "13800000001 stands in row 2 already.",
    ]


def test_full_width_is_narrowed_with_a_remark():
    result = checked([["示例", "ａ＠example.org", "１３８００００００００"]])
    assert result.reading.people[0].email == "a@example.org"
    assert result.reading.people[0].mobile == "13800000000"
    assert places(result) == [(2, "邮箱", False), (2, "手机", False)]
    assert result.is_clean


def test_formulas_are_refused():
    book = openpyxl.Workbook()
    book.active.append(["姓名", "邮箱"])
    book.active.append(["=A1", "a@example.org"])
    buffer = io.BytesIO()
    book.save(buffer)
    run = make_run()
    result = dry_run(stored(buffer.getvalue(), None), run=run, by=keeper(run))
    assert places(result) == [(2, "姓名", True)]


def test_headings_are_found_in_any_order_below_title_lines():
    head = ["备 注", "电子邮箱*", "学员姓名（必填）", "工号"]
    result = checked(
        [["", "a@example.org", "示例甲", "7"]], head=head, titles=["示例公司花名册", "制表：示例"]
    )
    person = result.reading.people[0]
    assert (person.name, person.email, person.row) == ("示例甲", "a@example.org", 4)


def test_a_list_without_headings_says_so():
    result = checked([["甲", "乙"]], head=["第一", "第二"])
    assert (places(result), result.is_clean) == ([(None, None, True)], False)


def test_a_column_of_identity_numbers_is_refused_and_not_given_back():
    result = checked(
        [["示例", "a@example.org", "110101199003074514"]], head=["姓名", "邮箱", "身份证号"]
    )
    assert places(result) == [(1, "身份证号", True), (2, "身份证号", True)]
    assert b"110101199003074514" not in text_of(corrected_workbook(result.reading, result.found))


def text_of(book):
    sheets = read_sheets(io.BytesIO(book))
    return repr([row.texts() for sheet in sheets for row in sheet.rows]).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_delimited_text_is_read_in_every_usual_encoding(encoding, sign):
    lines = [["姓名", "邮箱", "备注"], ["示例甲", "a@example.org", "夜班"]]
    content = "\r\n".join(sign.join(line) for line in lines).encode(encoding)
    run = make_run()
    result = dry_run(stored(content, None, "csv"), run=run, by=keeper(run))
    assert [(one.name, one.note) for one in result.reading.people] == [("示例甲", "夜班")]
    assert result.is_clean


def test_text_that_nobody_can_read_is_refused():
    run = make_run()
    with pytest.raises(ValidationError):
        dry_run(stored(b"\xff\xff\x81", None, "csv"), run=run, by=keeper(run))


def test_template_is_read_back_in_both_languages():
    run = make_run()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            book = template_workbook(run)
        sheet = read_sheets(io.BytesIO(book))[0]
        keys = [key_of_heading(cell.text) for cell in sheet.rows[4].cells]
        assert keys == ["name", "email", "mobile", "uscc", "note"]


def test_the_list_with_its_faults_can_be_uploaded_again():
    run = make_run()
    result = checked([["示例甲", "bad"], ["示例乙", "b@example.org"]], run)
    book = corrected_workbook(result.reading, result.found)
    again = dry_run(stored(book, None), run=run, by=keeper(run))
    assert [one.name for one in again.reading.people] == ["示例甲", "示例乙"]
    assert places(again) == [(2, "邮箱", True)]
    rows = read_sheets(io.BytesIO(book))[0].rows
    assert rows[1].cells[-1].text
    assert not rows[2].cells[-1].text


def test_too_many_people_are_refused():
    lines = ["姓名,邮箱", *(f"示例,p{n}@example.org" for n in range(5001))]
    run = make_run()
    with pytest.raises(ValidationError):
        dry_run(stored("\n".join(lines).encode(), None, "csv"), run=run, by=keeper(run))


def test_five_thousand_rows_are_checked_at_once():
    """How long it takes is measured by tests/bench/enrolment.py."""
    rows = people(5000)
    run = make_run(capacity=100)
    file = stored(workbook(rows), None)
    result = dry_run(file, run=run, by=keeper(run))
    assert (result.plan.count("seat"), result.plan.count("wait")) == (100, 4900)


# --- what the run says --------------------------------------------------------------------------


def test_people_in_the_run_are_remarked_and_staff_refused():
    team = make_team()
    run = make_run(team=team)
    inside, gone = make_enrolment(run), make_enrolment(run, state="withdrawn")
    rows = [
        ["甲", inside.learner.email],
        ["乙", gone.learner.email],
        ["丙", team.teacher.email],
        ["丁", "new@example.org", "", make_uscc()],
    ]
    result = checked(rows, run)
    assert places(result) == [
        (2, "邮箱", False),
        (3, "邮箱", False),
        (4, "邮箱", True),
        (5, "单位信用代码", False),
    ]
    assert [step.action for step in result.plan.steps] == ["same", "seat", "faulty", "seat"]


def test_a_list_longer_than_the_seats_says_how_many_wait():
    run = make_run(capacity=3)
    make_enrolment(run)
    with translation.override("en"):
        result = checked(people(5), run)
    assert [step.action for step in result.plan.steps] == ["seat"] * 2 + ["wait"] * 3
    assert "3 persons of the list join the waiting list" in result.remarks[0].reason


def test_the_dry_run_does_not_depend_on_accounts():
    make_user(email="old@example.org", name="真实姓名")
    run = make_run()
    old = checked([["示例", "old@example.org"]], run)
    new = checked([["示例", "new@example.org"]], run)
    assert (old.found, old.plan.steps[0].action) == (new.found, new.plan.steps[0].action)


@pytest.mark.parametrize("state", ["preparing", "running", "closed", "cancelled"])
def test_lists_are_for_announced_runs(state):
    run = make_run(state)
    result = checked(people(1), run)
    assert (result.is_clean, bool(result.plan.refusal)) == (False, True)
    with pytest.raises(Denied) as refusal:
        rostering.open_roster(run=run, file=stored(b"x", None), people=[], by=keeper(run))
    assert refusal.value.code == "roster.state"


def test_lists_are_for_coordinators():
    team = make_team()
    run = make_run(team=team)
    for person in (team.teacher, team.examiner, team.certifier, make_user()):
        with pytest.raises(Denied):
            rostering.open_roster(run=run, file=stored(b"x", person), people=[], by=person)


# --- taking in ----------------------------------------------------------------------------------


def test_people_get_seats_in_the_order_of_rows():
    run = make_run(capacity=2)
    _roster, entered = take_in(run, people(3))
    rows = run.enrolments.order_by("place").values_list("listed_name", "state", "source", "mobile")
    assert entered == 3
    assert list(rows) == [
        ("示例1", "enrolled", "roster", "13800000001"),
        ("示例2", "enrolled", "roster", "13800000002"),
        ("示例3", "waitlisted", "roster", "13800000003"),
    ]


def test_the_same_list_twice_changes_nothing():
    run = make_run()
    take_in(run, people(3))
    before = (User.objects.count(), Mail.objects.count(), AuditEvent.objects.count())
    _roster, entered = take_in(run, people(3))
    assert entered == 0
    assert (User.objects.count(), Mail.objects.count(), AuditEvent.objects.count()) == before
    assert (Roster.objects.count(), Run.objects.get(pk=run.pk).arrivals) == (1, 3)


def test_a_longer_list_adds_only_who_is_new():
    run = make_run()
    take_in(run, people(2))
    _roster, entered = take_in(run, people(4))
    assert (entered, run.enrolments.count()) == (2, 4)


def test_new_accounts_have_no_password_and_a_way_to_one(client):
    run = make_run()
    take_in(run, people(1))
    user = User.objects.get(email="p1@example.org")
    assert (user.name, user.has_usable_password()) == ("示例1", False)
    assert list(user.emailaddress_set.values_list("verified", flat=True)) == [False]
    assert "/accounts/password/reset/" in Mail.objects.get(address=user.email).body
    client.post("/accounts/password/reset/", {"email": user.email})


def test_who_has_an_account_keeps_it_and_the_sender_does_not_see_it():
    old = make_user(email="p1@example.org", name="真实姓名")
    run = make_run()
    take_in(run, people(1))
    one = run.enrolments.get()
    assert (one.learner, one.name, str(one)) == (old, "示例1", f"{run.code}: 示例1")
    old.refresh_from_db()
    assert (old.name, old.has_usable_password()) == ("真实姓名", True)
    assert "/accounts/password/reset/" not in Mail.objects.get(address=old.email).body


def test_a_waiting_request_is_settled_by_the_list():
    run = make_run(needs_approval=True)
    asked = enrolling.request_place(run=run, by=make_user(email="p1@example.org"))
    take_in(run, people(1))
    asked.refresh_from_db()
    assert (asked.state, asked.place, asked.listed_name) == ("enrolled", 1, "示例1")


def test_a_long_list_is_taken_in_by_the_worker_with_progress(
    django_capture_on_commit_callbacks,
):
    run = make_run(capacity=500)
    by = keeper(run)
    file = stored(workbook(people(210)), by)
    listed = dry_run(file, run=run, by=by).reading.people
    roster = rostering.open_roster(run=run, file=file, people=listed, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        job = rostering.enqueue_roster(roster=roster, by=by)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (
        Job.State.DONE,
        210,
        210,
        {"people": 210, "entered": 210},
    )
    assert run.enrolments.filter(state="enrolled").count() == 210


# --- taking back --------------------------------------------------------------------------------


def test_taking_back_frees_the_seats_for_those_who_wait():
    run = make_run(capacity=2)
    roster, _entered = take_in(run, people(2))
    waiting = enrolling.request_place(run=run, by=make_user())
    for _again in range(2):
        rostering.undo_roster(roster=roster, by=keeper(run))
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    assert set(roster.enrolments.values_list("state", flat=True)) == {"withdrawn"}
    assert Notification.objects.filter(kind="enrolment.remove").count() == 2
    _roster, entered = take_in(run, people(2))
    assert entered == 2
    assert Roster.objects.get().undone_at is None


def test_a_list_whose_people_learn_stays():
    run = make_run()
    roster, _entered = take_in(run, people(2))
    session = make_session(run, starts_at=clock.now() - timedelta(hours=1))
    Attendance.objects.create(
        session=session,
        enrolment=roster.enrolments.first(),
        presence="present",
        source=Attendance.Source.choices[0][0],
    )
    with pytest.raises(Denied) as refusal:
        rostering.undo_roster(roster=roster, by=keeper(run))
    assert refusal.value.code == "roster.begun"


def test_a_list_stays_once_the_run_has_started():
    run = make_run()
    roster, _entered = take_in(run, people(1))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    with pytest.raises(Denied):
        rostering.undo_roster(roster=roster, by=keeper(run))
    assert Enrolment.objects.get().state == "enrolled"
