"""What showcase tells people of, grouped for the page on which they choose how."""

from django.utils.translation import gettext_lazy as _

from portal.core.notice_groups import AT_ONCE, NoticeGroup, declare

DECISIONS = frozenset(
    {
        "submission.recommended",
        "submission.not_recommended",
        "submission.accepted",
        "submission.failed_check",
        "submission.proposed",
        "submission.not_selected",
        "submission.held",
        "submission.released",
        "submission.listed",
    }
)

declare(
    NoticeGroup(
        "applications",
        _("Your applications"),
        _("Receipts, and what was decided: recommendation, formal check, review, listing."),
        ("submission.",),
        private=DECISIONS,
        plain=_("There is news about one of your applications"),
    ),
    NoticeGroup(
        "casework",
        _("Applications that others work on"),
        _("New, corrected and withdrawn applications, for authorities and the secretariat."),
        ("submission.received", "submission.corrected", "submission.withdrawn"),
    ),
    NoticeGroup(
        "corrections",
        _("An application is returned for correction"),
        _("What must be corrected and until when."),
        ("submission.returned",),
        manners=(AT_ONCE,),
        fixed=_("It can be corrected once, in a few working days; after that the case ends."),
        private=frozenset({"submission.returned"}),
        plain=_("One of your applications needs something from you"),
    ),
)
