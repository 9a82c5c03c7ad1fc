"""The holder's own pages: hours ledger, certificates, downloads."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.certification import Renewal
from courses.exports.certificate import certificate_pdf as pdf_of
from courses.exports.ledger import ledger_workbook
from courses.models import Certificate
from courses.queries.certificates import (
    STANDINGS,
    facts_of,
    standing_of,
    verify_url,
    with_all,
)
from courses.queries.ledger import Ledger, ledger_of, renewal_of
from courses.views.learner import own_frame
from portal.core import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RENEWALS = {
    Renewal.BARRED: gettext_lazy("It cannot be renewed."),
    Renewal.TOO_EARLY: gettext_lazy(
        "It can be renewed in its last 90 days with 30 class hours; so far %(hours)s count."
    ),
    Renewal.HOURS_SHORT: gettext_lazy(
        "It can be renewed now, but 30 class hours are needed and %(hours)s count so far."
    ),
    Renewal.READY: gettext_lazy(
        "It can be renewed now: %(hours)s class hours count. Write to the issuing organisation."
    ),
    Renewal.LAPSED: gettext_lazy(
        "It has expired and can no longer be renewed: take the course and its examination again."
    ),
}


@login_required
def learning_certificates(request: HttpRequest) -> HttpResponse:
    today, lines = clock.today(), ledger_of(request.user).lines
    own = with_all(Certificate.objects.of(request.user)).order_by("-issued_on", "-pk")
    cards = [card(certificate, lines, today) for certificate in own]
    return render(
        request,
        "courses/learning_certificates.html",
        {"cards": cards, **own_frame("learning_certificates")},
    )


def card(certificate: Certificate, lines: Any, today: Any) -> dict[str, Any]:
    """Return what one certificate's card shows."""
    standing = standing_of(certificate, today)
    state, hours = renewal_of(certificate, lines, today)
    label, tone = STANDINGS[standing]
    return {
        "certificate": certificate,
        "facts": facts_of(certificate),
        "label": label,
        "tone": tone,
        "reason": reason_of(certificate, standing),
        "renewal": RENEWALS[state] % {"hours": f"{hours.normalize():f}"},
        "share_url": verify_url(certificate),
        "newer": getattr(certificate, "superseded_by", None),
    }


def reason_of(certificate: Certificate, standing: str) -> str:
    """Return why a certificate is revoked or suspended."""
    if standing == "revoked":
        return certificate.revoked_reason
    if standing == "suspended":
        return next(one.reason for one in certificate.suspensions.all() if not one.lifted_on)
    return ""


def own_certificate(request: HttpRequest, public_id: str) -> Certificate:
    """Return one of this person's own certificates; else 404."""
    own = with_all(Certificate.objects.of(request.user)).filter(credential__isnull=False)
    return get_object_or_404(own, public_id=public_id)


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    """Answer a private file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def certificate_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = own_certificate(request, public_id)
    return download(pdf_of(certificate), "application/pdf", f"{certificate.number}.pdf")


@login_required
def certificate_credential(request: HttpRequest, public_id: str) -> HttpResponse:
    certificate = own_certificate(request, public_id)
    text = certificate.credential.text.encode()
    return download(text, "application/vc+jwt", f"{certificate.number}.jwt")


@login_required
def learning_hours(request: HttpRequest) -> HttpResponse:
    ledger = ledger_of(request.user)
    year = year_of(request, ledger)
    context = {
        "ledger": ledger,
        "year": year,
        "years": ledger.years,
        "statement": ledger.statement(year),
        "rows": ledger.in_year(year),
        "sums": ledger.sums,
        **own_frame("learning_hours"),
    }
    return render(request, "courses/learning_hours.html", context)


def year_of(request: HttpRequest, ledger: Ledger) -> int:
    """Return the year asked for, if the ledger has it; else its latest, or this one."""
    asked = request.GET.get("year", "")
    known = {str(year): year for year in ledger.years}
    return known.get(asked, ledger.years[0] if ledger.years else clock.today().year)


@login_required
def learning_hours_export(request: HttpRequest) -> HttpResponse:
    ledger = ledger_of(request.user)
    year = year_of(request, ledger)
    statement = ledger.statement(year)
    titles = [
        _("%(year)s: %(total)s class hours, %(professional)s of them professional")
        % {"year": year, "total": statement.total, "professional": statement.professional}
    ]
    book = ledger_workbook(request.user.name, ledger.in_year(year), titles)
    title = _("Hours ledger")
    return download(book, XLSX, f"{title}-{year}.xlsx")
