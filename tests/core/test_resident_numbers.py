from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from portal.core.resident_numbers import holds_resident_number
from tests.factories.accounts import make_uscc

NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        NUMBER.lower(),
        f"身份证{NUMBER}，请核对",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X",
        "110105\u200b19491231\u200b002X",
        "电话 13800005678 证件 110105194912310021"[:-1] + "X",
        "110105491231002",
        "证号：１１０１０５４９１２３１００２。",
        f"第一行\n{NUMBER}\n第三行",
    ],
)
def test_a_resident_number_is_found_however_it_is_typed(text):
    assert holds_resident_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",  # the check digit is wrong
        "11010519490231002X",  # 31 February
        "99010519491231002X",  # no such region
        "13800005678",
        "010-12345678",
        "+86 138 0000 5678",
        "91110108551385082Q",
        "6222021234567890123",  # a bank card's nineteen digits
        f"A{NUMBER}",
        f"{NUMBER}9",
        "2026-11-29 19:30:00 1234567",
        "第 1 2 3 4 5 行",
        "合同编号 20260101000123456789",
    ],
)
def test_what_is_no_resident_number_is_left_alone(text):
    assert not holds_resident_number(text)


@given(st.integers(min_value=0, max_value=10**9))
def test_no_credit_code_is_taken_for_a_resident_number(number):
    assert not holds_resident_number(make_uscc(number))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)), st.integers(0, 999))
def test_every_born_persons_number_is_found(born, order):
    body = f"110101{born:%Y%m%d}{order:03d}0"
    assert holds_resident_number(body[:-1] + ric.calc_check_digit(body))


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    assert holds_resident_number(text) in {True, False}
