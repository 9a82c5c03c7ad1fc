"""Notices to people: an in-app row and an outbox mail, in each reader's language.

Called by services inside their transaction, so that a notice exists exactly when its change
does. Templates are translatable strings with named placeholders.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from portal.core.models import Mail, Notification
from portal.core.queue import enqueue_mail

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
    """Leave one notice and one mail for each distinct recipient; return how many.

    `subject` and `body` are lazy translations with %(name)s placeholders filled from
    `context`; `url` is a path on this site.
    """
    people = {person.pk: person for person in recipients if person.is_active}
    for person in people.values():
        with translation.override(person.language):
            values = {key: str(value) for key, value in (context or {}).items()}
            title, text = str(subject) % values, str(body) % values
        notice = Notification.objects.create(
            recipient=person, kind=kind, subject=title[:200], body=text, url=url
        )
        link = f"\n\n{settings.BASE_URL}{url}" if url else ""
        mail = Mail.objects.create(
            notification=notice, address=person.email, subject=title[:200], body=f"{text}{link}"
        )
        enqueue_mail(mail)
    return len(people)


def write_to(address: str, *, subject: str, body: str) -> Mail:
    """Leave one mail for an address that has no account yet (an invitation)."""
    mail = Mail.objects.create(address=address, subject=subject[:200], body=body)
    enqueue_mail(mail)
    return mail
