import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from portal.accounts.enums import Role
from portal.accounts.models import Invitation, Organisation
from portal.core.denials import Denied
from portal.core.models import AuditEvent, Mail, Notification
from portal.core.spreadsheets import Unreadable
from portal.core.spreadsheets import values as common
from showcase.exports.recommendation_list import recommendation_workbook
from showcase.imports import values
from showcase.imports.recommendation_list import dry_run
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Quota, Recommendation, Submission
from showcase.queries.recommendations import entries_of
from showcase.services.importing import ImportRefused, import_entries
from showcase.sheet_columns import COLUMNS, key_of_heading
from tests.factories.accounts import make_member, make_organisation
from tests.factories.showcase import (
    complete_data,
    make_authority,
    make_recommendation,
    make_round,
    make_submission,
)

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
CLEAN = DATA / "recommendation-list-clean.xlsx"
FAULTY = DATA / "recommendation-list-faulty.xlsx"
ANSWERS = DATA / "recommendation-list-faulty.answers.json"
HEADINGS = [column.zh for column in COLUMNS]


@pytest.fixture
def authority():
    return make_authority("320000")


@pytest.fixture
def round(authority):
    made = make_round(RoundState.APPLYING)
    Quota.objects.create(round=made, authority=authority, places=10)
    return made


@pytest.fixture
def recommender(authority):
    return make_member(Role.RECOMMENDER, authority)


def read(path, round, authority):
    with path.open("rb") as stream:
        return dry_run(stream, round=round, authority=authority)


