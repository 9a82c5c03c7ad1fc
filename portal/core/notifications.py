"""Notices to people: an in-app row and an outbox mail, in each reader's language.

Called by services inside their transaction, so that a notice exists exactly when its change
does. Templates are translatable strings with named placeholders. Who wants a kind in one mail a
day, or only here, gets no mail of its own (`notice_groups`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from portal.core.models import Mail, NoticeChoice, Notification
from portal.core.notice_groups import AT_ONCE, DAILY, NoticeGroup, group_of
from portal.core.outbox import enqueue_mail

Text = str | Promise


def notify(
    recipients: Iterable[Any],
    *,
    kind: str,
    subject: Text,
    body: Text = "",
    context: Mapping[str, Any] | None = None,
    url: str = "",
) -> int:
    """Leave one notice, and a mail where it is wanted, for each recipient; return how many.

    `subject` and `body` are lazy translations with %(name)s placeholders filled from
    `context`; `url` is a path on this site. Nobody is told twice; who is not active is left out.
    """
    people = {person.pk: person for person in recipients if person.is_active}
    group = group_of(kind)
    manners = manners_of(people, group)
    for person in people.values():
        manner = manners[person.pk]
        with translation.override(person.language):
            values = {key: str(value) for key, value in (context or {}).items()}
            notice = Notification.objects.create(
                recipient=person,
                kind=kind,
                subject=(str(subject) % values)[:200],
                body=str(body) % values,
                url=url,
                for_digest=manner == DAILY,
            )
            if manner == AT_ONCE:
                mail_of(notice, group, person.email)
    return len(people)


def manners_of(people: Iterable[int], group: NoticeGroup) -> dict[int, str]:
    """Return how each person wants this group; one query, none for a group that is fixed."""
    found = dict.fromkeys(people, group.manners[0])
    if not group.fixed and found:
        rows = NoticeChoice.objects.filter(group=group.code, person__in=found)
        chosen = dict(rows.values_list("person", "manner"))
        found |= {pk: manner for pk, manner in chosen.items() if manner in group.manners}
    return found


def mail_of(notice: Notification, group: NoticeGroup, address: str) -> Mail:
    """Leave the mail of one notice in the active language; a private one tells only that it is."""
    link = f"\n\n{settings.BASE_URL}{notice.url}" if notice.url else ""
    subject, text = notice.subject, notice.body
    if group.is_private(notice.kind):
        subject, text = str(group.plain), gettext("Sign in to read it.")
    mail = Mail.objects.create(
        notification=notice, address=address, subject=subject[:200], body=f"{text}{link}"
    )
    enqueue_mail(mail)
    return mail


def write_to(address: str, *, subject: str, body: str) -> Mail:
    """Leave one mail for an address that has no account yet (an invitation)."""
    mail = Mail.objects.create(address=address, subject=subject[:200], body=body)
    enqueue_mail(mail)
    return mail
