"""Invitations by mail: single use, with an expiry, for one address."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.accounts.rules.admissions import administered_by
from portal.accounts.rules.members import (
    check_can_manage_members,
    check_pace_of_invitations,
    check_role_fits,
)
from portal.accounts.services.organising import add_member
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import write_to

VALID_FOR = timedelta(days=30)


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    email: str,
    role: str,
    by: User,
    is_administrator: bool = False,
    next_url: str = "",
    checked: bool = False,
) -> Invitation:
    """Invite an address into an organisation; mails a link that works once, for 30 days.

    `checked` is for services that have established the right themselves (the import of a
    recommendation list). A second call while an invitation is open returns that one.
    """
    if not checked:
        check_can_manage_members(by, organisation)
    check_role_fits(organisation, role)
    address = email.strip().lower()
    open_one = organisation.invitations.filter(
        email=address, role=role, accepted_at=None, expires_at__gt=clock.now()
    ).first()
    if open_one:
        return open_one
    if not checked:
        User.objects.select_for_update().get(
            pk=by.pk
        )  # letters sent at once are counted one by one
        check_pace_of_invitations(by)
    invitation = Invitation.objects.create(
        token=secrets.token_urlsafe(32),
        email=address,
        organisation=organisation,
        role=role,
        is_administrator=is_administrator,
        next_url=next_url,
        invited_by=by,
        expires_at=clock.now() + VALID_FOR,
    )
    audit.record(
        action="invitation.sent", obj=invitation, by=by, after={"email": address, "role": role}
    )
    link = settings.BASE_URL + reverse("invitation_accept", args=[invitation.token])
    write_to(
        address,
        subject=_("Invitation to %(organisation)s on Anfan") % {"organisation": organisation.name},
        body=_(
            "%(person)s invites you to work for %(organisation)s on Anfan.\n\n"
            "Open this link to accept, within 30 days, once:\n%(link)s"
        )
        % {"person": by, "organisation": organisation.name, "link": link},
    )
    return invitation


def check_acceptable(invitation: Invitation, user: User) -> None:
    """Rule: an invitation works once, in time, for its address, into an active organisation, and
    while its sender still belongs there or nobody else does. Raise Denied, saying what to do next.
    """
    if invitation.accepted_at and not is_still_held(invitation, user):
        raise Denied(
            gettext_lazy("This invitation has been used. Ask the sender for a new one."),
            code="invitation.used",
        )
    if invitation.expires_at <= clock.now() and not invitation.accepted_at:
        raise Denied(
            gettext_lazy("This invitation has expired. Ask the sender for a new one."),
            code="invitation.expired",
        )
    if user.email.lower() != invitation.email:
        raise Denied(
            gettext_lazy("This invitation is for %(email)s. Sign in with that address.")
            % {"email": invitation.email},
            code="invitation.address",
        )
    if is_overtaken(invitation):
        raise Denied(
            gettext_lazy(
                "%(organisation)s has administrators of its own now. Register with its credit "
                "code; they will be asked to let you in."
            )
            % {"organisation": invitation.organisation.display_name},
            code="invitation.overtaken",
        )
    if not invitation.organisation.is_active:
        raise Denied(
            gettext_lazy("The organisation is deactivated. Ask the secretariat."),
            code="invitation.inactive",
        )


def is_overtaken(invitation: Invitation) -> bool:
    """Say whether somebody outside (an authority's list) invited, and the organisation since has
    people who decide themselves whom they let in; or the sender has left. People of one imported
    list do not overtake one another.
    """
    if invitation.accepted_at or invitation.invited_by_id is None:
        return False
    if invitation.lists.exists():  # taken in together, before any of them decided here
        return False
    sender = invitation.organisation.memberships.filter(user=invitation.invited_by_id)
    return administered_by(invitation.organisation) and not sender.exists()


def is_still_held(invitation: Invitation, user: User) -> bool:
    """Say whether this person accepted the invitation and has the role from it to this day.

    A role that was taken away since is not given back by the old link.
    """
    held = invitation.organisation.memberships.filter(user=user, role=invitation.role)
    return invitation.accepted_by_id == user.pk and held.exists()


@transaction.atomic
def accept(*, token: str, by: User) -> Membership:
    """Accept an invitation once; repeating the click gives the same membership."""
    invitation = Invitation.objects.select_for_update().get(token=token)
    check_acceptable(invitation, by)
    if not invitation.accepted_at:
        invitation.accepted_at, invitation.accepted_by = clock.now(), by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        audit.record(action="invitation.accepted", obj=invitation, by=by)
    return add_member(
        organisation=invitation.organisation,
        user=by,
        role=invitation.role,
        is_administrator=invitation.is_administrator,
        by=by,
    )


@transaction.atomic
def cancel(*, invitation: Invitation, by: User) -> None:
    """Take an open invitation back; its link says that it has expired. Audited; repeatable."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    check_can_manage_members(by, invitation.organisation)
    if invitation.accepted_at or invitation.expires_at <= clock.now():
        return
    invitation.expires_at = clock.now()
    invitation.save(update_fields=["expires_at"])
    audit.record(
        action="invitation.cancelled", obj=invitation, by=by, before={"email": invitation.email}
    )
