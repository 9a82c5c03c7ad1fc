"""What accounts holds about a person: for the copy, for the page, and before closing."""

from collections.abc import Iterable, Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import ClosureState
from portal.accounts.models import Closure, Consent, Membership, User
from portal.core.legal_texts import LegalText, texts_in_force
from portal.core.models import AccessEvent, AuditEvent, Mail, NoticeChoice
from portal.core.personal import Kept, Section, Text, register


def texts_not_agreed(person: User) -> list[LegalText]:
    """Return the texts in force to which a person has not agreed in this version; one query."""
    given = set(Consent.objects.filter(person=person).values_list("document", "version"))
    return [text for text in texts_in_force() if (text.document, text.version) not in given]


def waiting_closure(person: User) -> Closure | None:
    """Return a person's request to close the account that is not carried out yet."""
    return Closure.objects.filter(person=person, state=ClosureState.WAITING).first()


def held(person: User) -> Iterator[Section]:
    """Everything about the account itself: person, sign-in, organisations, consents, messages."""
    yield Section(
        _("Account"),
        [
            {
                _("name"): person.name,
                _("e-mail"): person.email,
                _("language"): person.get_language_display(),
                _("registered"): person.date_joined,
                _("last sign-in"): person.last_login,
                _("active"): person.is_active,
            }
        ],
    )
    yield from signing_in(person)
    yield from belonging(person)
    yield from told(person)
    yield Section(
        _("Acts in the record"),
        [
            {_("when"): one.at, _("act"): one.action, _("object"): one.object_label}
            for one in AuditEvent.objects.filter(actor=person).order_by("pk")
        ],
    )


def signing_in(person: User) -> Iterator[Section]:
    """How the person signs in; secrets themselves are stored encrypted and given to nobody."""
    yield Section(
        _("E-mail addresses"),
        [
            {_("address"): one.email, _("verified"): one.verified, _("primary"): one.primary}
            for one in EmailAddress.objects.filter(user=person).order_by("pk")
        ],
    )
    yield Section(
        _("Second factors"),
        [
            {
                _("kind"): one.type,
                _("set up"): one.created_at,
                _("last used"): one.last_used_at,
            }
            for one in Authenticator.objects.filter(user=person).order_by("pk")
        ],
    )
    yield Section(
        _("Signed-in browsers"),
        [
            {
                _("since"): one.created_at,
                _("last seen"): one.last_seen_at,
                _("address"): one.ip,
                _("browser"): one.user_agent,
            }
            for one in UserSession.objects.filter(user=person).order_by("pk")
        ],
    )
    yield Section(
        _("Sign-ins and refusals"),
        [
            {
                _("when"): one.at,
                _("what"): one.get_kind_display(),
                _("address"): one.address,
                _("page"): one.place,
            }
            for one in AccessEvent.objects.filter(person=person).order_by("pk")
        ],
    )
    yield Section(
        _("Accounts at other houses"),
        [
            {_("house"): one.provider, _("number there"): one.uid}
            for one in SocialAccount.objects.filter(user=person).order_by("pk")
        ],
    )


def belonging(person: User) -> Iterator[Section]:
    """Organisations, requests to join, invitations, consents, requests about one's data."""
    yield Section(
        _("Roles in organisations"),
        [
            {
                _("organisation"): one.organisation.display_name,
                _("role"): one.get_role_display(),
                _("administrator"): one.is_administrator,
                _("since"): one.created_at,
            }
            for one in person.memberships.select_related("organisation").order_by("pk")
        ],
    )
    yield Section(
        _("Organisations I belonged to before"),
        [
            {_("credit code"): one.uscc, _("until"): one.ended_at}
            for one in person.former_memberships.order_by("pk")
        ],
    )
    yield Section(
        _("Requests to work for an organisation"),
        [
            {
                _("organisation"): one.name,
                _("credit code"): one.uscc,
                _("note"): one.note,
                _("state"): one.get_state_display(),
                _("when"): one.created_at,
            }
            for one in person.admissions.all()
        ],
    )
    yield Section(
        _("Consents"),
        [
            {
                _("document"): one.document,
                _("version"): one.version,
                _("when"): one.given_at,
                _("language"): one.language,
                "SHA-256": one.sha256,
            }
            for one in person.consents.all()
        ],
    )
    yield Section(
        _("Administrators who acted for me"),
        [
            {_("reason"): one.reason, _("from"): one.began_at, _("until"): one.ended_at}
            for one in person.acted_for.order_by("pk")
        ],
    )
    yield Section(
        _("Requests about my data"),
        [{_("what"): _("copy"), _("when"): one.asked_at} for one in person.data_copies.all()]
        + [
            {_("what"): _("closing the account"), _("when"): one.asked_at}
            for one in person.closures.all()
        ],
    )


def told(person: User) -> Iterator[Section]:
    """Notices, the mails sent with them, and how they are to come."""
    yield Section(
        _("Notices to me"),
        [
            {
                _("when"): one.created_at,
                _("subject"): one.subject,
                _("text"): one.body,
                _("read"): one.read_at,
            }
            for one in person.notifications.order_by("pk")
        ],
    )
    yield Section(
        _("Mails to me"),
        [
            {_("when"): one.created_at, _("to"): one.address, _("state"): one.get_state_display()}
            for one in Mail.objects.filter(address__iexact=person.email).order_by("pk")
        ],
    )
    yield Section(
        _("How notices reach me"),
        [
            {_("group"): one.group, _("way"): one.get_manner_display()}
            for one in NoticeChoice.objects.filter(person=person).order_by("pk")
        ],
    )


def kept(person: User) -> Iterable[Kept]:
    """What of the account stays, and why."""
    return [
        Kept(
            gettext_lazy("The record of acts, with the name and address used then"),
            gettext_lazy(
                "The law on network security asks for logs of at least six months, and the record "
                "is chained by digests: changing one line would break the proof for everybody."
            ),
        ),
        Kept(
            gettext_lazy("When and from which address the account was signed in to or refused"),
            gettext_lazy(
                "The law on network security asks for such logs of at least six months. No name "
                "is left in it, and it is deleted when its time is over."
            ),
        ),
        Kept(
            gettext_lazy("Which texts were agreed to, and when"),
            gettext_lazy("To be able to show that processing was lawful. No name is left in it."),
        ),
    ]


def obstacles(person: User) -> Iterator[Text]:
    """Rule: who alone administers an organisation that has other people names a successor first."""
    own = Membership.objects.filter(user=person, is_administrator=True)
    for one in own.filter(organisation__is_active=True).select_related("organisation"):
        others = one.organisation.memberships.exclude(user=person)
        if others.exists() and not others.filter(is_administrator=True).exists():
            yield _("You alone administer %(organisation)s. Hand it over on its page first.") % {
                "organisation": one.organisation.display_name
            }
    if person.is_superuser and not others_run_the_system(person):
        yield _("You are the only system administrator. Name another one first.")


def others_run_the_system(person: Any) -> bool:
    """Say whether somebody else is a system administrator."""
    return User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).exists()


register("accounts", held=held, kept=kept, obstacles=obstacles)
