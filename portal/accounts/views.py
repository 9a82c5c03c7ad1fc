"""Screens of the account: workspace, organisations, members, invitations, notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.enums import Role
from portal.accounts.forms import InvitationForm, OrganisationForm, ProfileForm
from portal.accounts.models import Invitation, Membership
from portal.accounts.queries import members_of, notices_of, organisations_of
from portal.accounts.rules import can_manage_members, roles_given_by
from portal.accounts.services import inviting, organising, profile
from portal.core.denials import Denied

# The first role a person holds decides where sign-in leads.
HOMES = [
    (Role.SECRETARIAT, "office_home"),
    (Role.EXPERT, "desk_home"),
    (Role.CHAIR, "desk_home"),
    (Role.RECOMMENDER, "authority_home"),
    (Role.OBSERVER, "office_home"),
    (Role.APPLICANT, "submission_list"),
    (Role.COORDINATOR, "training_home"),
    (Role.TEACHER, "training_home"),
    (Role.EXAMINER, "training_home"),
    (Role.CERTIFIER, "training_home"),
    (Role.EDITOR, "wagtailadmin_home"),
]


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    for role, name in HOMES:
        if request.user.has_role(role):
            return redirect(name)
    return redirect("learning_home")


@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    context = {"organisations": organisations_of(request.user)}
    return render(request, "accounts/organisation_list.html", context)


@login_required
def organisation_register(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = organising.register_organisation(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("uscc", error)
        else:
            messages.success(request, _("The organisation is registered."))
            return redirect("organisation_members", organisation.public_id)
    status = 422 if form.errors else 200
    return render(request, "accounts/organisation_register.html", {"form": form}, status=status)


@login_required
def organisation_members(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = get_object_or_404(organisations_of(request.user), public_id=public_id)
    form = InvitationForm(organisation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        inviting.invite(organisation=organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("The invitation is on its way."))
        return redirect("organisation_members", public_id)
    context = {
        "organisation": organisation,
        "members": members_of(organisation, request.user),
        "invitations": organisation.invitations.filter(accepted_at=None),
        "may_manage": can_manage_members(request.user, organisation),
        "roles": roles_given_by(organisation),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/organisation_members.html", context, status=status)


@require_POST
@login_required
def member_remove(request: HttpRequest, public_id: str, membership_id: int) -> HttpResponse:
    organisation = get_object_or_404(organisations_of(request.user), public_id=public_id)
    membership = get_object_or_404(Membership, organisation=organisation, pk=membership_id)
    try:
        organising.remove_member(membership=membership, by=request.user)
    except Denied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role has been taken away."))
    return redirect("organisation_members", public_id)


@login_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), token=token)
    refusal = None
    try:
        inviting.check_acceptable(invitation, request.user)
    except Denied as error:
        refusal = error
    if request.method == "POST" and not refusal:
        inviting.accept(token=token, by=request.user)
        messages.success(request, _("Welcome. You can start now."))
        return redirect(invitation.next_url or reverse("workspace"))
    context = {"invitation": invitation, "refusal": refusal}
    status = 403 if refusal else 200
    return render(request, "accounts/invitation_accept.html", context, status=status)


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(notices_of(request.user), 20).get_page(request.GET.get("page"))
    return render(request, "accounts/notification_list.html", {"page_obj": page})


@require_POST
@login_required
def notifications_read(request: HttpRequest) -> HttpResponse:
    profile.mark_notices_read(by=request.user)
    return redirect("notification_list")


@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(request.user))
    if request.method == "POST" and form.is_valid():
        profile.change_profile(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile_edit")
    return render(request, "accounts/profile_edit.html", {"form": form})
