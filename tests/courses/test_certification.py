import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc

from courses.certification import (
    Band,
    CertificateFacts,
    CertificateNumber,
    Duty,
    Field,
    Gap,
    HoursEntry,
    LedgerError,
    Mode,
    NumberError,
    Renewal,
    Standing,
    StandingFacts,
    Suspension,
    annual_statement,
    check_character,
    class_hours,
    completion,
    counter_entry,
    last_valid_day,
    ledger_sums,
    mask_name,
    parse_number,
    renewal,
    renewed_until,
    retake_until,
    same_name,
    score_band,
    standing,
)
from courses.certification.numbering import ALPHABET
from courses.grading import ExamRule, Part, exam_result

SAMPLE = "GHA-2026-0001-000001-N"
ISSUED = date(2026, 3, 5)
ENDS = date(2029, 3, 4)
FACTS = StandingFacts(ISSUED, ENDS)
PASSED = exam_result(Decimal(80), Decimal(80))

numbers = st.builds(
    CertificateNumber,
    st.integers(2000, 9999),
    st.text(ALPHABET, min_size=4, max_size=4),
    st.integers(1, 999_999),
)
days = st.dates(ISSUED, date(2031, 1, 1))
some_day = st.none() | days
standing_facts = st.builds(
    StandingFacts,
    st.just(ISSUED),
    st.just(ENDS),
    st.lists(st.builds(Suspension, days, some_day), max_size=3).map(tuple),
    some_day,
    some_day,
)


def sums_to_zero(text):
    """The check rule alone, whatever the form of the text."""
    return check_character(text[:17]) == text[17]


def fault(text):
    with pytest.raises(NumberError) as refused:
        parse_number(text)
    return refused.value.code


def plain(number):
    return str(number).replace("-", "")


def test_the_sample_number_holds():
    assert str(CertificateNumber(2026, "0001", 1)) == SAMPLE
    assert parse_number(SAMPLE) == CertificateNumber(2026, "0001", 1)


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "91110000600037341L", "919900000000000192", "919900000000000860"],
)
def test_the_check_is_that_of_the_credit_code(code):
    """Vectors of the standard, and what python-stdnum makes of the same 17 characters."""
    assert check_character(code[:17]) == code[17] == uscc.calc_check_digit(code[:17])


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_agrees_with_a_second_implementation(body):
    assert check_character(body) == uscc.calc_check_digit(body)


@given(numbers)
def test_a_number_is_read_back_from_what_is_printed(number):
    assert parse_number(str(number)) == number


@given(numbers, st.sampled_from(["", "-", "－", "—", " ", "‑"]), st.booleans(), st.booleans())
def test_a_number_is_read_however_it_was_pasted(number, dash, is_small, is_wide):
    text = str(number).replace("-", dash)
    text = text.lower() if is_small else text
    if is_wide:
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert parse_number(f"\u3000{text}\n") == number


@settings(max_examples=25)
@given(numbers)
def test_every_single_wrong_character_is_caught(number):
    """All 18 places, all 30 other characters of the alphabet; by the sum alone."""
    text = plain(number)
    wrong = [
        text[:place] + other + text[place + 1 :]
        for place in range(18)
        for other in ALPHABET
        if other != text[place]
    ]
    assert [one for one in wrong if sums_to_zero(one)] == []


@settings(max_examples=25)
@given(numbers)
def test_every_exchange_of_two_characters_is_caught(number):
    """Neighbours and any others. By the sum alone only the first and the last can be exchanged,
    for both weigh 1; the text begins with no GHA then, so the number is refused all the same.
    """
    text = plain(number)
    for one, other in combinations(range(18), 2):
        if text[one] == text[other]:
            continue
        swapped = list(text)
        swapped[one], swapped[other] = text[other], text[one]
        assert sums_to_zero("".join(swapped)) == ((one, other) == (0, 17))
        assert fault("".join(swapped)) in {"check", "form"}


