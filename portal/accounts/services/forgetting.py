"""How accounts forgets a person: the account stays as a number that leads to nobody."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from portal.accounts.models import DataCopy, Invitation, User
from portal.core.models import Digest, Mail, NoticeChoice, Notification, Reminder
from portal.core.personal import forgets


@forgets("accounts")
def forget_account(person: User, alias: str) -> dict[str, int]:
    """Take away sign-in, roles, messages and copies; put the alias for the name and the address.

    Called within the transaction that closes the account. Consents, closures and the record stay.
    """
    counts = {
        "sessions": forget_sessions(person),
        "factors": Authenticator.objects.filter(user=person).delete()[0],
        "houses": SocialAccount.objects.filter(user=person).delete()[0],
        "addresses": EmailAddress.objects.filter(user=person).delete()[0],
        "roles": person.memberships.all().delete()[0],
        "former roles": person.former_memberships.all().delete()[0],
        "requests": person.admissions.update(note=""),
        "copies": forget_copies(person),
        **forget_messages(person),
    }
    address = address_of(alias)
    Invitation.objects.filter(email__iexact=person.email).update(email=address)
    person.name, person.email = alias, address
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    person.forget_roles()
    return counts


def address_of(alias: str) -> str:
    """Return an address that nobody can have, made from the alias' code."""
    return f"closed-{alias.rpartition(' ')[2]}@closed.invalid"


def forget_sessions(person: User) -> int:
    """Sign the person out everywhere."""
    own = UserSession.objects.filter(user=person)
    Session.objects.filter(session_key__in=list(own.values_list("session_key", flat=True))).delete()
    return own.delete()[0]


def forget_messages(person: User) -> dict[str, int]:
    """Delete notices, mails, choices and reminders; also mails to the address without a notice."""
    mails: Any = Mail.objects.filter(address__iexact=person.email)
    return {
        "mails": mails.delete()[0],
        "notices": Notification.objects.filter(recipient=person).delete()[0],
        "digests": Digest.objects.filter(recipient=person).delete()[0],
        "choices": NoticeChoice.objects.filter(person=person).delete()[0],
        "reminders": Reminder.objects.filter(recipient=person).delete()[0],
    }


def forget_copies(person: User) -> int:
    """Delete the copies of the person's data with their files."""
    copies = list(DataCopy.objects.filter(person=person).select_related("file"))
    for copy in copies:
        drop_file(copy)
        copy.delete()
    return len(copies)


def drop_file(copy: DataCopy) -> None:
    """Delete the file of a copy from the disk and its row; the request for it stays."""
    stored, copy.file = copy.file, None
    if stored is None:
        return
    copy.save(update_fields=["file"])
    stored.file.delete(save=False)
    stored.delete()
