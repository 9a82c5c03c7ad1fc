"""Verification for everybody: by number and name, by QR code, by uploading the credential."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.certification import NumberError, parse_number
from courses.forms.certificates import NameForm, UploadForm, VerifyForm, number_fault
from courses.queries.uploads import check_token
from courses.queries.verification import answer_for, found_by_key, found_by_name
from courses.services.keys import published_keys
from portal.core import clock, pace

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Answer in words with 429 once an address has asked too often; never indexed, never stored."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except pace.TooOften as refusal:
            context = {"seconds": refusal.seconds}
            response = render(request, "courses/certificate_verify_later.html", context, status=429)
            response["Retry-After"] = str(refusal.seconds)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(inner)


def page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    """Show the page of verification with whatever was asked."""
    defaults = {"form": VerifyForm(), "upload": UploadForm(), "now": clock.now()}
    return render(
        request, "courses/certificate_verify.html", {**defaults, **context}, status=status
    )


@limited
def certificate_verify(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request)
    pace.spend("verify", pace.address_of(request))
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return page(request, 422, form=form)
    number, name = form.cleaned_data["number"], form.cleaned_data["name"]
    certificate = found_by_name(number, name)
    if certificate is None:
        return page(request, form=form, nothing=True, number=str(number))
    return page(request, form=form, answer=answer_for(certificate, clock.today(), name))


@limited
def certificate_verify_number(request: HttpRequest, number: str) -> HttpResponse:
    try:
        parsed = parse_number(number)
    except NumberError as error:
        form = VerifyForm(initial={"number": number[:60]})
        return page(request, 404, form=form, fault=number_fault(number, error))
    if str(parsed) != number:
        return neat(request, str(parsed))
    pace.spend("verify", pace.address_of(request))
    name_form = NameForm(request.POST if request.method == "POST" else None)
    name = name_form.cleaned_data["name"] if name_form.is_valid() else ""
    key = request.GET.get("k", "")
    certificate = found_by_key(parsed, key) or (found_by_name(parsed, name) if name else None)
    form = VerifyForm(initial={"number": number, "name": name})
    if certificate is None:
        return page(request, form=form, nothing=bool(name), number=number, name_wanted=not name)
    answer = answer_for(certificate, clock.today(), name)
    return page(request, form=form, answer=answer, name_form=name_form, typed_name=name)


def neat(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """Send to the number in its printed form, with the key of the QR code if there is one."""
    response = redirect("certificate_verify_number", number)
    if key := request.GET.urlencode():
        response["Location"] += f"?{key}"
    return response


@limited
def certificate_verify_upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("certificate_verify")
    pace.spend("verify_file", pace.address_of(request))
    upload = UploadForm(request.POST, request.FILES)
    if not upload.is_valid():
        return page(request, 422, upload=upload)
    result = check_token(upload.cleaned_data["file"], published_keys(), clock.today())
    title = _("Result of the upload")
    return page(request, upload=UploadForm(), result=result, answer=result.answer, title=title)