def test_two_wrong_characters_can_pass():
    """What the check cannot catch: one in 31 of the numbers with two wrong characters."""
    text = plain(parse_number(SAMPLE))
    doubled = [
        text[:15] + one + other + text[17]
        for one in "0123456789"
        for other in "0123456789"
        if one != text[15] and other != text[16]
    ]
    assert [one[11:17] for one in doubled if sums_to_zero(one)] == ["000030", "000079"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("GHA-2026-0001-000001", "length"),
        ("GHA-2026-0001-0000011-N", "length"),
        ("GHA-2026-000I-000001-N", "character"),
        ("GHA-2026-0001-OOOOO1-N", "character"),
        ("GHA-2026-0001-00000一-N", "character"),
        ("GHB-2026-0001-000001-N", "form"),
        ("GHA-20A6-0001-000001-N", "form"),
        ("GHA-2026-0001-000001-M", "check"),
        ("GHA-2026-0001-000002-N", "check"),
        ("😀" * 10_000, "length"),
    ],
)
def test_a_text_that_is_no_number_says_why(text, code):
    assert fault(text) == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((1999, "0001", 1), "year"),
        ((2026, "00O1", 1), "provider"),
        ((2026, "001", 1), "provider"),
        ((2026, "0001", 0), "serial"),
        ((2026, "0001", 1_000_000), "serial"),
    ],
)
def test_a_number_refuses_parts_that_do_not_fit(parts, code):
    with pytest.raises(NumberError) as refused:
        CertificateNumber(*parts)
    assert refused.value.code == code


def test_a_serial_of_zero_is_refused_though_its_check_holds():
    body = "GHA20260001000000"
    assert fault(body + check_character(body)) == "serial"


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text):
    with pytest.raises(NumberError):  # nobody hits a number by chance
        parse_number(text)


@pytest.mark.parametrize(
    ("attended", "done", "exam", "expected"),
    [
        ("25.5", {"m1", "m2"}, PASSED, (Gap.ATTENDANCE,)),
        ("32", {"m1"}, PASSED, (Gap.MODULES,)),
        ("32", {"m1", "m2"}, exam_result(Decimal(90), None), (Gap.MARKING,)),
        ("32", {"m1", "m2"}, exam_result(Decimal("59.99"), Decimal(90)), (Gap.THEORY,)),
        ("32", {"m1", "m2"}, exam_result(Decimal(90), Decimal("59.99")), (Gap.PRACTICE,)),
        (
            "0",
            set(),
            exam_result(Decimal(0), Decimal(0)),
            (Gap.ATTENDANCE, Gap.MODULES, Gap.THEORY, Gap.PRACTICE),
        ),
        ("32", {"m1", "m2", "extra"}, PASSED, ()),
    ],
)
def test_completion_says_what_is_missing(attended, done, exam, expected):
    found = completion(
        attended=Decimal(attended),
        scheduled=Decimal(32),
        modules=["m1", "m2"],
        done=done,
        exam=exam,
    )
    assert (found.gaps, found.is_complete) == (expected, not expected)


@pytest.mark.parametrize(
    ("attended", "scheduled", "is_enough"),
    [("25.6", "32", True), ("25.59", "32", False), ("4", "5", True), ("3.75", "5", False)],
)
def test_attendance_needs_four_fifths_exactly(attended, scheduled, is_enough):
    found = completion(
        attended=Decimal(attended), scheduled=Decimal(scheduled), modules=[], done=[], exam=PASSED
    )
    assert found.is_complete is is_enough
    assert found.attended == Fraction(attended) / Fraction(scheduled)


def test_a_course_without_sessions_asks_for_no_attendance():
    rule = ExamRule(theory_weight=Decimal(100), practice_weight=Decimal(0))
    found = completion(
        attended=Decimal(0),
        scheduled=Decimal(0),
        modules=["m1"],
        done=["m1"],
        exam=exam_result(Decimal(75), None, rule),
    )
    assert (found.is_complete, found.attended) == (True, None)


@given(st.integers(0, 128), st.integers(0, 128))
def test_more_attendance_never_takes_completion_away(one, other):
    fewer, more = sorted((one, other))
    verdicts = [
        completion(
            attended=Decimal(quarters) / 4, scheduled=Decimal(32), modules=[], done=[], exam=PASSED
        ).is_complete
        for quarters in (fewer, more)
    ]
    assert verdicts == sorted(verdicts)


@pytest.mark.parametrize(
    ("theory", "practice", "expected"),
    [
        ("90", "90", Band.EXCELLENT),
        ("89.99", "90", Band.GOOD),
        ("80", "80", Band.GOOD),
        ("80", "79.97", Band.PASS),
        ("60", "60", Band.PASS),
        ("100", "59", None),
        ("100", None, None),
    ],
)
def test_the_band_follows_the_final_figure_of_a_pass(theory, practice, expected):
    exam = exam_result(Decimal(theory), practice and Decimal(practice))
    assert score_band(exam) == expected


