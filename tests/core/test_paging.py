"""Pages of a list that cost one query."""

import pytest

from portal.accounts.models import User
from portal.core.paging import page_of
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def test_a_page_knows_how_many_there_are_in_one_query(django_assert_num_queries):
    people = [make_user() for _ in range(5)]
    rows = User.objects.filter(pk__in=[one.pk for one in people]).order_by("pk")
    with django_assert_num_queries(1):
        page = page_of(rows, "2", 2)
        found = (page.number, page.paginator.count, page.paginator.num_pages, page.has_next())
    assert found == (2, 5, 3, True)
    assert [one.pk for one in page] == [one.pk for one in people[2:4]]


@pytest.mark.parametrize(("asked", "number"), [(None, 1), ("x", 1), ("9", 3), ("1", 1)])
def test_a_page_that_is_not_there_becomes_one_that_is(asked, number):
    people = [make_user().pk for _ in range(5)]
    page = page_of(User.objects.filter(pk__in=people).order_by("pk"), asked, 2)
    assert (page.number, page.paginator.count) == (number, 5)


def test_an_empty_list_is_one_empty_page(django_assert_num_queries):
    with django_assert_num_queries(1):
        page = page_of(User.objects.filter(name="示例无人").order_by("pk"), "1", 2)
        assert (list(page), page.paginator.count, page.paginator.num_pages) == ([], 0, 1)
