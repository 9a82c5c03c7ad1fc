"""Organisations and their members: registration, membership, removal."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Membership, Organisation, User
from portal.accounts.rules import check_can_manage_members, check_role_fits, roles_given_by
from portal.accounts.services.cms import sync_cms_access
from portal.core import audit
from portal.core.denials import Denied
from portal.core.identifiers import normalise_uscc, validate_uscc


@transaction.atomic
def register_organisation(*, uscc: str, name: str, by: User, **facts: Any) -> Organisation:
    """Register an organisation by its credit code; the registrant becomes its administrator.

    The code is normalised and checked (GB 32100). Raises ValidationError on a wrong code, and
    for a code that is already registered, saying whom to ask. Audited.
    """
    code = normalise_uscc(uscc)
    validate_uscc(code)
    if Organisation.objects.filter(uscc=code).exists():
        raise ValidationError(
            _("%(code)s is registered already. Ask its administrator to invite you."),
            code="registered",
            params={"code": code},
        )
    organisation = Organisation.objects.create(uscc=code, name=name, **facts)
    audit.record(
        action="organisation.registered", obj=organisation, by=by, after={"uscc": code, **facts}
    )
    role = roles_given_by(organisation)[0]
    add_member(organisation=organisation, user=by, role=role, is_administrator=True, by=by)
    return organisation


@transaction.atomic
def add_member(
    *,
    organisation: Organisation,
    user: User,
    role: str,
    by: User | None,
    is_administrator: bool = False,
) -> Membership:
    """Give a person a role in an organisation; a second call changes nothing. Audited.

    Called by flows that have established the right to do so (registration, invitation, set-up).
    """
    check_role_fits(organisation, role)
    membership, created = Membership.objects.get_or_create(
        user=user,
        organisation=organisation,
        role=role,
        defaults={"is_administrator": is_administrator},
    )
    if created:
        audit.record(
            action="membership.added",
            obj=membership,
            by=by,
            after={"role": role, "administrator": is_administrator, "user": user.email},
        )
    sync_cms_access(user=user)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a role away; the last administrator cannot remove themselves. Audited."""
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    check_can_manage_members(by, organisation)
    others = organisation.memberships.filter(is_administrator=True).exclude(pk=membership.pk)
    if membership.is_administrator and not others.exists():
        raise Denied(
            _("Name another administrator before you remove the last one."),
            code="members.last_administrator",
        )
    audit.record(
        action="membership.removed",
        obj=membership,
        by=by,
        before={"role": membership.role, "user": membership.user.email},
    )
    membership.delete()
    sync_cms_access(user=membership.user)
