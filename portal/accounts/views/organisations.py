"""Screens of organisations: own list, one organisation's page, its members and invitations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.enums import Permission
from portal.accounts.forms import FactsForm, HandOverForm, InvitationForm, ReasonForm
from portal.accounts.models import Admission, Invitation, Membership, Organisation
from portal.accounts.queries import (
    members_of,
    organisations_of,
    organisations_visible_to,
    own_admissions,
)
from portal.accounts.rules.members import can_manage_members
from portal.accounts.services import inviting, organising
from portal.accounts.services.sessions import works_for
from portal.accounts.views.frame import office_frame
from portal.core import clock
from portal.core.denials import Denied
from portal.core.taxonomies import industry_name, region_name, term_name


@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    context = {
        "organisations": organisations_of(request.user),
        "admissions": own_admissions(request.user),
        "works_for": works_for(request),
    }
    return render(request, "accounts/organisation_list.html", context)


def find_organisation(request: HttpRequest, public_id: str) -> Organisation:
    """Return the organisation asked for, or 404 for one this person may not see."""
    return get_object_or_404(organisations_visible_to(request.user), public_id=public_id)


def find_managed(request: HttpRequest, public_id: str) -> Organisation:
    """Return an organisation this person administers, or 404."""
    organisation = find_organisation(request, public_id)
    if not can_manage_members(request.user, organisation):
        raise Http404
    return organisation


@login_required
def organisation_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = find_organisation(request, public_id)
    form = InvitationForm(organisation, request.POST or None)
    if request.method == "POST":
        organisation = find_managed(request, public_id)
        if form.is_valid() and sent(request, organisation, form):
            return redirect("organisation_detail", public_id)
    return show(request, organisation, form=form)


def sent(request: HttpRequest, organisation: Organisation, form: InvitationForm) -> bool:
    """Send the invitation; a refusal stays on the form with what was typed."""
    try:
        inviting.invite(organisation=organisation, by=request.user, **form.cleaned_data)
    except Denied as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The invitation is on its way."))
    return True


def show(request: HttpRequest, organisation: Organisation, **forms: Any) -> HttpResponse:
    """Answer with the organisation's page; forms that were refused keep what was typed."""
    members = list(members_of(organisation, request.user))
    may_manage = can_manage_members(request.user, organisation)
    is_office = request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE)
    shown = {
        "form": InvitationForm(organisation),
        "hand_over": HandOverForm(members, request.user),
        "deactivation": ReasonForm(),
    } | forms
    context = shown | {
        "organisation": organisation,
        "facts": facts_of(organisation),
        "members": members,
        "whole_contacts": may_manage or is_office,
        "others": any(one.user_id != request.user.pk for one in members),
        "invitations": organisation.invitations.filter(
            accepted_at=None, expires_at__gt=clock.now()
        ),
        "admissions": Admission.objects.waiting()
        .filter(uscc=organisation.uscc)
        .select_related("user"),
        "may_manage": may_manage,
        "is_office": is_office,
        "may_edit": may_manage or is_office,
    }
    if is_office:
        context |= office_frame(request)
    status = 422 if any(form.errors for form in shown.values()) else 200
    return render(request, "accounts/organisation_detail.html", context, status=status)


def facts_of(organisation: Organisation) -> list[tuple[str, str]]:
    """Return the organisation's facts as terms and words."""
    rows = [
        (_("Credit code"), organisation.uscc),
        (_("Kind"), organisation.get_kind_display()),
        (_("Registered in"), region_name(organisation.region)),
        (_("Industry"), industry_name(organisation.industry)),
        (_("Class of enterprise"), term_name("classes", organisation.enterprise_class)),
        (_("Grade"), term_name("grades", organisation.grade)),
        (_("Regions covered"), "、".join(region_name(code) for code in organisation.covers)),
    ]
    return [(term, word) for term, word in rows if word]


