"""Duties kept apart: who scored settles nothing. That nobody judges their own is in showcase."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models import Ballot, Panel
from portal.core.denials import Denied
from showcase.models import Round


def has_scored_in(user: Any, round: Round) -> bool:
    """Say whether this person has a score sheet in the round or chairs a panel of it."""
    sheets = Q(assignment__submission__round=round, assignment__expert__user=user.pk)
    chairs = Panel.objects.filter(round=round, chair__user=user.pk)
    return chairs.exists() or Ballot.objects.filter(sheets).exists()


def check_has_not_scored(user: Any, round: Round) -> None:
    """Rule: who scored in a round, or chairs a panel of it, neither freezes nor publishes its
    ranking, decides no objection against it and announces no list.
    """
    if has_scored_in(user, round):
        raise Denied(
            _("You scored in this round: somebody of the secretariat who did not does this."),
            code="apart.scored",
        )
