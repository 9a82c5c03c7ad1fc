"""One mail a day with the notices that somebody does not want one by one.

Written at settings.NOTICE_DIGEST_HOUR in the programme's time zone, or as soon after as the sweep
runs. Each notice is in exactly one digest, each person gets at most one a day.
"""

from datetime import date, datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from portal.core import clock
from portal.core.models import Digest, Mail, Notification
from portal.core.notice_groups import group_of
from portal.core.outbox import enqueue_mail


def cut_of(day: date) -> datetime:
    """Return the moment from which a day's digest is written, and up to which notices belong."""
    return timezone.make_aware(datetime.combine(day, time(settings.NOTICE_DIGEST_HOUR)))


def write_digests() -> int:
    """Write today's digests that are due and not written yet; return how many."""
    day = clock.today()
    cut = cut_of(day)
    if clock.now() < cut:
        return 0
    waiting = Notification.objects.waiting_for_digest().filter(
        created_at__lt=cut, recipient__is_active=True
    )
    people = waiting.exclude(recipient__digests__day=day).order_by("recipient")
    ids = people.values_list("recipient", flat=True).distinct()
    return sum(write_digest(person_id, day, cut) for person_id in list(ids))


def write_digest(person_id: int, day: date, cut: datetime) -> int:
    """Write one person's mail of a day: the digest, its notices, the mail. 0 if another has."""
    try:
        with transaction.atomic():
            digest = Digest.objects.create(recipient_id=person_id, day=day)
            waiting = Notification.objects.waiting_for_digest()
            waiting.filter(recipient=person_id, created_at__lt=cut).update(digest=digest)
            enqueue_mail(mail_of_day(digest))
    except IntegrityError:
        return 0
    return 1


def mail_of_day(digest: Digest) -> Mail:
    """Return the saved mail: how many notices, each with its day and address, oldest first."""
    person = digest.recipient
    notices = list(digest.notifications.order_by("created_at", "pk"))
    with translation.override(person.language):
        number = len(notices)
        subject = ngettext("%(n)s notice of today", "%(n)s notices of today", number)
        lines = [entry(notice) for notice in notices]
        foot = gettext("How notices reach you: %(url)s") % {
            "url": f"{settings.BASE_URL}{reverse('notice_settings')}"
        }
    body = "\n\n".join([*lines, foot])
    return Mail.objects.create(
        digest=digest, address=person.email, subject=subject % {"n": number}, body=body
    )


def entry(notice: Notification) -> str:
    """Return one notice as lines of a mail, in the active language."""
    group, link = group_of(notice.kind), f"{settings.BASE_URL}{notice.url}"
    is_private = group.is_private(notice.kind)
    words = group.plain if is_private else notice.subject
    parts = [f"{timezone.localtime(notice.created_at):%Y-%m-%d %H:%M}  {words}"]
    if notice.body and not is_private:
        parts.append(notice.body)
    return "\n".join([*parts, link] if notice.url else parts)
