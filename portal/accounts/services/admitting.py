"""Wishes to work for an organisation: asked, confirmed, refused, withdrawn.

Only here an organisation comes to be by registration, and only by a confirmation. Invitations
are in `inviting`.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.lifecycle import ADMISSION
from portal.accounts.models import Admission, Membership, Organisation, User
from portal.accounts.rules.admissions import (
    administered_by,
    check_can_ask,
    check_can_confirm,
    check_can_decide,
    organisation_of,
)
from portal.accounts.services.organising import add_member
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.identifiers import normalise_uscc, validate_uscc
from portal.core.notifications import notify

FACTS = ("name_en", "region", "industry", "enterprise_class", "grade")


@transaction.atomic
def ask(*, uscc: str, name: str, kind: str, by: User, note: str = "", **facts: str) -> Admission:
    """Ask to work for the organisation of a code; return the waiting request.

    The code is normalised and checked (GB 32100; ValidationError). Leaves the request, an audit
    row and notices to who decides: the organisation's administrators, else the secretariat. The
    same person asking again for the same code gets the request that waits. Raises Denied.
    """
    code = normalise_uscc(uscc)
    validate_uscc(code)
    User.objects.select_for_update().get(pk=by.pk)  # a double click waits here
    check_can_ask(by, code)
    waiting = Admission.objects.waiting().filter(user=by, uscc=code).first()
    if waiting:
        return waiting
    admission = Admission.objects.create(
        user=by, uscc=code, name=name, kind=kind, note=note, **facts
    )
    audit.record(
        action="admission.asked",
        obj=admission,
        by=by,
        after={"uscc": code, "name": name, "kind": kind, **facts},
    )
    notify(
        [one for one in deciders_of(code) if one.pk != by.pk],
        kind="admission.asked",
        subject=_("%(person)s asks to work for %(organisation)s"),
        body=_("Credit code %(code)s. Compare it with the licence, then confirm or refuse."),
        context={"person": by, "organisation": name, "code": code},
        url=reverse("admission_detail", args=[admission.public_id]),
    )
    return admission


def deciders_of(uscc: str) -> list[User]:
    """Return who hears of a request: the administrators; where there are none, the secretariat."""
    organisation = organisation_of(uscc)
    people = User.objects.filter(is_active=True, memberships__organisation__is_active=True)
    if administered_by(organisation):
        heads = people.filter(
            memberships__organisation=organisation, memberships__is_administrator=True
        )
        return list(heads.distinct())
    return list(people.filter(memberships__role=Role.SECRETARIAT).distinct())


def lock(admission: Admission) -> Admission:
    """Return the request's locked row."""
    return Admission.objects.select_for_update().select_related("user").get(pk=admission.pk)


@transaction.atomic
def confirm(
    *, admission: Admission, by: User, role: str, is_administrator: bool = False
) -> Membership:
    """Confirm a request: the person holds the role from now on.

    Locks the request; registers the organisation if its code is new, and locks it; adds the
    membership. Where nobody administers the organisation, the person becomes its administrator,
    later ones only if `is_administrator` says so. Audit rows and a notice to the person. Raises
    Denied.
    """
    admission = lock(admission)
    ADMISSION.check(admission, "confirm")
    check_can_confirm(by, admission, role)
    organisation = register(admission, by=by)
    is_first = not administered_by(organisation)
    membership = add_member(
        organisation=organisation,
        user=admission.user,
        role=role,
        is_administrator=is_administrator or is_first,
        by=by,
    )
    decide(admission, "confirm", by=by, role=role)
    notify(
        [admission.user],
        kind="admission.confirmed",
        subject=_("You now work for %(organisation)s"),
        body=_("Your request was confirmed. Your role: %(role)s. You can start now."),
        context={"organisation": organisation.name, "role": membership.get_role_display()},
        url=reverse("organisation_detail", args=[organisation.public_id]),
    )
    return membership


def register(admission: Admission, *, by: User) -> Organisation:
    """Return the locked organisation of a confirmed request; made and audited if it is new."""
    facts = {key: getattr(admission, key) for key in FACTS} | {"kind": admission.kind}
    found, made = Organisation.objects.get_or_create(
        uscc=admission.uscc, defaults={"name": admission.name, **facts}
    )
    organisation = Organisation.objects.select_for_update().get(pk=found.pk)
    if made:
        audit.record(
            action="organisation.registered",
            obj=organisation,
            by=by,
            after={"uscc": organisation.uscc, "name": organisation.name, **facts},
            facts={"asked_by": admission.user.email},
        )
    return organisation


def decide(admission: Admission, verb: str, *, by: User, **facts: Any) -> None:
    """Move the request's state and note who decided, when and why."""
    admission.decided_at, admission.decided_by = clock.now(), by
    admission.save(update_fields=["decided_at", "decided_by", "reason"])
    ADMISSION.move(admission, verb, by=by, **facts)


@transaction.atomic
def refuse(*, admission: Admission, by: User, reason: str) -> Admission:
    """Refuse a request with a reason, which its sender reads. Audited; a notice to the sender.

    Raises ValidationError without a reason, Denied to who may not decide or too late.
    """
    admission = lock(admission)
    ADMISSION.check(admission, "refuse")
    check_can_decide(by, admission)
    admission.reason = reason.strip()
    if not admission.reason:
        raise ValidationError(_("Say why: the sender reads it."), code="required")
    decide(admission, "refuse", by=by, reason=admission.reason)
    notify(
        [admission.user],
        kind="admission.refused",
        subject=_("Your request for %(organisation)s was refused"),
        body=_("Reason: %(reason)s\n\nYou may ask again when this is settled."),
        context={"organisation": admission.name, "reason": admission.reason},
        url=reverse("organisation_list"),
    )
    return admission


@transaction.atomic
def withdraw(*, admission: Admission, by: User) -> Admission:
    """Take back one's own waiting request. Audited."""
    admission = lock(admission)
    if admission.user_id != by.pk:
        raise Denied(_("Only its sender withdraws a request."), code="admission.not_own")
    ADMISSION.check(admission, "withdraw")
    decide(admission, "withdraw", by=by)
    return admission
