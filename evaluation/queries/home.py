"""What evaluation brings to the public front pages: notices that are open and those that were."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import PublicNotice
from portal.core import clock
from portal.core.home import Entry, HomeSource, OpenItem


def address(notice: PublicNotice) -> str:
    return reverse("notice_detail", args=[notice.public_id])


def open_notices() -> list[OpenItem]:
    """Return the notices to which objections may be made now."""
    moment = clock.now()
    running = PublicNotice.objects.filter(published_at__lte=moment, closes_at__gt=moment)
    return [
        OpenItem(
            title=_("Objections: %(notice)s") % {"notice": notice.display_title},
            url=address(notice),
            opens_at=notice.published_at,
            deadline=notice.closes_at,
        )
        for notice in running.defer("entries")
    ]


def past_and_present() -> list[Entry]:
    """Return all public notices, newest first."""
    return [
        Entry(
            title=notice.display_title,
            url=address(notice),
            date=timezone.localtime(notice.published_at).date(),
        )
        for notice in PublicNotice.objects.defer("entries")
    ]


HOME = HomeSource(open_items=open_notices, notices=past_and_present)