@login_required
def organisation_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = find_organisation(request, public_id)
    is_office = request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE)
    if not (is_office or can_manage_members(request.user, organisation)):
        raise Http404
    form = FactsForm(request.POST or None, initial=FactsForm.initial_of(organisation))
    if request.method == "POST" and form.is_valid():
        organising.change_facts(organisation=organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organisation_detail", public_id)
    context = {"organisation": organisation, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/organisation_edit.html", context, status=status)


@require_POST
@login_required
def organisation_hand_over(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = find_managed(request, public_id)
    members = list(members_of(organisation, request.user))
    form = HandOverForm(members, request.user, request.POST)
    if not form.is_valid():
        return show(request, organisation, hand_over=form)
    chosen = next(one.user for one in members if str(one.user_id) == form.cleaned_data["member"])
    organising.hand_over(
        organisation=organisation, to=chosen, by=request.user, stay=form.cleaned_data["stay"]
    )
    messages.success(request, _("%(person)s is now administrator.") % {"person": chosen})
    return redirect("organisation_detail", public_id)


@require_POST
@login_required
def organisation_deactivate(request: HttpRequest, public_id: str) -> HttpResponse:
    if not request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        raise Http404
    organisation = find_organisation(request, public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            organising.deactivate(
                organisation=organisation, by=request.user, reason=form.cleaned_data["reason"]
            )
        except (Denied, ValidationError) as refusal:
            form.add_error("reason", refusal.reason if isinstance(refusal, Denied) else refusal)
        else:
            messages.success(request, _("Deactivated. Nobody works through it any more."))
            return redirect("organisation_detail", public_id)
    return show(request, organisation, deactivation=form)


@require_POST
@login_required
def organisation_reactivate(request: HttpRequest, public_id: str) -> HttpResponse:
    if not request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        raise Http404
    organisation = find_organisation(request, public_id)
    organising.reactivate(organisation=organisation, by=request.user)
    messages.success(request, _("Active again. Its people have their rights back."))
    return redirect("organisation_detail", public_id)


@require_POST
@login_required
def member_remove(request: HttpRequest, public_id: str, membership_id: str) -> HttpResponse:
    organisation = find_managed(request, public_id)
    membership = get_object_or_404(Membership, organisation=organisation, public_id=membership_id)
    try:
        organising.remove_member(membership=membership, by=request.user)
    except Denied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role has been taken away."))
    if membership.user_id == request.user.pk:
        return redirect("organisation_list")
    return redirect("organisation_detail", public_id)


@require_POST
@login_required
def invitation_cancel(request: HttpRequest, public_id: str, invitation_id: str) -> HttpResponse:
    organisation = find_managed(request, public_id)
    invitation = get_object_or_404(Invitation, organisation=organisation, public_id=invitation_id)
    inviting.cancel(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is taken back."))
    return redirect("organisation_detail", public_id)


@login_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("organisation").filter(token=token).first()
    if invitation is None:
        page = "accounts/invitation_accept.html"
        return render(request, page, {"refusal": no_such_link()}, status=404)
    refusal = None
    try:
        inviting.check_acceptable(invitation, request.user)
    except Denied as error:
        refusal = error
    if request.method == "POST" and not refusal:
        inviting.accept(token=token, by=request.user)
        messages.success(request, _("Welcome. You can start now."))
        return redirect(invitation.next_url or reverse("workspace"))
    context = {"invitation": invitation, "refusal": refusal, "here": request.path}
    status = 403 if refusal else 200
    return render(request, "accounts/invitation_accept.html", context, status=status)


def no_such_link() -> Denied:
    """Return what a link says that leads to no invitation: cut in the mail, or taken back."""
    return Denied(
        _(
            "No invitation has this link. It may have been cut in the mail, or taken back with its "
            "list. Copy the whole link from the letter, or ask the sender for a new one."
        ),
        code="invitation.unknown",
    )
