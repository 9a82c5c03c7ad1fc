"""What evaluation tells people of, grouped for the page on which they choose how."""

from django.utils.translation import gettext_lazy as _

from portal.core.notice_groups import AT_ONCE, DAILY, NoticeGroup, declare

declare(
    NoticeGroup(
        "reviewing",
        _("Reviewing"),
        _("Entries assigned to you, sheets given back, ties that wait for a decision."),
        ("panel.", "ballot.", "assignment.", "conflict."),
        manners=(AT_ONCE, DAILY),
        # Who reviews which entry is nobody else's business.
        private=frozenset(
            {"ballot.reopened", "conflict.declared", "conflict.decided", "assignment.recused"}
        ),
        plain=_("There is news about your reviewing"),
    ),
    NoticeGroup(
        "objections",
        _("Objections to a public notice"),
        _("An objection has arrived, for the secretariat."),
        ("objection.",),
        manners=(AT_ONCE,),
        fixed=_("An objection must be examined within a period that runs from its arrival."),
    ),
)
