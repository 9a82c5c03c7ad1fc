"""Lists of organisations and people: dry run, all or nothing, twice the same, taken back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.imports import COLUMNS, dry_run, read_people
from portal.accounts.models import Invitation, Membership, Organisation, PeopleList, User
from portal.accounts.services import importing, inviting, organising
from portal.accounts.views.intake import LISTS
from portal.core import clock
from portal.core.denials import Denied
from portal.core.files import store
from portal.core.models import AuditEvent, Mail
from portal.core.spreadsheets import Column, Table, read_sheets, write_workbook
from tests.factories.accounts import (
    make_administrator,
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db
HEADINGS = [zh for zh, _en, _needed in COLUMNS.values()]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(*rows, headings=HEADINGS):
    return write_workbook([Table("名单", [Column(one) for one in headings], rows)])


def upload(content, name="名单.xlsx"):
    kind = "text/csv" if name.endswith("csv") else XLSX
    return SimpleUploadedFile(name, content, content_type=kind)


def programme():
    """An administrator of the programme, in the one secretariat."""
    office = Organisation.objects.filter(kind="secretariat").first()
    return make_member(Role.PROGRAMME, office or make_organisation(kind="secretariat"))


def listed(code, email="new@example.org", **facts):
    """One row of a list; columns as in the template."""
    values = {
        "organisation": "示例新单位",
        "uscc": code,
        "kind": "企业",
        "region": "江苏",
        "name": "示例新人",
        "email": email,
        "role": "申报单位",
        "is_administrator": "是",
    }
    with_label = values | facts
    return [with_label[key] for key in COLUMNS]


def role_word():
    return str(Role.APPLICANT.label)


def run_of(by, *rows):
    kept = store(upload(workbook(*rows)), by=by, purpose=LISTS)
    return kept, dry_run(kept, by=by)


def take(by, *rows):
    kept, found = run_of(by, *rows)
    assert found.faults == []
    return importing.take_in(file=kept, rows=found.reading.rows, by=by)


def rows_with_role(*rows):
    return [[role_word() if cell == "申报单位" else cell for cell in row] for row in rows]


def test_list_registers_organisations_and_invites_people_without_a_password():
    by, code = programme(), make_uscc()
    taken = take(by, *rows_with_role(listed(code), listed(code, "b@example.org", name="乙")))
    place = Organisation.objects.get(uscc=code)
    assert (place.name, place.kind, place.region) == ("示例新单位", "enterprise", "320000")
    letters = Invitation.objects.filter(organisation=place).order_by("pk")
    assert [(one.email, one.role, one.is_administrator) for one in letters] == [
        ("new@example.org", "applicant", True),
        ("b@example.org", "applicant", True),
    ]
    assert not User.objects.filter(email="new@example.org").exists()
    mails = Mail.objects.order_by("pk")
    assert [mail.address for mail in mails] == ["new@example.org", "b@example.org"]
    assert letters[0].token in mails[0].body
    assert not Membership.objects.filter(organisation=place).exists()
    assert (taken.rows, taken.organisations.get()) == (2, place)
    assert AuditEvent.objects.filter(action="people.taken_in").count() == 1


def test_same_rows_again_change_nothing_however_saved():
    by, code = programme(), make_uscc()
    rows = rows_with_role(listed(code))
    first = take(by, *rows)
    before = (Organisation.objects.count(), Invitation.objects.count(), Mail.objects.count())
    kept, found = run_of(by, ["", "", "", "", "", "", "", ""], *rows)
    again = importing.take_in(file=kept, rows=found.reading.rows, by=by)
    after = (Organisation.objects.count(), Invitation.objects.count(), Mail.objects.count())
    assert (again, after) == (first, before)


def test_people_of_one_list_do_not_overtake_one_another():
    by, code = programme(), make_uscc()
    take(by, *rows_with_role(listed(code), listed(code, "b@example.org", name="乙")))
    for email in ("new@example.org", "b@example.org"):
        letter = Invitation.objects.get(email=email)
        inviting.accept(token=letter.token, by=make_user(email=email))
    assert Membership.objects.filter(organisation__uscc=code).count() == 2


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"uscc": "91350100M000100Y4Z"}, "统一社会信用代码", "91350100M000100Y4Z"),
        (
            {"uscc": "９１３５０１００ｍ０００１００ｙ４２"},
            "统一社会信用代码",
            "91350100M000100Y42",
        ),
        ({"uscc": ""}, "统一社会信用代码", ""),
        ({"email": "keine-adresse"}, "邮箱", "keine-adresse"),
        ({"role": "皇帝"}, "角色", "皇帝"),
        ({"role": ""}, "角色", ""),
        ({"kind": "帮会"}, "单位类型", "帮会"),
        ({"is_administrator": "也许"}, "是否管理员", "也许"),
        ({"email": ""}, "邮箱", ""),
        ({"organisation": ""}, "单位名称", ""),
        ({"name": "11010519491231002X"}, "姓名", ""),
        ({"name": "=1+1"}, None, None),
    ],
)
def test_fault_names_row_column_reason_and_remedy(change, column, words):
    by = programme()
    (row,) = rows_with_role(listed(make_uscc(), **change))
    _kept, found = run_of(by, row)
    faults = found.faults
    if column is None:  # written as text by a workbook: a name that begins with "=" stays a name
        assert faults == []
        return
    assert [(one.row, one.column) for one in faults] == [(2, column)]
    assert words in faults[0].reason
    assert faults[0].remedy != ""
    with pytest.raises(Denied) as refusal:
        importing.take_in(file=_kept, rows=found.reading.rows, by=by)
    assert refusal.value.code == "import.faults"
    assert (PeopleList.objects.count(), Invitation.objects.count()) == (0, 0)


def test_wrong_check_character_is_not_guessed():
    (row,) = rows_with_role(listed("91350100m000100y4z"))
    _kept, found = run_of(programme(), row)
    assert found.faults[0].reason.count("91350100M000100Y4Z") == 1
    assert "91350100M000100Y43" not in found.faults[0].reason + found.faults[0].remedy


def test_unknown_regions_warn_and_do_not_refuse():
    by = programme()
    (row,) = rows_with_role(listed(make_uscc(), region="亚特兰蒂斯"))
    _kept, found = run_of(by, row)
    assert (found.faults, found.is_clean) == ([], True)
    assert [one.column for one in found.remarks] == ["所在地区", "统一社会信用代码"]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([{}, {}], ["邮箱"]),
        ([{}, {"email": "b@example.org", "organisation": "示例别名"}], ["单位名称"]),
        ([{}, {"email": "b@example.org", "kind": "高等院校"}], ["单位类型"]),
    ],
)
def test_rows_that_contradict_each_other_are_faults(rows, columns):
    code = make_uscc()
    kinds = {"高等院校": str(Organisation.Kind.UNIVERSITY.label)}
    made = rows_with_role(*(listed(code, **facts) for facts in rows))
    made = [[kinds.get(cell, cell) for cell in row] for row in made]
    _kept, found = run_of(programme(), *made)
    assert [(one.row, one.column) for one in found.faults] == [(3, one) for one in columns]


def test_nobody_makes_themselves_the_secretariat_by_a_list():
    by = programme()
    office = by.held[0]
    rows = [
        listed(office.code, organisation=office.name, role=str(Role.SECRETARIAT.label)),
        listed(office.code, "e@example.org", organisation=office.name, role=str(Role.EXPERT.label)),
        listed(
            office.code,
            "f@example.org",
            organisation=office.name,
            role=str(Role.EXPERT.label),
            is_administrator="否",
        ),
        listed(make_uscc(), kind=str(Organisation.Kind.SECRETARIAT.label), name="", email=""),
    ]
    rows[3][6] = ""
    _kept, found = run_of(by, *rows)
    assert [(one.row, one.column) for one in found.faults] == [
        (2, "角色"),
        (3, "角色"),
        (5, "单位类型"),
    ]
    boss = make_user(is_superuser=True)
    _kept, found = run_of(boss, *rows)
    assert found.faults == []


def test_organisation_with_administrators_lets_in_its_own_people():
    place = make_organisation()
    make_administrator(place)
    (row,) = rows_with_role(listed(place.uscc, organisation=place.name))
    _kept, found = run_of(programme(), row)
    assert [one.column for one in found.faults] == ["邮箱"]


@pytest.mark.parametrize("role", [*(one for one in Role if one != Role.PROGRAMME), None])
def test_nobody_else_imports(role):
    user = make_member(role) if role else make_user()
    with pytest.raises(Denied) as refusal:
        importing.take_in(file=None, rows=[], by=user)
    assert refusal.value.code == "import.role"


def test_list_is_taken_back_until_somebody_used_it():
    by, code = programme(), make_uscc()
    rows = rows_with_role(listed(code))
    taken = take(by, *rows)
    assert importing.undo(taken=taken, by=by) == 1
    assert importing.undo(taken=taken, by=by) == 0
    assert not Organisation.objects.filter(uscc=code).exists()
    assert not Invitation.objects.exists()
    again = take(by, *rows)
    assert (again.pk, again.undone_at) == (taken.pk, None)
    letter = Invitation.objects.get()
    inviting.accept(token=letter.token, by=make_user(email="new@example.org"))
    with pytest.raises(Denied) as refusal:
        importing.undo(taken=again, by=by)
    assert refusal.value.code == "import.used"
    assert Invitation.objects.count() == 1


def test_list_stays_when_its_organisation_is_at_work():
    by, code = programme(), make_uscc()
    taken = take(by, *rows_with_role(listed(code, name="", email="", role="")))
    place = Organisation.objects.get(uscc=code)
    organising.add_member(organisation=place, user=make_user(), role=Role.APPLICANT, by=None)
    with pytest.raises(Denied) as refusal:
        importing.undo(taken=taken, by=by)
    assert refusal.value.code == "import.used"


def test_failure_in_the_middle_writes_nothing(monkeypatch):
    by = programme()
    rows = rows_with_role(listed(make_uscc()), listed(make_uscc(), "b@example.org"))
    kept, found = run_of(by, *rows)
    before = AuditEvent.objects.count()
    place = make_organisation()
    organising.deactivate(organisation=place, by=make_secretariat(), reason="试一试")
    bad = importing.ListedRow("名单", 4, {}, uscc=place.uscc, organisation=place.name)
    with pytest.raises(Denied):
        importing.take_in(file=kept, rows=[*found.reading.rows, bad], by=by)
    assert AuditEvent.objects.count() == before + 1
    assert (PeopleList.objects.count(), Invitation.objects.count()) == (0, 0)


def test_template_is_read_back_without_people():
    by = make_user(is_superuser=True)
    client = Client()
    client.force_login(by)
    book = client.get(reverse("people_template"))
    reading = read_people(read_sheets(io.BytesIO(book.content)))
    assert (reading.layout.sheet.name != "", set(reading.layout.places)) == (True, set(COLUMNS))
    assert [one.row for one in reading.faults] == [None]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_of_offices(encoding):
    by, code = programme(), make_uscc()
    (row,) = rows_with_role(listed(code))
    text = "\n".join([",".join(HEADINGS), ",".join(row)])
    kept = store(upload(text.encode(encoding), "名单.csv"), by=by, purpose=LISTS)
    found = dry_run(kept, by=by)
    assert (found.faults, [one.uscc for one in found.reading.rows]) == ([], [code])


def test_pages_lead_from_upload_over_dry_run_to_taking_back():
    by, code = programme(), make_uscc()
    client = Client()
    client.force_login(by)
    bad = upload(workbook(*rows_with_role(listed("91350100M000100Y4Z"))))
    answer = client.post(reverse("people_import"), {"file": bad})
    page = client.get(answer.headers["location"])
    assert page.context["result"].is_clean is False
    assert "91350100M000100Y4Z" in page.content.decode()
    assert client.post(answer.headers["location"]).status_code == 409
    corrected = client.get(f"{answer.headers['location']}corrected/")
    (sheet,) = read_sheets(io.BytesIO(corrected.content))
    heads, row = ([cell.text for cell in one.cells] for one in sheet.rows[:2])
    assert heads[:8] == HEADINGS
    assert "91350100M000100Y4Z" in row[8]
    good = upload(workbook(*rows_with_role(listed(code))))
    answer = client.post(reverse("people_import"), {"file": good})
    page = client.post(answer.headers["location"], follow=True)
    assert page.redirect_chain[-1][0] == reverse("people_import")
    assert [one.people for one in page.context["lists"]] == [1]
    page = client.post(f"{answer.headers['location']}undo/", follow=True)
    assert [bool(one.undone_at) for one in page.context["lists"]] == [True]


def test_file_that_is_no_list_keeps_the_form_and_says_why():
    client = Client()
    client.force_login(programme())
    answer = client.post(reverse("people_import"), {"file": upload(b"PK broken")})
    assert (answer.status_code, bool(answer.context["form"].errors["file"])) == (422, True)


def test_others_uploads_are_missing():
    kept = store(
        upload(workbook(listed(make_uscc()))),
        by=make_user(),
        purpose=LISTS,
    )
    client = Client()
    client.force_login(programme())
    assert client.get(reverse("people_list", args=[kept.public_id])).status_code == 404


def test_dry_run_costs_the_same_for_one_and_for_a_hundred_rows(django_assert_max_num_queries):
    by = programme()
    rows = [listed(make_uscc(), f"p{number}@example.org") for number in range(100)]
    reading = read_people(read_sheets(io.BytesIO(workbook(*rows_with_role(*rows)))))
    assert len(reading.rows) == 100
    with django_assert_max_num_queries(5):
        importing.plan_people(rows=reading.rows, by=User.objects.get(pk=by.pk))


def test_invitation_of_a_list_expires():
    by, code = programme(), make_uscc()
    take(by, *rows_with_role(listed(code)))
    letter = Invitation.objects.get()
    with clock.at(letter.expires_at), pytest.raises(Denied) as refusal:
        inviting.accept(token=letter.token, by=make_user(email="new@example.org"))
    assert refusal.value.code == "invitation.expired"
