"""Screens of requests: asking to work for an organisation, deciding, the secretariat's lists."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.enums import AdmissionState, Permission
from portal.accounts.forms import AdmissionForm, DecisionForm, is_refusal
from portal.accounts.models import Admission, Organisation
from portal.accounts.queries import (
    admission_history,
    admissions_visible_to,
    organisations_found,
    similar_names,
)
from portal.accounts.rules.admissions import (
    administered_by,
    can_decide,
    organisation_of,
    region_in,
    remarks_on,
)
from portal.accounts.services import admitting
from portal.accounts.views.frame import office_frame
from portal.core.denials import Denied
from portal.core.taxonomies import industry_name, region_name, term_name


@login_required
def organisation_register(request: HttpRequest) -> HttpResponse:
    form = AdmissionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        admission = asked(request, form)
        if admission:
            return redirect("admission_detail", admission.public_id)
    status = 422 if form.errors else 200
    return render(request, "accounts/organisation_register.html", {"form": form}, status=status)


def asked(request: HttpRequest, form: AdmissionForm) -> Admission | None:
    """Leave the request; a refusal stays on the form with what was typed."""
    try:
        admission = admitting.ask(by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error("uscc", error)
        return None
    except Denied as refusal:
        form.add_error("uscc", str(refusal))
        return None
    messages.success(request, _("Your request is on its way. You get a notice when it is decided."))
    return admission


@login_required
def admission_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    admission = get_object_or_404(admissions_visible_to(request.user), public_id=public_id)
    may_decide = can_decide(request.user, admission)
    organisation = organisation_of(admission.uscc)
    place = organisation or Organisation(kind=admission.kind)
    form = DecisionForm(place, request.POST or None) if may_decide else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid() and decided(request, admission, form):
            return redirect("admission_detail", public_id)
    context = {
        "admission": admission,
        "facts": facts_of(admission),
        "organisation": organisation,
        "events": admission_history(request.user, admission),
        "has_heads": administered_by(organisation),
        "form": form,
        "is_own": admission.user_id == request.user.pk,
        "waits": admission.state == AdmissionState.WAITING,
        "tone": "good" if admission.state == AdmissionState.CONFIRMED else "bad",
    }
    if may_decide or admission.user_id == request.user.pk:
        context["remarks"] = remarks_on(admission.uscc, admission.region, admission.kind)
    if request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        context |= office_frame(request)
        context["alike"] = similar_names(admission.name, but=admission.uscc)
    status = 422 if form is not None and form.errors else 200
    return render(request, "accounts/admission_detail.html", context, status=status)


def decided(request: HttpRequest, admission: Admission, form: DecisionForm) -> bool:
    """Confirm or refuse by the pressed button; a refusal of ours stays on the form."""
    data = form.cleaned_data
    try:
        if is_refusal(request.POST):
            admitting.refuse(admission=admission, by=request.user, reason=data["reason"])
            messages.success(request, _("Refused. The sender has been told why."))
        else:
            admitting.confirm(
                admission=admission,
                by=request.user,
                role=data["role"],
                is_administrator=data["is_administrator"],
            )
            messages.success(request, _("Confirmed. The sender has been told."))
    except (Denied, ValidationError) as refusal:
        form.add_error(None, refusal.reason if isinstance(refusal, Denied) else refusal)
        return False
    return True


def facts_of(admission: Admission) -> list[tuple[str, str]]:
    """Return what the request says, as terms and words."""
    named = region_in(admission.uscc)
    unknown = _("not in the list")
    in_code = region_name(named) if named else f"{admission.uscc[2:8]} ({unknown})"
    rows = [
        (_("Credit code, as checked"), admission.uscc),
        (_("Region in the code"), in_code),
        (_("Full name, as on the licence"), admission.name),
        (_("English name"), admission.name_en),
        (_("Kind"), admission.get_kind_display()),
        (_("Registered in"), region_name(admission.region)),
        (_("Industry"), industry_name(admission.industry)),
        (_("Class of enterprise"), term_name("classes", admission.enterprise_class)),
        (_("Grade"), term_name("grades", admission.grade)),
        (_("Note"), admission.note),
    ]
    return [(term, word) for term, word in rows if word]


@require_POST
@login_required
def admission_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    admission = get_object_or_404(request.user.admissions, public_id=public_id)
    admitting.withdraw(admission=admission, by=request.user)
    messages.success(request, _("Your request is withdrawn."))
    return redirect("organisation_list")


def check_in_office(request: HttpRequest) -> None:
    """Answer 404 to who has no business here: the address tells nothing."""
    if not request.user.may(Permission.ACCOUNTS_ORGANISATIONS_MANAGE):
        raise Http404


@login_required
def registration_list(request: HttpRequest) -> HttpResponse:
    check_in_office(request)
    states = {"": AdmissionState.WAITING, **{one.value: one for one in AdmissionState}}
    state = states.get(request.GET.get("state", ""), AdmissionState.WAITING)
    rows = admissions_visible_to(request.user).filter(state=state)
    ordered = rows.order_by(*order_of(state))
    page = Paginator(ordered, 30).get_page(request.GET.get("page"))
    codes = [one.uscc for one in page.object_list]
    known = {one.uscc: one for one in Organisation.objects.filter(uscc__in=codes)}
    context: dict[str, Any] = {
        "page_obj": page,
        "rows": [
            (one, known.get(one.uscc), region_name(region_in(one.uscc))) for one in page.object_list
        ],
        "tabs": [
            {"label": one.label, "url": f"?state={one.value}", "current": one == state}
            for one in AdmissionState
        ],
        "state": state,
    }
    return render(request, "accounts/registration_list.html", context | office_frame(request))


def order_of(state: str) -> tuple[str, ...]:
    """The oldest waiting request first; of decided ones the newest."""
    is_waiting = state == AdmissionState.WAITING
    return ("created_at", "pk") if is_waiting else ("-decided_at", "-pk")


@login_required
def office_organisations(request: HttpRequest) -> HttpResponse:
    check_in_office(request)
    words, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    found = organisations_found(words, state)
    page = Paginator(found, 30).get_page(request.GET.get("page"))
    states = {"": _("All"), "active": _("Active"), "inactive": _("Deactivated")}
    context = {
        "page_obj": page,
        "rows": [(one, region_name(one.region)) for one in page.object_list],
        "q": words,
        "hidden": [("state", state)] if state else [],
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({'q': words, 'state': key})}",
                "current": key == state,
            }
            for key, label in states.items()
        ],
    }
    return render(request, "accounts/office_organisations.html", context | office_frame(request))
