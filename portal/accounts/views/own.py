"""Screens about oneself: workspace, account, second factor, which organisation."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.enums import Role
from portal.accounts.forms import ProfileForm
from portal.accounts.queries import organisations_of
from portal.accounts.rules.signing_in import has_second_factor, must_keep_second_factor
from portal.accounts.services import profile
from portal.accounts.services.lasting import held_for, let_go
from portal.accounts.services.sessions import work_for

# Of what was kept, texts longer than codes and check marks are shown, and not endlessly many.
SHOWN_FROM, SHOWN_MOST = 8, 20

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
    (Role.PROGRAMME, "office_organisations"),
]


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    for role, name in HOMES:
        if request.user.has_role(role):
            return redirect(name)
    return redirect("office_organisations" if request.user.is_superuser else "learning_home")


@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(request.user))
    if request.method == "POST" and form.is_valid():
        profile.change_profile(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile_edit")
    context = {"form": form, **security_of(request)}
    status = 422 if form.errors else 200
    return render(request, "accounts/profile_edit.html", context, status=status)


def security_of(request: HttpRequest) -> dict[str, object]:
    """Return what the account's page says of sign-in: factors, sessions, other houses."""
    types = [one.type for one in Authenticator.objects.filter(user=request.user)]
    return {
        "has_app": Authenticator.Type.TOTP in types,
        "passkeys": types.count(Authenticator.Type.WEBAUTHN),
        "has_codes": Authenticator.Type.RECOVERY_CODES in types,
        "must_have": must_keep_second_factor(request.user),
        "organisations": organisations_of(request.user),
        "providers": get_social_adapter().list_providers(request),
    }


@login_required
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    following = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = reverse("workspace")
    if has_second_factor(request.user) or not must_keep_second_factor(request.user):
        return redirect(following)
    return render(request, "accounts/second_factor_needed.html", {"following": following})


@login_required
def send_typed(request: HttpRequest) -> HttpResponse:
    """What was sent after the session had ended, to be sent now or thrown away."""
    kept = held_for(request)
    if kept is None:
        return redirect("workspace")
    if request.method == "POST":
        let_go(request)
        messages.success(request, _("Thrown away."))
        return redirect("workspace")
    fields = [(name, value) for name, values in kept["fields"] for value in values]
    shown = [value for _name, value in fields if len(value.strip()) > SHOWN_FROM]
    context = {"kept": kept, "fields": fields, "shown": shown[:SHOWN_MOST]}
    return render(request, "accounts/send_typed.html", context)


@require_POST
@login_required
def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """For the button of the warning; that it was pressed is what counts (LastingMiddleware)."""
    return HttpResponse(status=204)


@require_POST
@login_required
def organisation_switch(request: HttpRequest) -> HttpResponse:
    if not work_for(request, request.POST.get("organisation", "")):
        raise Http404
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = reverse("workspace")
    return redirect(following)
