"""Blindness: what an expert may see, in one place.

Rule: experts do not know each other's names or scores until the review is closed, applicants
never know the experts, and no contact data of an applicant reaches an expert. Everything the
desk shows goes through here; a template never decides.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, ConflictFact, Panel
from portal.accounts.enums import Permission
from showcase.lifecycle import RoundState
from showcase.models import Attachment, Round, RoundQuerySet, Submission

# Whom to ring up is no business of a judge.
HIDDEN_PREFIXES = ("ct.", "rc.")
HIDDEN_KEYS = frozenset({"org.legal_rep"})
CHAIRED_STATES = (RoundState.CHECKING, RoundState.REVIEWING, RoundState.RANKING)
SEEN_STATES = (AssignmentState.ACTIVE, AssignmentState.RECUSED)


def is_hidden(key: str) -> bool:
    """Say whether a form field is kept from experts."""
    return key in HIDDEN_KEYS or key.startswith(HIDDEN_PREFIXES)


def readable_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an application's data without what experts must not see."""
    return {key: value for key, value in data.items() if not is_hidden(key)}


def assignments_of(user: Any) -> QuerySet[Assignment]:
    """This expert's own published assignments (recused ones too), in the order of the entries.

    Nobody else's: not a colleague's on the same entry, not a proposed one, and none for a
    person who is no expert.
    """
    if not user.is_authenticated or not user.may(Permission.EVALUATION_BALLOTS_CAST):
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(
            expert__user_id=user.pk, expert__is_active=True, state__in=SEEN_STATES
        )
        .select_related(
            "expert__user",
            "submission__round__programme",
            "submission__round__form",
            "submission__direction",
            "submission__applicant",
            "ballot",
        )
        .order_by("submission__round__pk", "submission__number", "submission__pk", "-pk")
    )


def readable_attachments(submission: Submission) -> QuerySet[Attachment]:
    """The files an expert may open: everything the applicant put in, nothing of the authority."""
    return submission.attachments.exclude(code="A11").select_related("file")


def follows_all_panels(user: Any) -> bool:
    """Say whether this person may look at every panel: the secretariat and the observers."""
    seeing = (Permission.EVALUATION_PANELS_MANAGE, Permission.EVALUATION_RANKINGS_READ)
    return user.is_authenticated and any(user.may(permission) for permission in seeing)


def rounds_for_panels(user: Any) -> RoundQuerySet:
    """Rounds whose panels this person may look at as a whole."""
    return Round.objects.all() if follows_all_panels(user) else Round.objects.none()


def panels_chaired_by(user: Any) -> QuerySet[Panel]:
    """Panels this person chairs, in rounds whose panels are at work or being ranked."""
    if not user.is_authenticated or not user.may(Permission.EVALUATION_BALLOTS_CAST):
        return Panel.objects.none()
    return (
        Panel.objects.filter(chair__user_id=user.pk, chair__is_active=True)
        .filter(round__state__in=CHAIRED_STATES)
        .select_related("round", "direction")
        .order_by("round__pk", "direction__order")
    )


def tied_entries(user: Any) -> QuerySet[Any]:
    """Ids of the entries with a tie of this person on record that nobody has dismissed."""
    facts = ConflictFact.objects.filter(expert__user_id=user.pk).exclude(upheld=False)
    return facts.values("submission")


def seats_chaired_by(user: Any) -> QuerySet[Assignment]:
    """Seats on the panels this person chairs, without the entries they are tied to.

    Shown by number: also a chair sees no names.
    """
    return (
        Assignment.objects.filter(
            submission__direction__panel__in=panels_chaired_by(user), state=AssignmentState.ACTIVE
        )
        .exclude(submission__in=tied_entries(user))
        .select_related("submission__direction", "submission__round", "ballot", "expert")
        .order_by("submission__number", "submission__pk", "public_id")
    )


def doubts_chaired_by(user: Any) -> QuerySet[ConflictFact]:
    """Declared ties this person has to decide as chair; none about an entry they are tied to."""
    return (
        ConflictFact.objects.filter(
            submission__direction__panel__in=panels_chaired_by(user),
            source=ConflictFact.Source.DECLARED,
            upheld=None,
        )
        .exclude(submission__in=tied_entries(user))
        .select_related("submission__direction", "submission__round", "submission__applicant")
        .select_related("expert")
    )


def conflicts_of(user: Any, round: Round) -> QuerySet[ConflictFact]:
    """All ties of a round, for those who look at its panels as a whole."""
    if not follows_all_panels(user):
        return ConflictFact.objects.none()
    return ConflictFact.objects.filter(submission__round=round).select_related(
        "expert__user", "submission__direction", "submission__applicant", "decided_by"
    )
