"""States of a draw, an assignment, a ballot, a ranking and a public notice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.lifecycle import Lifecycle, Transition


class DrawState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class AssignmentState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("Assigned")
    RECUSED = "recused", _("Recused")
    REMOVED = "removed", _("Removed")


class BallotState(models.TextChoices):
    DRAFT = "draft", _("Being scored")
    SIGNED = "signed", _("Signed")


class RankingState(models.TextChoices):
    FROZEN = "frozen", _("Frozen")
    SUPERSEDED = "superseded", _("Superseded")
    PUBLISHED = "published", _("Published")


class NoticeState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


D, A, B, K, N = DrawState, AssignmentState, BallotState, RankingState, NoticeState

DRAW = Lifecycle(
    "draw",
    DrawState,
    [
        Transition("publish", (D.PROPOSED,), D.PUBLISHED, Role.SECRETARIAT, "draw.published"),
        Transition("discard", (D.PROPOSED,), D.DISCARDED, Role.SECRETARIAT, "draw.discarded"),
    ],
)
ASSIGNMENT = Lifecycle(
    "assignment",
    AssignmentState,
    [
        Transition("activate", (A.PROPOSED,), A.ACTIVE, Role.SECRETARIAT, "assignment.activated"),
        Transition("recuse", (A.ACTIVE,), A.RECUSED, Role.EXPERT, "assignment.recused"),
        Transition(
            "remove", (A.PROPOSED, A.ACTIVE), A.REMOVED, Role.SECRETARIAT, "assignment.removed"
        ),
    ],
)
BALLOT = Lifecycle(
    "ballot",
    BallotState,
    [
        Transition("sign", (B.DRAFT,), B.SIGNED, Role.EXPERT, "ballot.signed"),
        Transition("reopen", (B.SIGNED,), B.DRAFT, Role.CHAIR, "ballot.reopened"),
    ],
)
RANKING = Lifecycle(
    "ranking",
    RankingState,
    [
        Transition("supersede", (K.FROZEN,), K.SUPERSEDED, Role.SECRETARIAT, "ranking.superseded"),
        Transition("publish", (K.FROZEN,), K.PUBLISHED, Role.SECRETARIAT, "ranking.published"),
    ],
)
NOTICE = Lifecycle(
    "notice",
    NoticeState,
    [Transition("close", (N.OPEN,), N.CLOSED, Role.SECRETARIAT, "notice.closed")],
)
