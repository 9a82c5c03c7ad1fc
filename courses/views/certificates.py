"""Certificates from the issuing side: a run's list, and one certificate's life."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.forms.certificates import DecisionForm, ReasonForm, ReissueForm
from courses.models import Certificate
from courses.queries.certificates import (
    STANDINGS,
    certificates_of,
    eligible,
    facts_of,
    last_job,
    narrowed,
    standing_of,
    verify_url,
    with_all,
)
from courses.queries.record import certificate_history
from courses.queries.verification import fact_rows
from courses.rules.certificates import (
    check_can_ask_revocation,
    check_can_change,
    check_can_decide_revocation,
    check_can_issue,
    check_can_lift,
    check_can_reissue,
    check_can_suspend,
    deeds_open_to,
)
from courses.rules.people import allows, check_can_certify
from courses.services import certifying
from courses.views.frame import run_frame, run_of, runs_of
from portal.core import clock
from portal.core.denials import Denied
from portal.core.paging import page_of

PAGE_SIZE = 50


@login_required
def run_certificates(request: HttpRequest, public_id: str) -> HttpResponse:
    runs = runs_of(request.user).knowing_marker(request.user).prefetch_related("duties")
    run, today = get_object_or_404(runs, public_id=public_id), clock.today()
    text, state = request.GET.get("q", "")[:60], request.GET.get("state", "")
    rows = narrowed(certificates_of(run), text, state, today)
    page = page_of(rows, request.GET.get("page"), PAGE_SIZE)
    for row in page:
        row.label, row.tone = STANDINGS[standing_of(row, today)]
    waiting = page_of(eligible(run).select_related("learner"), 1, PAGE_SIZE)
    context = {
        **run_frame(run, "run_certificates"),
        "page": page,
        "q": text,
        "state": state,
        "states": [*((key.value, label) for key, (label, _tone) in STANDINGS.items())],
        "waiting": waiting.object_list,
        "waiting_total": waiting.paginator.count,
        "job": last_job(run),
        "why_not": why_not(check_can_issue, request.user, run),
    }
    return render(request, "courses/run_certificates.html", context)


def why_not(check: Callable[[Any, Any], None], user: Any, obj: Any) -> str:
    """Return why something cannot be done now, or nothing."""
    try:
        check(user, obj)
    except Denied as refusal:
        return str(refusal)
    return ""


@require_POST
@login_required
def run_certificates_issue(request: HttpRequest, public_id: str) -> HttpResponse:
    run = run_of(request, public_id)
    if not allows(check_can_certify, request.user, run):
        raise Http404
    job = certifying.issue_certificates(run=run, by=request.user)
    return redirect("job_detail", job.public_id)


def certificate_of(request: HttpRequest, public_id: str) -> Certificate:
    """Return a certificate of a run this person works for, with all around it; else 404."""
    rows = with_all(Certificate.objects.visible_to(request.user))
    return get_object_or_404(rows, public_id=public_id)


def kept_certificate(request: HttpRequest, public_id: str) -> Certificate:
    """Return a certificate this person may act on; for everybody else there is no such page."""
    certificate = certificate_of(request, public_id)
    if not allows(check_can_change, request.user, certificate):
        raise Http404
    return certificate


def frame(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    """Return what every page about one certificate shows."""
    label, tone = STANDINGS[standing_of(certificate, clock.today())]
    return {
        "certificate": certificate,
        "run": certificate.enrolment.run,
        "facts": facts_of(certificate),
        "label": label,
        "tone": tone,
        "deeds": deeds_open_to(request.user, certificate),
    }


@login_required
def certificate_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = certificate_of(request, public_id)
    rows = [(_("Holder"), certificate.facts["holder"]), *fact_rows(facts_of(certificate))[1:]]
    context = {
        **frame(request, certificate),
        "rows": rows,
        "events": certificate_history(request.user, certificate),
        "newer": getattr(certificate, "superseded_by", None),
        "verify_url": verify_url(certificate),
    }
    return render(request, "courses/certificate_detail.html", context)


def deed(
    request: HttpRequest,
    certificate: Certificate,
    template: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], tuple[Certificate, str]],
) -> HttpResponse:
    """Show a form about one certificate, or act on it and go to the certificate that results."""
    if request.method == "POST" and form.is_valid():
        try:
            result, said = act(form.cleaned_data)
        except Denied as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("certificate_detail", result.public_id)
    context = {**frame(request, certificate), "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"courses/{template}.html", context, status=status)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@login_required
def certificate_suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = kept_certificate(request, public_id)
    check_can_suspend(request.user, certificate)

    def act(data: dict[str, Any]) -> tuple[Certificate, str]:
        done = certifying.suspend_certificate(
            certificate=certificate, reason=data["reason"], by=request.user
        )
        return done, _("The certificate is suspended; the holder has been told.")

    return deed(request, certificate, "certificate_suspend", ReasonForm(posted(request)), act)


@login_required
def certificate_lift(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = kept_certificate(request, public_id)
    check_can_lift(request.user, certificate)

    def act(_data: dict[str, Any]) -> tuple[Certificate, str]:
        done = certifying.lift_suspension(certificate=certificate, by=request.user)
        return done, _("The suspension is lifted; the holder has been told.")

    return deed(request, certificate, "certificate_lift", forms.Form(posted(request)), act)


@login_required
def certificate_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = kept_certificate(request, public_id)
    check_can_ask_revocation(request.user, certificate)

    def act(data: dict[str, Any]) -> tuple[Certificate, str]:
        done = certifying.ask_revocation(
            certificate=certificate, reason=data["reason"], by=request.user
        )
        return done, _("Revocation has been asked for. A second certifier must decide.")

    return deed(request, certificate, "certificate_revoke", ReasonForm(posted(request)), act)


@login_required
def certificate_revoke_confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = kept_certificate(request, public_id)
    check_can_decide_revocation(request.user, certificate)

    def act(data: dict[str, Any]) -> tuple[Certificate, str]:
        if data["decision"] == "confirm":
            done = certifying.confirm_revocation(certificate=certificate, by=request.user)
            return done, _("The certificate is revoked; the holder has been told.")
        done = certifying.decline_revocation(
            certificate=certificate, reason=data["reason"], by=request.user
        )
        return done, _("The certificate stays as it is.")

    form = DecisionForm(posted(request))
    return deed(request, certificate, "certificate_revoke_confirm", form, act)


@login_required
def certificate_reissue(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = kept_certificate(request, public_id)
    check_can_reissue(request.user, certificate)

    def act(data: dict[str, Any]) -> tuple[Certificate, str]:
        new = certifying.reissue_certificate(
            certificate=certificate,
            holder=data["holder"],
            reason=data["reason"],
            by=request.user,
        )
        return new, _("Certificate %(number)s replaces the old one.") % {"number": new.number}

    form = ReissueForm(posted(request), initial={"holder": certificate.holder.name})
    return deed(request, certificate, "certificate_reissue", form, act)