def test_one_retake_within_ninety_days():
    assert retake_until(first_failed_on=date(2026, 3, 1), retakes_used=0) == date(2026, 5, 30)
    assert retake_until(first_failed_on=date(2026, 3, 1), retakes_used=1) is None


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 3, 5), date(2029, 3, 4)),
        (date(2026, 1, 1), date(2028, 12, 31)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2025, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_certificate_counts_three_years_with_the_day_of_issue(issued, last):
    assert last_valid_day(issued) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_later_issue_never_ends_earlier(issued):
    assert last_valid_day(issued) <= last_valid_day(issued + timedelta(days=1))


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        ({}, ISSUED, Standing.VALID),
        ({}, ENDS, Standing.VALID),
        ({}, ENDS + timedelta(days=1), Standing.EXPIRED),
        ({"suspensions": (Suspension(date(2027, 1, 1)),)}, date(2026, 12, 31), Standing.VALID),
        ({"suspensions": (Suspension(date(2027, 1, 1)),)}, date(2027, 1, 1), Standing.SUSPENDED),
        ({"suspensions": (Suspension(date(2027, 1, 1)),)}, date(2030, 1, 1), Standing.EXPIRED),
        (
            {"suspensions": (Suspension(date(2027, 1, 1), date(2027, 2, 1)),)},
            date(2027, 1, 31),
            Standing.SUSPENDED,
        ),
        (
            {"suspensions": (Suspension(date(2027, 1, 1), date(2027, 2, 1)),)},
            date(2027, 2, 1),
            Standing.VALID,
        ),
        ({"revoked_on": date(2027, 1, 1)}, date(2026, 12, 31), Standing.VALID),
        ({"revoked_on": date(2027, 1, 1)}, date(2027, 1, 1), Standing.REVOKED),
        ({"revoked_on": date(2027, 1, 1)}, date(2040, 1, 1), Standing.REVOKED),
        ({"superseded_on": date(2027, 1, 1)}, date(2040, 1, 1), Standing.SUPERSEDED),
        (
            {"superseded_on": date(2027, 1, 1), "revoked_on": date(2028, 1, 1)},
            date(2028, 1, 1),
            Standing.REVOKED,
        ),
        (
            {"revoked_on": date(2027, 1, 1), "suspensions": (Suspension(date(2026, 12, 1)),)},
            date(2027, 6, 1),
            Standing.REVOKED,
        ),
    ],
)
def test_standing_follows_from_facts_and_day(change, day, expected):
    assert standing(replace(FACTS, **change), day) == expected


@given(standing_facts, days, days)
def test_what_is_revoked_stays_revoked_and_what_ended_never_counts_again(facts, one, other):
    order = [Standing.VALID, Standing.EXPIRED, Standing.SUPERSEDED, Standing.REVOKED]
    states = [standing(facts, day) for day in sorted((one, other))]
    ranks = [order.index(Standing.VALID if s == Standing.SUSPENDED else s) for s in states]
    assert ranks == sorted(ranks)


def test_standing_has_no_answer_before_the_issue():
    with pytest.raises(ValueError) as refused:
        standing(FACTS, ISSUED - timedelta(days=1))
    assert str(refused.value) == "the certificate was not issued yet"


def test_a_certificate_cannot_end_before_it_begins():
    with pytest.raises(ValueError) as refused:
        StandingFacts(ISSUED, ISSUED - timedelta(days=1))
    assert str(refused.value) == "the certificate ends before it begins"


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        ("30", ENDS, Renewal.READY),
        ("29.75", ENDS, Renewal.HOURS_SHORT),
        ("30", ENDS - timedelta(days=89), Renewal.READY),
        ("30", ENDS - timedelta(days=90), Renewal.TOO_EARLY),
        ("99", ENDS + timedelta(days=1), Renewal.LAPSED),
    ],
)
def test_renewal_takes_thirty_hours_and_the_last_ninety_days(hours, day, expected):
    assert renewal(FACTS, hours=Decimal(hours), day=day) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_on": date(2028, 1, 1)},
        {"superseded_on": date(2028, 1, 1)},
        {"suspensions": (Suspension(date(2028, 1, 1)),)},
    ],
)
def test_renewal_is_barred_for_what_is_not_valid(change):
    facts = replace(FACTS, **change)
    assert renewal(facts, hours=Decimal(30), day=ENDS) == Renewal.BARRED


