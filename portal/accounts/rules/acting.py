"""Who may act as whom, and what stays closed meanwhile. Deny by default, in two places.

An address takes a POST of somebody who acts only when it is named in SAFE_DEEDS, and the record
takes an event only when its code is in SAFE_ACTIONS; what is not recorded is not done.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.models import Acting, User
from portal.core.denials import Denied

MINUTES = 30
REASON_MIN, REASON_MAX = 10, 300
# Nobody acts as who judges, decides, issues, publishes or sees all.
NEVER = frozenset(
    {
        Role.SECRETARIAT,
        Role.PROGRAMME,
        Role.CHAIR,
        Role.EXPERT,
        Role.OBSERVER,
        Role.EDITOR,
        Role.EXAMINER,
        Role.CERTIFIER,
    }
)
# To look, to help with a draft and its files, to make a paper, to stop.
SAFE_DEEDS = frozenset(
    {
        "acting_stop",
        "set_language",
        "organisation_switch",
        "submission_start",
        "submission_section",
        "attachment_add",
        "attachment_remove",
        "submission_pdf",
    }
)
SAFE_ACTIONS = frozenset(
    {
        "acting.deed",
        "acting.ended",
        "submission.started",
        "submission.file_added",
        "submission.file_removed",
    }
)
# Not even to look: the sheets of an examination that runs, and what makes somebody who they are.
CLOSED = frozenset(
    {
        "exam_start",
        "exam_paper",
        "exam_save",
        "exam_state",
        "exam_takeover",
        "exam_submit",
        "second_factor_needed",
        "personal_home",
        "invitation_accept",
        "send_typed",
        "usersessions_list",
    }
)
CLOSED_MODULES = ("allauth.", "wagtail.admin.", "wagtail.users.")


def check_may_act(user: Any) -> None:
    """Rule: only a system administrator acts as another person."""
    if not (user.is_active and user.is_superuser):
        raise Denied(_("Only a system administrator may do this."), code="acting.role")


def check_can_act_as(user: User, person: User) -> None:
    """Rule: an administrator never acts as another administrator, nor as anybody who judges,
    decides, issues, publishes or sees all; nor as somebody who cannot sign in.
    """
    check_may_act(user)
    if person.pk == user.pk:
        raise Denied(_("This is your own account."), code="acting.own")
    if not person.is_active:
        raise Denied(_("This account is closed."), code="acting.inactive")
    if person.is_superuser or person.is_staff:
        raise Denied(_("Nobody acts as an administrator."), code="acting.administrator")
    if NEVER & set(person.roles):
        raise Denied(
            _("Nobody acts as a person who judges, decides, issues, publishes or sees all."),
            code="acting.judge",
        )


def check_reason(reason: str) -> str:
    """Rule: the person is told why somebody acts for them: ten characters at least.

    Returns the reason without blanks around it.
    """
    plain = " ".join(reason.split())
    if not REASON_MIN <= len(plain) <= REASON_MAX:
        raise Denied(
            _("Give the reason in %(min)d to %(max)d characters; the person will read it.")
            % {"min": REASON_MIN, "max": REASON_MAX},
            code="acting.reason",
        )
    return plain


def check_still_acting(spell: Acting) -> None:
    """Rule: acting ends after 30 minutes, and at once when a right to it is lost."""
    if spell.is_over:
        raise Denied(_("Your time of acting for this person is over."), code="acting.over")
    check_can_act_as(spell.by, spell.person)


def check_open_to_acting(name: str, module: str, method: str) -> None:
    """Rule: who acts for another neither scores, signs, sends, publishes, sits an examination nor
    changes an account; drafts and files are open.

    `name` is the address's, `module` the view's.
    """
    is_read = method in {"GET", "HEAD", "OPTIONS"}
    if name in CLOSED or module.startswith(CLOSED_MODULES):
        raise Denied(
            _("This page is closed while you act for another person."), code="acting.closed"
        )
    if not is_read and name not in SAFE_DEEDS:
        raise Denied(
            _("Only the person themselves may do this: you are acting for them."),
            code="acting.deed",
        )
