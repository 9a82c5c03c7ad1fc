"""English titles of pages whose kind is not known beforehand."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf
from wagtail.models import Page


def title_en_of(kinds: Iterable[type[Page]]) -> Any:
    """Return the English title as an expression for plain pages; "" where a page has none."""
    names = (kind._meta.model_name for kind in kinds)
    titles = [NullIf(F(f"{name}__title_en"), Value("")) for name in names]
    return Coalesce(*titles, Value(""), output_field=CharField())
