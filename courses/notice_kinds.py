"""What courses tells people of, grouped for the page on which they choose how."""

from django.utils.translation import gettext_lazy as _

from portal.core.notice_groups import AT_ONCE, NoticeGroup, declare

declare(
    NoticeGroup(
        "learning",
        _("Your courses and examinations"),
        _("Places in runs, changed dates, practical work, examinations and their results."),
        ("enrolment.", "run.", "session.", "practice.", "exam."),
        private=frozenset({"enrolment.deny", "enrolment.failed", "enrolment.remove"}),
        plain=_("There is news about one of your courses"),
    ),
    NoticeGroup(
        "offers",
        _("A seat is offered to you"),
        _("A seat became free, and until when you can take it."),
        ("enrolment.offer",),
        manners=(AT_ONCE,),
        fixed=_("The seat goes to the next person if you do not take it in time."),
    ),
    NoticeGroup(
        "certificates",
        _("Your certificates"),
        _("Issued, suspended, revoked or corrected."),
        ("certificate.",),
        private=frozenset({"certificate.suspended", "certificate.revoked"}),
        plain=_("There is news about one of your certificates"),
    ),
    NoticeGroup(
        "training",
        _("Training that your organisation takes part in"),
        _("Duties proposed and answered, requests for places, runs announced or cancelled."),
        ("duty.", "enrolment.waits", "run.announced", "run.cancelled"),
    ),
)
