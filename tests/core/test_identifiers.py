import pytest
from django.core.exceptions import ValidationError

from portal.core.identifiers import normalise_uscc, public_id, uscc_fault, validate_uscc

VALID = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91110108551385082Q",
    "919900000000000192",
    "129900000000000197",
    "91990000000000027W",
    "919900000000000860",
]


@pytest.mark.parametrize("code", VALID)
def test_uscc_accepts_valid_codes(code):
    assert uscc_fault(code) is None


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("９１９９０００００００００００２７ｗ", "91990000000000027W"),
        (" 9199 0000 0000 0002 7w ", "91990000000000027W"),
        ("91990000-00000002-7W", "91990000000000027W"),
    ],
)
def test_uscc_is_normalised_before_it_is_checked(pasted, stored):
    assert normalise_uscc(pasted) == stored
    validate_uscc(pasted)


@pytest.mark.parametrize("code", ["91350100M000100Y4Z", "91350100M000100Y4", "", "9" * 19])
def test_uscc_refuses_wrong_codes(code):
    with pytest.raises(ValidationError):
        validate_uscc(code)


def test_uscc_fault_shows_the_normalised_form():
    assert "919900000000000193" in uscc_fault("919900000000000193")


def test_public_ids_are_not_countable():
    ids = {public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {12}
