"""Room for deep calls changes nothing of what is called."""

import sys

import pytest

from portal.core.headroom import with_headroom


def depths(left: int) -> int:
    return 1 + depths(left - 1) if left else 0


def test_call_gets_its_arguments_and_its_result_comes_back():
    assert with_headroom(divmod)(7, 2) == (3, 1)
    assert with_headroom(dict)(a=1) == {"a": 1}


def test_errors_come_through():
    with pytest.raises(ZeroDivisionError):
        with_headroom(divmod)(1, 0)


def test_recursion_is_still_limited():
    with pytest.raises(RecursionError):
        with_headroom(depths)(sys.getrecursionlimit() + 1)
