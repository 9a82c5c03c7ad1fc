"""Organisations and their members: membership, removal, hand-over, facts, (de)activation.

How an organisation comes to be is in `admitting`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import FormerMembership, Membership, Organisation, User
from portal.accounts.rules.members import (
    check_can_deactivate,
    check_can_edit_facts,
    check_can_manage_members,
    check_can_manage_organisations,
    check_role_fits,
)
from portal.accounts.services.cms import sync_cms_access
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify


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

    Called by flows that have established the right to do so (admission, invitation, set-up).
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
    """Take a role away; the last administrator cannot remove themselves.

    Audited; the tie to the organisation is remembered (FormerMembership).
    """
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
    remember_tie(membership)
    sync_cms_access(user=membership.user)


def remember_tie(membership: Membership) -> None:
    """Note that somebody belonged to the organisation until now: it ties them for years.

    Having worked for the secretariat ties to nothing, since it takes part in nothing.
    """
    if membership.organisation.kind == Organisation.Kind.SECRETARIAT:
        return
    FormerMembership.objects.update_or_create(
        user=membership.user,
        uscc=membership.organisation.uscc,
        defaults={"ended_at": clock.now()},
    )


def lock(organisation: Organisation) -> Organisation:
    """Return the organisation's locked row."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


@transaction.atomic
def hand_over(*, organisation: Organisation, to: User, by: User, stay: bool = False) -> None:
    """Make a member the organisation's administrator, and step down unless `stay`.

    Locks the organisation, checks the rule, changes both people's memberships, leaves one audit
    row and a notice to the new administrator. Naming an administrator again changes nothing.
    Raises Denied, also where `to` is no member.
    """
    organisation = lock(organisation)
    check_can_manage_members(by, organisation)
    theirs = organisation.memberships.filter(user=to, user__is_active=True)
    if not theirs.exists():
        raise Denied(
            _("Only a member can become administrator. Invite the person first."),
            code="members.not_member",
        )
    before = heads_of(organisation)
    theirs.update(is_administrator=True)
    if not stay and to.pk != by.pk:
        organisation.memberships.filter(user=by).update(is_administrator=False)
    after = heads_of(organisation)
    if before == after:
        return
    audit.record(
        action="organisation.handed_over", obj=organisation, by=by, before=before, after=after
    )
    notify(
        [to],
        kind="organisation.handed_over",
        subject=_("You are now administrator of %(organisation)s"),
        body=_("%(person)s has named you. You confirm who joins, and give and take roles."),
        context={"organisation": organisation.name, "person": by},
        url=reverse("organisation_detail", args=[organisation.public_id]),
    )


def heads_of(organisation: Organisation) -> list[str]:
    """Return the administrators' addresses, in order."""
    heads = organisation.memberships.filter(is_administrator=True)
    return sorted(set(heads.values_list("user__email", flat=True)))


EDITABLE = ("name_en", "region", "industry", "enterprise_class", "grade")


@transaction.atomic
def change_facts(*, organisation: Organisation, by: User, **facts: str) -> Organisation:
    """Change what administrators keep up to date; name and code stay as confirmed. Audited."""
    organisation = lock(organisation)
    check_can_edit_facts(by, organisation)
    before = {key: getattr(organisation, key) for key in EDITABLE}
    changed = {key: facts[key] for key in EDITABLE if key in facts and facts[key] != before[key]}
    if changed:
        for key, value in changed.items():
            setattr(organisation, key, value)
        organisation.save(update_fields=list(changed))
        audit.record(
            action="organisation.changed",
            obj=organisation,
            by=by,
            before={key: before[key] for key in changed},
            after=changed,
        )
    return organisation


@transaction.atomic
def deactivate(*, organisation: Organisation, by: User, reason: str) -> Organisation:
    """Deactivate an organisation: from the next request on, nobody has a right through it.

    Locks the row, checks the rule, leaves an audit row with the reason, takes its editors out of
    the content management. A second call changes nothing. Raises Denied, or ValidationError
    without a reason.
    """
    organisation = lock(organisation)
    check_can_deactivate(by, organisation)
    if not reason.strip():
        raise ValidationError(_("Say why: the record keeps it."), code="required")
    return switch(organisation, False, by=by, reason=reason.strip())


@transaction.atomic
def reactivate(*, organisation: Organisation, by: User) -> Organisation:
    """Give a deactivated organisation's people their rights back. Audited; repeatable."""
    organisation = lock(organisation)
    check_can_manage_organisations(by)
    return switch(organisation, True, by=by, reason="")


def switch(organisation: Organisation, is_active: bool, *, by: User, reason: str) -> Organisation:
    """Set the locked organisation's `is_active`, with audit and the editors' access."""
    if organisation.is_active == is_active:
        return organisation
    organisation.is_active = is_active
    organisation.save(update_fields=["is_active"])
    action = "organisation.reactivated" if is_active else "organisation.deactivated"
    audit.record(action=action, obj=organisation, by=by, facts={"reason": reason} if reason else {})
    for member in User.objects.filter(memberships__organisation=organisation).distinct():
        sync_cms_access(user=member)
    return organisation
