"""The suite's own ground: reference rows survive transactional tests, and the network is closed."""

import socket

import pytest
from wagtail.models import Locale, Page


def test_connections_to_other_machines_fail():
    with pytest.raises(RuntimeError, match="only this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize("round_number", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_transactional_tests_start_with_what_migrations_made(round_number):
    assert Page.objects.filter(depth=1).count() == 1
    assert Locale.objects.count() == 1


@pytest.mark.browser
def test_browser_reaches_the_running_site(open_browser):
    page = open_browser()
    answer = page.goto("/accounts/login/")
    assert answer.status == 200