def test_a_renewal_counts_from_the_end_of_the_old_term():
    assert renewed_until(FACTS) == date(2032, 3, 4)


def entry(id, hours="2", *, day=date(2026, 5, 1), mode=Mode.THEORY, field=Field.PROFESSIONAL):
    return HoursEntry(id, day, Decimal(hours), mode, field, source="sign-in list")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "0"),
        (11, "0"),
        (12, "0.25"),
        (44, "0.75"),
        (45, "1"),
        (90, "2"),
        (100, "2"),
        (102, "2.25"),
    ],
)
def test_class_hours_are_full_quarters_of_45_minutes(minutes, expected):
    assert class_hours(minutes) == Decimal(expected)


@given(st.integers(0, 10_000))
def test_class_hours_never_give_more_than_was_attended(minutes):
    assert 0 <= minutes - class_hours(minutes) * 45 < Decimal("11.25")


def test_a_ledger_is_summed_by_mode_field_and_year():
    sums = ledger_sums(
        [
            entry("a", "2.25"),
            entry("b", "1.5", mode=Mode.PRACTICE, field=Field.PUBLIC),
            entry("c", "4", day=date(2027, 1, 1)),
        ]
    )
    assert sums.total == Decimal("7.75")
    assert sums.by_mode == {Mode.THEORY: Decimal("6.25"), Mode.PRACTICE: Decimal("1.5")}
    assert sums.by_field == {Field.PUBLIC: Decimal("1.5"), Field.PROFESSIONAL: Decimal("6.25")}
    assert sums.by_year == {2026: Decimal("3.75"), 2027: Decimal(4)}


def test_an_empty_ledger_comes_to_nothing():
    assert (ledger_sums([]).total, ledger_sums([]).by_year) == (Decimal(0), {})


def test_a_counter_entry_takes_back_in_the_year_of_the_mistake():
    wrong = entry("a", "8")
    back = counter_entry(wrong, id="b", day=date(2027, 2, 1))
    sums = ledger_sums([wrong, back, entry("c", "3")])
    assert (sums.total, sums.by_year) == (Decimal(3), {2026: Decimal(3)})


@given(
    st.lists(st.tuples(st.integers(1, 200), st.booleans(), st.sampled_from(Mode)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_a_ledger_is_the_sum_of_what_was_not_taken_back_in_any_order(lines, rng):
    entries = [
        entry(f"e{n}", Decimal(quarters) / 4, mode=mode)
        for n, (quarters, _, mode) in enumerate(lines)
    ]
    taken = [one for one, (_, is_taken, _) in zip(entries, lines, strict=True) if is_taken]
    counters = [counter_entry(one, id=f"-{one.id}", day=date(2026, 9, 1)) for one in taken]
    everything = [*entries, *counters]
    rng.shuffle(everything)
    kept = sum((one.hours for one in entries if one not in taken), Decimal(0))
    assert ledger_sums(everything).total == kept


A = entry("a")


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([A, entry("a", "3")], "doubled"),
        ([entry("a", "0.3")], "not_in_quarters"),
        ([entry("a", "0")], "not_positive"),
        ([entry("a", "-2")], "not_positive"),
        ([counter_entry(A, id="b", day=ISSUED)], "counters_nothing"),
        ([A, replace(A, id="b", counters="a", hours=Decimal(-1))], "counters_other_hours"),
        ([A, replace(A, id="b", counters="a", hours=Decimal(2))], "counters_other_hours"),
        (
            [A, replace(A, id="b", counters="a", hours=Decimal(-2), mode=Mode.PRACTICE)],
            "counters_other_hours",
        ),
        (
            [A, *(counter_entry(A, id=name, day=ISSUED) for name in "bc")],
            "countered_twice",
        ),
    ],
)
def test_a_broken_ledger_is_refused(lines, code):
    with pytest.raises(LedgerError) as refused:
        ledger_sums(lines)
    assert refused.value.code == code


def test_a_counter_entry_is_never_taken_back():
    with pytest.raises(LedgerError) as refused:
        counter_entry(counter_entry(A, id="b", day=ISSUED), id="c", day=ISSUED)
    assert refused.value.code == "counter_of_counter"


@pytest.mark.parametrize(
    ("professional", "public", "is_met"),
    [("60", "30", True), ("59.75", "40", False), ("60", "29.75", False), ("120", "0", True)],
)
def test_a_year_asks_for_ninety_hours_and_sixty_professional(professional, public, is_met):
    lines = [entry("a", professional), entry("c", "500", day=date(2025, 1, 1))]
    lines += [entry("b", public, field=Field.PUBLIC)] if public != "0" else []
    assert annual_statement(lines, 2026).is_met is is_met


def test_a_year_leaves_out_what_was_taken_back_later():
    wrong = entry("b", "30", field=Field.PUBLIC)
    lines = [entry("a", "60"), wrong, counter_entry(wrong, id="c", day=date(2027, 1, 2))]
    found = annual_statement(lines, 2026)
    assert (found.total, found.professional, found.is_met) == (Decimal(60), Decimal(60), False)
    assert annual_statement(lines, 2027).total == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三", "张*"),
        ("张小明", "张**"),
        ("欧阳娜娜", "欧阳**"),
        ("欧阳", "欧*"),
        ("张 三", "张*"),
        ("　王　伟　", "王*"),
        ("𠮷田", "𠮷*"),
        ("阿依古丽·买买提", "阿***·买***"),
        ("阿依古丽•买买提", "阿***·买***"),
        ("John Smith", "J*** S***"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "J*** S***"),
        ("Émile Zola", "É*** Z***"),
        ("Li", "L***"),
        ("李", "*"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_the_family_name_at_most(name, expected):
    assert mask_name(name) == expected


@given(st.text(alphabet="张王欧阳李明 abcXYZ·", min_size=2, max_size=12))
def test_a_masked_name_shows_a_double_family_name_or_one_character_a_word(name):
    shown = [c for c in mask_name(name) if c.isalnum()]
    words = name.replace("·", " ").split()
    assert len(shown) <= max(2, len(words))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张三", " 张 三 ", True),
        ("阿依古丽·买买提", "阿依古丽.买买提", True),
        ("john smith", "ＪＯＨＮ ＳＭＩＴＨ", True),
        ("张三", "张", False),
        ("张三", "张三丰", False),
        ("", "", False),
        ("·", "-", False),
    ],
)
def test_a_name_is_compared_without_how_it_was_entered(one, other, expected):
    assert same_name(one, other) is expected


