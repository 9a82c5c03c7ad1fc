"""The expert pool: who is in it and with which employers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from evaluation.models import Employment, Expert
from evaluation.rules.panels import check_is_panel_office
from portal.accounts.models import User
from portal.core import audit


@transaction.atomic
def enter_expert(
    user: User, *, by: Any, employments: Iterable[Mapping[str, Any]], **facts: Any
) -> Expert:
    """Enter a person into the pool with present and past employers; return the expert.

    `employments`: mappings of uscc, name, started_on, ended_on (None while it lasts). An
    expert without any stays barred from every entry: nothing is known, so nothing is clean.
    A second call for the same person changes nothing. Checks the rule, writes rows, audits.
    Raises Denied, and ValidationError for a credit code that fails its check.
    """
    check_is_panel_office(by)
    expert, made = Expert.objects.get_or_create(user=user, defaults=facts)
    if made:
        for row in employments:
            employment = Employment(expert=expert, **row)
            employment.full_clean()
            employment.save()
        codes = list(expert.employments.values_list("uscc", flat=True))
        audit.record(action="expert.entered", obj=expert, by=by, facts={"employers": codes})
    return expert
