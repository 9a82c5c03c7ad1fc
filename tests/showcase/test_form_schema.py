"""Reading and validating data against the form's schema."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import taxonomies
from showcase import form_schema
from showcase.services.rounds import default_programme
from tests.factories.accounts import make_uscc
from tests.factories.showcase import complete_data

SCHEMA = default_programme()["form"]
FIELDS = form_schema.fields_by_key(SCHEMA)
SCHEMES = ("regions", "industries", "objects", "tasks", "kinds", "classes", "grades")
CHOICES = {name: list(taxonomies.scheme(name)) for name in SCHEMES} | {
    "directions": [row["code"] for row in default_programme()["directions"]]
}


def codes(**changes):
    found = form_schema.faults(SCHEMA, complete_data(**changes), CHOICES)
    return [(fault.key, fault.code) for fault in found]


def test_complete_data_has_no_fault():
    assert codes() == []


@pytest.mark.parametrize("key", [key for key, one in FIELDS.items() if one["required"]])
def test_every_required_field_is_missed(key):
    empty = [] if FIELDS[key]["type"] in {"table", "choices", "money3"} else ""
    found = codes(**{key: empty})
    expected = "pledge" if FIELDS[key]["type"] == "pledge" else "required"
    assert found == [(key, expected)]


@pytest.mark.parametrize("key", [key for key, one in FIELDS.items() if not one["required"]])
def test_no_other_field_is_missed(key):
    assert codes(**{key: [] if FIELDS[key]["type"] in {"table", "choices", "lines"} else ""}) == []


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("org.uscc", "919900000000000193", "uscc"),
        ("org.kind", "unknown", "choice"),
        ("org.founded", "2026-02-30", "date"),
        ("org.capital", "12.345", "money"),
        ("org.capital", "about five", "money"),
        ("org.staff", "many", "int"),
        ("org.revenue", ["1.00", "x", "2.00"], "money"),
        ("org.revenue", ["1.00", "", "2.00"], "money"),
        ("ct.mobile", "12345", "mobile"),
        ("ct.email", "nobody", "email"),
        ("pj.title", "长" * 41, "too_long"),
        ("pj.direction", "cloud", "choice"),
        ("pj.objects", ["control", "cloud"], "choice"),
        ("pj.online", "2022-01-01", "before_start"),
        ("pj.accept", "2024-06-01", "before_online"),
        ("pj.summary", "联系人身份证 11010519491231002X", "identity"),
        ("tx.arch", "长" * 3001, "too_long"),
        ("tx.standards", ["长" * 1501], "too_long"),
    ],
)
def test_wrong_value_is_named(key, value, code):
    assert codes(**{key: value}) == [(key, code)]


def test_telephone_with_area_code_is_accepted():
    assert codes(**{"ct.mobile": "010-12345678"}) == []


def test_table_faults_name_row_and_column():
    row = {"metric": "停线", "before": "5", "after": "", "unit": "次", "evidence": "长" * 101}
    assert codes(**{"tx.effect": [row]}) == [
        ("tx.effect#0#after", "required"),
        ("tx.effect#0#evidence", "too_long"),
    ]


def test_partners_are_counted_and_differ():
    one = {"uscc": make_uscc(1), "name": "示例甲", "role": "研发"}
    two = {**one, "uscc": make_uscc(2)}
    three = {**one, "uscc": make_uscc(3)}
    assert codes(partners=[one, two]) == []
    assert codes(partners=[one, two, three]) == [("partners", "too_many_rows")]
    assert codes(partners=[one, one]) == [("partners", "twice")]


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("org.uscc", " ９１9900000000000192 ", "919900000000000192"),
        ("org.capital", "1,234.5", "1234.50"),
        ("org.capital", "１２", "12.00"),
        ("org.capital", "1.005", "1.005"),
        ("org.staff", "1,200", 1200),
        ("org.staff", "about 3", "about 3"),
        ("org.revenue", ["1", "2"], ["1.00", "2.00", ""]),
        ("pj.title", "  控制 \n 安全 ", "控制 安全"),
        ("tx.arch", "一\r\n二\n", "一\n二"),
        ("tx.standards", "甲\n\n 乙 ", ["甲", "乙"]),
        ("pl.true", "on", True),
        ("pl.true", None, False),
        ("pj.objects", None, []),
        ("tx.users", [{"name": "", "since": " "}, {"name": "甲", "other": "x"}],
         [{"name": "甲", "since": "", "scope": ""}]),
    ],
)  # fmt: skip
def test_clean_keeps_what_was_typed(key, typed, kept):
    assert form_schema.clean(FIELDS[key], typed) == kept


@given(st.text(max_size=200))
def test_clean_is_stable_and_never_fails(text):
    for key in ("org.uscc", "org.capital", "org.staff", "pj.title", "tx.arch", "tx.standards"):
        once = form_schema.clean(FIELDS[key], text)
        assert form_schema.clean(FIELDS[key], once) == once
        form_schema.faults_of(FIELDS[key], once, CHOICES)


@given(st.decimals(0, 99999999, places=2, allow_nan=False))
def test_money_is_kept_exactly(amount):
    kept = form_schema.clean(FIELDS["org.capital"], str(amount))
    assert form_schema.as_money(kept) == amount


def test_joint_application_needs_the_agreement():
    alone, joint = complete_data(), complete_data(partners=[{"uscc": "x"}])
    have = dict.fromkeys(("A1", "A2", "A4", "A5", "A7"), 1)
    assert form_schema.missing_attachments(SCHEMA, alone, have) == []
    assert form_schema.missing_attachments(SCHEMA, joint, have) == ["A3"]
    assert form_schema.missing_attachments(SCHEMA, alone, {}) == ["A1", "A2", "A4", "A5", "A7"]


def state(section, data, counts=None):
    return form_schema.section_state(SCHEMA, section, data, CHOICES, counts or {})


def test_section_state_says_how_far_it_is():
    assert state("plan", {}) == "todo"
    assert state("plan", complete_data()) == "done"
    assert state("plan", {"tx.plan": "长" * 1001}) == "fault"
    assert state("partners", {}) == "done"
    assert state("effects", complete_data()) == "doing"
    assert state("effects", complete_data(), {"A4": 1, "A5": 1, "A7": 1}) == "done"


def test_nine_sections_hold_every_field_once():
    assert [part["key"] for part in form_schema.sections(SCHEMA)] == [
        "org", "partners", "project", "technology", "effects", "replication", "compliance",
        "plan", "pledges",
    ]  # fmt: skip
    keys = [one["key"] for one in form_schema.fields(SCHEMA)]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(complete_data())
    assert all(one["zh"] and one["en"] for one in form_schema.fields(SCHEMA))
