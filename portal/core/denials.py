"""Refusals that a person can read: why, who can do it instead, what to do next."""

from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Ground(Enum):
    """What kind of reason a refusal has: (who can do it instead, what to do next)."""

    ROLE = (
        _("People with the role that the reason names; the secretariat knows who they are."),
        _(
            "Ask one of them. If it should be your task, ask an administrator of your organisation "
            "(for the secretariat's roles: an administrator of the secretariat) for the role."
        ),
    )
    APART = (
        _("A colleague with the same role who is not concerned themselves."),
        _("Leave it to them and tell them the address of this page. You need not say why."),
    )
    CONTENT = (
        _("You, once what the reason names is settled."),
        _("Go back – what you typed is still there –, settle it and send again."),
    )
    STATE = (
        _("Nobody at this moment: it depends on the time or on what was done before."),
        _("Go back and load the page anew: it shows how things stand and what can be done now."),
    )

    @property
    def who(self) -> str | Promise:
        """Who can do it instead."""
        return self.value[0]

    @property
    def next(self) -> str | Promise:
        """What the refused person can do next."""
        return self.value[1]


# A code is "thing.reason"; the reason tells the ground. What is in no set is a state.
REASONS_OF = {
    Ground.ROLE: frozenset(
        {
            "authority",
            "certifier",
            "chair",
            "coordinator",
            "decide",
            "edit",
            "examiner",
            "learner",
            "not_administrator",
            "not_enrolled",
            "not_member",
            "not_own",
            "not_yours",
            "read",
            "role",
            "stranger",
        }
    ),
    Ground.APART: frozenset(
        {
            "certifier_learns",
            "detected",
            "examiner_learns",
            "examiner_teaches",
            "marked",
            "own",
            "party",
            "same_person",
            "scored",
            "second_person",
            "separate",
            "teaches",
        }
    ),
    Ground.CONTENT: frozenset(
        {
            "address",
            "answer",
            "apart",
            "bent",
            "blueprint",
            "course",
            "criteria",
            "duties",
            "duty",
            "faults",
            "in_use",
            "incomplete",
            "items_open",
            "last_administrator",
            "name",
            "no_drafts",
            "no_showcase",
            "not_asked",
            "note_missing",
            "nothing_failed",
            "nothing_to_correct",
            "over_quota",
            "pace",
            "place",
            "reason",
            "room_code",
            "room_tries",
            "same",
            "shape",
            "shortage",
            "sign_in",
            "stale",
            "too_many",
            "undecided",
            "undeclared",
            "unknown",
            "version",
            "vote",
            "waiting",
        }
    ),
}


def ground_of(code: str) -> Ground:
    """Return the kind of reason behind a code."""
    reason = code.rpartition(".")[2]
    found = (ground for ground, reasons in REASONS_OF.items() if reason in reasons)
    return next(found, Ground.STATE)


class Denied(Exception):
    """An action is refused; `reason` says why in the reader's language.

    `code` is stable for tests and logs; it names the thing and the kind of reason, which tells the
    page who can do it instead and what to do next. The screen shows the reason beside the control,
    or as a 403 page. A thing the reader may not even know of raises Http404 instead.
    """

    def __init__(self, reason: str | Promise, code: str = "denied") -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return str(self.reason)

    @property
    def ground(self) -> Ground:
        """What kind of reason this is."""
        return ground_of(self.code)


def page_of(refusal: Denied) -> dict[str, Any]:
    """Return what the 403 page shows of a refusal."""
    ground = refusal.ground
    return {"reason": refusal.reason, "who": ground.who, "next_step": ground.next}
