"""Criteria of a round: given once, from the default sheet unless other data is put in."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluation.criteria import DEFAULT_CRITERIA
from evaluation.criteria import CriterionSet as Sheet
from evaluation.models import CriterionSet
from evaluation.rules.panels import check_can_set_criteria
from portal.core import audit
from showcase.models import Round


@transaction.atomic
def give_criteria(round: Round, *, by: Any, data: Mapping[str, Any] | None = None) -> CriterionSet:
    """Give a round its criteria, or change them while nobody has begun to score.

    `data` is in the form of `evaluation.criteria.CriterionSet.as_data`; without it the default
    sheet. A second call with the same data changes nothing. Writes the row, then the audit
    event. Raises Denied once a score sheet exists, ValidationError when the items do not add up
    to 100 points.
    """
    Round.objects.select_for_update().get(pk=round.pk)
    found = CriterionSet.objects.filter(round=round).first()
    sheet = checked_sheet(data) if data is not None else DEFAULT_CRITERIA
    if found is not None and found.data == sheet.as_data():
        return found
    check_can_set_criteria(by, round)
    made, _created = CriterionSet.objects.update_or_create(
        round=round,
        defaults={"data": sheet.as_data(), "version": found.version + 1 if found else 1},
    )
    audit.record(action="round.criteria_set", obj=round, by=by, after=made.version)
    return made


def checked_sheet(data: Mapping[str, Any]) -> Sheet:
    """Return the sheet this data describes; raise ValidationError where it does not hold."""
    try:
        return Sheet.from_data(data)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValidationError(
            _("These criteria cannot be used: %(fault)s"), params={"fault": error}
        ) from error