def sheet_of(*rows, headings=HEADINGS, above=(), below=()):
    """A workbook with these rows of values, as a stream."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [*above, headings, *rows, *below]:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def a_row(priority=1, **changes):
    cells = {
        "priority": priority,
        "title": f"化成段控制器准入第{priority}期",
        "applicant": "示例智造有限公司",
        "uscc": "919900000000000192",
        "partners": None,
        "direction": "控制安全",
        "region": "江苏省",
        "industry": "38电气机械",
        "investment": 486,
        "contact": "示例乙",
        "mobile": "13800001234",
        "email": "contact@example.org",
        "reason": "成效清楚。",
        "remark": None,
    }
    return [(cells | changes)[column.key] for column in COLUMNS]


def places_of_faults(result):
    return [(fault.row, fault.column) for fault in result.faults]


def take_in(result, round, authority, by):
    return import_entries(entries=result.reading.entries, round=round, authority=authority, by=by)


# --- the two sheets as offices send them -----------------------------------------------------


def test_dry_run_of_the_clean_sheet_finds_ten_rows_and_no_fault(round, authority):
    result = read(CLEAN, round, authority)
    assert (len(result.reading.entries), result.faults, result.reading.warnings) == (10, [], [])
    assert result.plan.count("create") == 10


def test_dry_run_of_the_faulty_sheet_finds_exactly_the_thirteen_faults(round, authority):
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))["faults"]
    result = read(FAULTY, round, authority)
    assert places_of_faults(result) == [(one["row"], one["column"]) for one in answers]
    assert {fault.sheet for fault in result.faults} == {"推荐汇总表"}
    assert all(fault.reason and fault.remedy for fault in result.faults)
    assert len(result.reading.entries) == 14


def test_faults_between_rows_name_both_rows(round, authority):
    with translation.override("en"):
        reasons = {fault.row: fault.reason for fault in read(FAULTY, round, authority).faults}
    assert reasons[6] == "Priority 2 is given twice (rows 5 and 6)."
    assert "(rows 14 and 15)" in reasons[14]
    assert reasons[None] == "14 entries against a quota of 10"


def test_row_with_full_width_code_and_separator_is_read_right(round, authority):
    entry = read(FAULTY, round, authority).reading.entries[-1]
    assert (entry.row, entry.uscc, entry.investment, entry.bad) == (
        17,
        "91990000M6B8YLYU1T",
        Decimal("1280.50"),
        frozenset(),
    )


def test_dry_run_writes_nothing(round, authority):
    read(CLEAN, round, authority)
    assert (Submission.objects.count(), Invitation.objects.count()) == (0, 0)


# --- the layout of a sheet ---------------------------------------------------------------------


def test_title_rows_notes_and_signature_are_not_data(round, authority):
    above = [["2026年推荐汇总表"], ["推荐单位（盖章）：示例"], []]
    below = [
        [],
        ["合计", None, None, None, None, None, None, None, 486],
        ["注：1.按优先级排序"],
        [2],
    ]
    result = dry_run(sheet_of(a_row(), above=above, below=below), round=round, authority=authority)
    assert [entry.row for entry in result.reading.entries] == [5]
    assert result.faults == []


def test_headings_are_known_with_other_brackets_and_spaces(round, authority):
    headings = [h.replace("（", " (").replace("）", ")") for h in HEADINGS]
    headings[3], headings[0] = "信用代码", "优 先 级"
    result = dry_run(sheet_of(a_row(), headings=headings), round=round, authority=authority)
    assert (len(result.reading.entries), result.faults) == (1, [])


def test_headings_may_be_english(round, authority):
    headings = [column.en for column in COLUMNS]
    result = dry_run(sheet_of(a_row(), headings=headings), round=round, authority=authority)
    assert (len(result.reading.entries), result.faults) == (1, [])


def test_column_in_another_unit_is_not_the_investment():
    assert (key_of_heading("总投资（元）"), key_of_heading("总投资(万元)")) == (None, "investment")


def test_missing_column_is_reported_at_the_heading_row(round, authority):
    headings = ["手机号码缺" if heading == "手机" else heading for heading in HEADINGS]
    result = dry_run(sheet_of(a_row(), headings=headings), round=round, authority=authority)
    assert places_of_faults(result) == [(1, "手机")]


def test_sheet_without_headings_says_which_are_needed(round, authority):
    result = dry_run(sheet_of(headings=["甲", "乙"]), round=round, authority=authority)
    assert places_of_faults(result) == [(None, None)]
    assert result.is_clean is False


def test_formula_is_one_fault_and_never_evaluated(round, authority):
    row = a_row(investment="=100+386")
    result = dry_run(sheet_of(row), round=round, authority=authority)
    assert places_of_faults(result) == [(2, "总投资（万元）")]
    assert result.reading.entries[0].investment is None


def test_unknown_region_is_only_a_warning(round, authority):
    result = dry_run(sheet_of(a_row(region="某省")), round=round, authority=authority)
    assert (result.faults, [w.column for w in result.reading.warnings]) == ([], ["地区"])


def test_file_that_is_no_workbook_is_refused(round, authority):
    with pytest.raises(ValidationError) as refused:
        dry_run(io.BytesIO(b"not a workbook"), round=round, authority=authority)
    assert refused.value.code == "unreadable"


# --- values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("611.3099999999999", "611.31"),
        ("1,280.50", "1280.50"),
        ("1，280.50", "1280.50"),
        ("３６３５．３１", "3635.31"),
        ("1200万元", "1200.00"),
        ("0", "0.00"),
    ],
)
def test_investment_is_read_to_the_hundredth(text, amount):
    assert values.investment(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["一千二百万", "-35.5", "12,80", "1e3", "NaN", "约500", "99999999999"]
)
def test_investment_refuses_what_is_no_amount(text):
    with pytest.raises(Unreadable):
        values.investment(text)


@pytest.mark.parametrize(
    "text", ["13800009982", "1.3800009982E+10", "138 0000 9982", "+8613800009982"]
)
def test_mobile_is_read_as_eleven_digits(text):
    assert common.mobile(text) == "13800009982"


@pytest.mark.parametrize("text", ["1380000", "1.38E+10", "12800009982", "010-12345678"])
def test_mobile_refuses_short_and_shortened_numbers(text):
    with pytest.raises(Unreadable):
        common.mobile(text)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "一", "1000"])
def test_priority_refuses_what_is_no_place(text):
    with pytest.raises(Unreadable):
        values.priority(text)


@pytest.mark.parametrize(
    ("text", "code"), [("江苏省", "320000"), ("江苏", "320000"), ("320000", "320000"), ("某省", "")]
)
def test_region_is_known_by_name_or_code(text, code):
    assert values.region(text) == code


# --- planning ----------------------------------------------------------------------------------


def existing(round, authority, priority=1, **facts):
    """An application that the row of this priority names."""
    organisation = Organisation.objects.filter(uscc="919900000000000192").first()
    organisation = organisation or make_organisation(uscc="919900000000000192")
    data = complete_data(organisation, pj_title=f"化成段控制器准入第{priority}期")
    return make_submission(
        round, organisation, facts.pop("state", SubmissionState.SUBMITTED), data,
        authority=authority, **facts,
    )  # fmt: skip


def test_row_that_matches_shows_what_would_change(round, authority):
    submission = existing(round, authority)
    make_recommendation(submission, authority=authority, priority=3, reason="旧", sent_at=None)
    step = dry_run(sheet_of(a_row()), round=round, authority=authority).plan.steps[0]
    assert (step.action, step.submission) == ("update", submission)
    assert [(c.column, c.before, c.after) for c in step.changes] == [
        ("priority", "3", "1"),
        ("reason", "旧", "成效清楚。"),
    ]


def test_application_of_another_authority_is_a_fault(round, authority):
    existing(round, make_authority("110000"))
    result = dry_run(sheet_of(a_row()), round=round, authority=authority)
    assert places_of_faults(result) == [(2, "项目名称")]


def test_priority_held_outside_the_sheet_is_a_fault(round, authority):
    other = make_submission(round, state=SubmissionState.SUBMITTED, authority=authority)
    make_recommendation(other, authority=authority, priority=1, sent_at=None)
    result = dry_run(sheet_of(a_row()), round=round, authority=authority)
    assert places_of_faults(result) == [(2, "优先级")]


def test_entries_outside_the_sheet_count_against_the_quota(round, authority):
    Quota.objects.update(places=1)
    other = make_submission(round, state=SubmissionState.SUBMITTED, authority=authority)
    make_recommendation(other, authority=authority, priority=9, sent_at=None)
    with translation.override("en"):
        result = dry_run(sheet_of(a_row()), round=round, authority=authority)
    assert [(f.row, f.reason) for f in result.faults] == [(None, "2 entries against a quota of 1")]


def test_unmatched_rows_are_refused_when_no_drafts_can_begin(authority, recommender):
    round = make_round(RoundState.RECOMMENDING)
    Quota.objects.create(round=round, authority=authority, places=10)
    result = dry_run(sheet_of(a_row()), round=round, authority=authority)
    assert (result.faults, bool(result.plan.refusal)) == ([], True)
    with pytest.raises(Denied) as refusal:
        take_in(result, round, authority, recommender)
    assert refusal.value.code == "import.no_drafts"


# --- taking in ---------------------------------------------------------------------------------


def test_import_makes_drafts_and_invites_their_contacts(round, authority, recommender):
    take_in(read(CLEAN, round, authority), round, authority, recommender)
    first = Submission.objects.get(applicant__uscc="91990000C57H66UHG5")
    assert (first.state, first.title, first.authority, first.direction.code) == (
        SubmissionState.DRAFT,
        "数控机床固件可信启动改造",
        authority,
        "device",
    )
    assert (first.data["pj.invest"], first.data["ct.mobile"], first.data["org.industry"]) == (
        "3635.31",
        "13800009982",
        "C39",
    )
    assert (first.recommendation.priority, first.recommendation.sent_at) == (1, None)
    invitation = Invitation.objects.get(organisation=first.applicant)
    assert (invitation.email, invitation.role, invitation.is_administrator) == (
        "contact223@example.com",
        Role.APPLICANT,
        True,
    )
    assert first.public_id in invitation.next_url
    assert Submission.objects.count() == 10


def test_importing_the_same_sheet_twice_changes_nothing(round, authority, recommender):
    take_in(read(CLEAN, round, authority), round, authority, recommender)
    counts = [m.objects.count() for m in (Submission, Invitation, Mail, AuditEvent, Organisation)]
    again = take_in(read(CLEAN, round, authority), round, authority, recommender)
    assert (again.count("same"), len(again.steps)) == (10, 10)
    after = [m.objects.count() for m in (Submission, Invitation, Mail, AuditEvent, Organisation)]
    assert after == counts


def test_matching_row_sets_priority_and_reason_only(round, authority, recommender):
    submission = existing(round, authority)
    take_in(
        dry_run(sheet_of(a_row(4, title=submission.title)), round=round, authority=authority),
        round,
        authority,
        recommender,
    )
    made = Recommendation.objects.get()
    assert (made.submission, made.priority, made.reason) == (submission, 4, "成效清楚。")
    assert (Submission.objects.count(), Invitation.objects.count()) == (1, 0)


def test_priorities_can_change_places(round, authority, recommender):
    first, second = (existing(round, authority, number) for number in (1, 2))
    for number, one in enumerate((first, second), start=1):
        make_recommendation(one, authority=authority, priority=number, sent_at=None)
    rows = [a_row(2, title=first.title), a_row(1, title=second.title)]
    take_in(
        dry_run(sheet_of(*rows), round=round, authority=authority), round, authority, recommender
    )
    found = Recommendation.objects.order_by("priority").values_list("submission", flat=True)
    assert list(found) == [second.pk, first.pk]


def test_organisation_with_people_is_told_and_nobody_is_invited(round, authority, recommender):
    organisation = make_organisation(uscc="919900000000000192")
    person = make_member(Role.APPLICANT, organisation)
    take_in(
        dry_run(sheet_of(a_row()), round=round, authority=authority), round, authority, recommender
    )
    assert Invitation.objects.count() == 0
    assert list(Notification.objects.values_list("recipient", "kind")) == [
        (person.pk, "submission.named")
    ]


def test_faulty_sheet_is_refused_as_a_whole(round, authority, recommender):
    rows = [a_row(1), a_row(2, email="nobody")]
    result = dry_run(sheet_of(*rows), round=round, authority=authority)
    result.reading.entries[1:] = []
    other = dry_run(sheet_of(a_row(1), a_row(2)), round=round, authority=authority)
    Quota.objects.update(places=1)
    with pytest.raises(ImportRefused):
        take_in(other, round, authority, recommender)
    assert (Submission.objects.count(), Recommendation.objects.count()) == (0, 0)


def test_import_needs_somebody_of_the_authority(round, authority):
    stranger = make_member(Role.RECOMMENDER, make_authority("110000"))
    result = dry_run(sheet_of(a_row()), round=round, authority=authority)
    with pytest.raises(Denied) as refusal:
        take_in(result, round, authority, stranger)
    assert refusal.value.code == "recommendation.role"


def test_draft_keeps_the_authority_that_named_it(round, authority, recommender):
    from showcase.services.drafts import mirror

    make_authority("110000")
    take_in(
        dry_run(sheet_of(a_row(region="北京市")), round=round, authority=authority),
        round,
        authority,
        recommender,
    )
    draft = Submission.objects.get()
    mirror(draft)
    assert (draft.region, draft.authority) == ("110000", authority)


# --- out and in again ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_exported_list_reads_in_again_without_a_change(round, authority, language):
    for number in (1, 2):
        submission = existing(round, authority, number)
        make_recommendation(submission, authority=authority, priority=number, sent_at=None)
    with translation.override(language):
        book = recommendation_workbook(round, authority, entries_of(round, authority))
        result = dry_run(io.BytesIO(book), round=round, authority=authority)
    assert (result.faults, [step.action for step in result.plan.steps]) == ([], ["same", "same"])


def test_exported_list_has_the_offices_columns_and_text_as_text(round, authority):
    submission = existing(round, authority)
    make_recommendation(submission, authority=authority, reason="=1+1", sent_at=None)
    book = openpyxl.load_workbook(
        io.BytesIO(recommendation_workbook(round, authority, entries_of(round, authority)))
    )
    rows = list(book["推荐汇总表"].iter_rows(values_only=True))
    assert list(rows[2]) == HEADINGS
    assert (rows[3][0], rows[3][3], rows[3][8], rows[3][12]) == (
        1,
        "919900000000000192",
        486,
        "=1+1",
    )
    assert book["推荐汇总表"].cell(4, 13).data_type == "s"


# --- the command ---------------------------------------------------------------------------------


def run(*arguments):
    out = io.StringIO()
    call_command("import_recommendations", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_command_prints_only_json_and_writes_nothing(round, authority):
    printed = json.loads(run(FAULTY, "--dry-run", "--json"))
    assert (printed["rows"], len(printed["faults"])) == (14, 13)
    assert set(printed["faults"][0]) == {"sheet", "row", "column", "reason", "remedy"}
    assert printed["faults"][-1]["reason"] == "共 14 项，推荐名额只有 10 个"
    assert Submission.objects.count() == 0


def test_command_takes_the_open_round_and_first_authority(round, authority, recommender):
    make_round(RoundState.CHECKING)
    make_authority("110000")
    run(CLEAN)
    assert Recommendation.objects.filter(round=round, authority=authority).count() == 10


def test_command_takes_codes(round, authority):
    other = make_round(RoundState.APPLYING)
    second = make_authority("370000")
    Quota.objects.create(round=other, authority=second, places=14)
    options = ("--round", other.code, "--authority", second.code, "--dry-run", "--json")
    printed = json.loads(run(FAULTY, *options))
    assert (printed["rows"], len(printed["faults"])) == (14, 12)


def test_command_refuses_to_write_a_list_with_faults(round, authority, recommender):
    with pytest.raises(CommandError):
        run(FAULTY)
    assert Submission.objects.count() == 0


def test_command_speaks_english_when_asked(round, authority):
    printed = json.loads(run(FAULTY, "--dry-run", "--json", "--language", "en"))
    assert printed["faults"][-1]["reason"] == "14 entries against a quota of 10"


@pytest.mark.parametrize("options", [("--round", "none"), ("--authority", "none")])
def test_command_says_when_a_code_is_unknown(round, authority, options):
    with pytest.raises(CommandError):
        run(CLEAN, *options, "--dry-run")
