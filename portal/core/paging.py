"""Pages of a long list that cost one query: the rows come with how many there are in all."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet, Window


def page_of(rows: QuerySet[Any], number: Any, size: int) -> Page[Any]:
    """Return a page of ordered rows (the number as it was asked for), with the count of all.

    One query; where there is no such page, Django's paginator finds the nearest. `rows` must not
    be distinct: the count is taken before.
    """
    text = str(number)
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    start = size * (max(wanted, 1) - 1)
    paginator = Paginator(rows, size)
    found = list(rows.annotate(in_all=Window(Count(F("pk"))))[start : start + size])
    if found:
        paginator.__dict__["count"] = found[0].in_all
        return Page(found, max(wanted, 1), paginator)
    if start == 0:
        paginator.__dict__["count"] = 0
        return Page([], 1, paginator)
    return paginator.get_page(number)
