"""Revoking a listing: the office's page where one asks and another decides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.core.denials import Denied
from showcase.forms.revoking import RevocationForm
from showcase.models import Demonstration
from showcase.rules.revoking import check_can_ask_revocation, check_can_decide_revocation
from showcase.services import revoking
from showcase.views.office import check_in_office, office_frame


@login_required
def listing_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    check_in_office(request.user)
    terms = Demonstration.objects.select_related("submission__round", "revocation_asked_by")
    term = get_object_or_404(terms, submission__public_id=public_id)
    deed = request.POST.get("deed", "ask")
    form = RevocationForm(request.POST if request.method == "POST" and deed == "ask" else None)
    if request.method == "POST" and done(request, term, deed, form):
        return redirect("listing_revoke", public_id)
    context = {
        "term": term,
        "submission": term.submission,
        "form": form,
        "why_not_ask": refusal(check_can_ask_revocation, request.user, term),
        "why_not_decide": refusal(check_can_decide_revocation, request.user, term),
        **office_frame(request),
    }
    status = 422 if form.errors else 200
    return render(request, "showcase/listing_revoke.html", context, status=status)


def refusal(check: Any, user: Any, term: Demonstration) -> str:
    """Return why a rule refuses, or nothing where it allows."""
    try:
        check(user, term)
    except Denied as denied:
        return str(denied.reason)
    return ""


def done(request: HttpRequest, term: Demonstration, deed: str, form: forms.Form) -> bool:
    """Do what was asked for; a refusal stays on the form, or becomes a message."""
    said = {
        "ask": _("Revocation is asked for; a second member of the secretariat decides."),
        "confirm": _("The listing is revoked; the public page says so."),
        "decline": _("The request is declined; the listing stays."),
    }
    try:
        if deed == "confirm":
            revoking.confirm_revocation(term, by=request.user)
        elif deed == "decline":
            revoking.decline_revocation(term, by=request.user)
        elif not form.is_valid():
            return False
        else:
            revoking.ask_revocation(term, reason=form.cleaned_data["reason"], by=request.user)
    except Denied as denied:
        if deed in {"confirm", "decline"}:
            messages.error(request, denied.reason)
            return True
        form.add_error(None, str(denied))
        return False
    messages.success(request, said.get(deed, said["ask"]))
    return True
