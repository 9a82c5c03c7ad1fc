"""Statements written once find what the ORM finds, for every key, with the same types."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.adapters.backend import PERSON, Backend
from portal.accounts.models.user import HELD, memberships_held
from portal.core import session_store
from portal.core.statements import Statement
from tests.factories.accounts import make_member, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_rows_are_those_of_the_query():
    people = [make_member("applicant") for _ in range(3)]
    for person in people:
        rows = [tuple(row) for row in HELD.rows(person.pk)]
        assert rows == list(memberships_held(person.pk))
        assert len(rows) == 1
        assert rows[0][-1] is True or rows[0][-1] is False


def test_object_is_as_the_orm_reads_it():
    person = make_user()
    person.last_login = timezone.now()
    person.save()
    found = PERSON.first(person.pk)
    assert found is not None
    for field in type(person)._meta.concrete_fields:
        value = getattr(found, field.attname)
        expected = getattr(type(person).objects.get(pk=person.pk), field.attname)
        assert (value, type(value)) == (expected, type(expected))
    assert (found._state.adding, found._state.db) == (False, "default")


def test_nothing_is_found_for_a_key_without_rows():
    assert (PERSON.first(0), HELD.rows(0)) == (None, [])


def test_text_is_written_once():
    asked = []

    def ask(key):
        asked.append(key)
        return memberships_held(key)

    statement = Statement(ask, place=-1)
    for key in (1, 2, 3):
        statement.rows(key)
    assert asked == [-1]


def test_person_who_may_not_sign_in_is_nobody():
    person = make_user()
    assert Backend().get_user(person.pk) == person
    person.is_active = False
    person.save()
    assert Backend().get_user(person.pk) is None


def test_session_is_read_until_it_expires():
    store = session_store.SessionStore()
    store["what"] = "kept"
    store.save()
    again = session_store.SessionStore(store.session_key)
    assert again["what"] == "kept"
    rows = store.model.objects.filter(session_key=store.session_key)
    rows.update(expire_date=timezone.now() - timedelta(seconds=1))
    late = session_store.SessionStore(store.session_key)
    assert (late.get("what"), late.session_key) == (None, None)


def test_unknown_session_key_is_no_session():
    store = session_store.SessionStore("abcdefghijklmnop")
    assert (dict(store.items()), store.session_key) == ({}, None)