PAPER = CertificateFacts(
    number=SAMPLE,
    holder="张三",
    course_code="AF-L1-301",
    course_title="工控安全基础与现场防护",
    course_title_en="ICS Security Fundamentals",
    level="L1",
    hours=Decimal("32.00"),
    band=Band.GOOD,
    issuer="示例职业技术大学",
    duties=(
        Duty("teaching", "示例自动化工程有限公司", "919900008R0X7BBF7P"),
        Duty("issuing", "示例职业技术大学", "12990000L7D51UKRWG"),
    ),
    skills=("IC-01", "IC-02"),
    issued_on=ISSUED,
    expires_on=ENDS,
)


def test_frozen_facts_survive_being_stored_with_their_hash():
    again = CertificateFacts.from_data(json.loads(json.dumps(PAPER.as_data())))
    assert (again, again.content_hash()) == (PAPER, PAPER.content_hash())


def test_the_hash_does_not_depend_on_how_a_database_returns_a_number():
    assert replace(PAPER, hours=Decimal(32)).content_hash() == PAPER.content_hash()


@pytest.mark.parametrize(
    "change",
    [
        {"number": "GHA-2026-0001-000002-K"},
        {"holder": "张山"},
        {"course_code": "AF-L1-302"},
        {"course_title": "工控安全"},
        {"course_title_en": ""},
        {"level": "L2"},
        {"hours": Decimal(64)},
        {"band": Band.EXCELLENT},
        {"issuer": "示例理工大学"},
        {"duties": PAPER.duties[::-1]},
        {"duties": ()},
        {"skills": ("IC-01",)},
        {"issued_on": ISSUED + timedelta(days=1)},
        {"expires_on": ENDS + timedelta(days=1)},
        {"supersedes": SAMPLE},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_fact_counts_in_the_hash(change):
    assert replace(PAPER, **change).content_hash() != PAPER.content_hash()


def test_the_hash_is_the_one_it_was_when_this_was_written():
    """Printed papers are checked against it for years: this must never change."""
    assert (
        PAPER.content_hash() == "340970a0365bfd6d97a3724636cac155cfa8b51ff81edf86fcf4288feea9f53a"
    )


def test_parts_of_an_examination_keep_their_names():
    """They are stored with results."""
    assert [part.value for part in Part] == ["theory", "practice"]
