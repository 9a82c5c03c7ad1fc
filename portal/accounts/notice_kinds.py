"""What accounts tells people of, grouped for the page on which they choose how."""

from django.utils.translation import gettext_lazy as _

from portal.core.notice_groups import NoticeGroup, declare

declare(
    NoticeGroup(
        "organisations",
        _("Your organisations"),
        _("Who asks to join, what became of your own requests, who administers."),
        ("admission.", "organisation."),
        private=frozenset({"admission.refused"}),
        plain=_("There is news about your request"),
    ),
)
