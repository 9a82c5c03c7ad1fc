"""What verifiers fetch: keys, issuers, achievements, status lists. Public, plain, cacheable."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from courses.credentials import CONTEXTS, achievement_of, jwk_of
from courses.models import Certificate, Issuer
from courses.queries.certificates import facts_of
from courses.services.credentialing import (
    PURPOSES,
    absolute,
    key_address,
    places_set,
    status_list,
    status_tag,
)
from courses.services.keys import published_keys

# Long enough to spare the site, short enough for a revocation to arrive.
LIST_SECONDS, PAGE_SECONDS = 300, 3600


def public_json(data: Any, seconds: int = PAGE_SECONDS, kind: str = "application/json") -> Any:
    """Answer JSON that any site may read and keep for a while."""
    response = JsonResponse(data, content_type=kind, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response


@require_safe
def credential_keys(_request: HttpRequest) -> HttpResponse:
    keys = published_keys().as_jwks(key_address("{}"))
    return public_json(keys, kind="application/jwk-set+json")


@require_safe
def credential_key(_request: HttpRequest, key_id: str) -> HttpResponse:
    key = published_keys().find(key_id)
    if key is None:
        raise Http404
    return public_json({**jwk_of(key), "kid": key_address(key_id)}, kind="application/jwk+json")


@require_safe
def credential_issuer(_request: HttpRequest, key: str) -> HttpResponse:
    issuer = get_object_or_404(Issuer.objects.select_related("organisation"), key=key)
    organisation = issuer.organisation
    profile = {
        "@context": CONTEXTS,
        "id": absolute("credential_issuer", issuer.key),
        "type": ["Profile"],
        "name": organisation.name,
        "officialName": organisation.name,
        "url": absolute("certificate_verify"),
    }
    return public_json(profile)


@require_safe
def credential_achievement(_request: HttpRequest, code: str) -> HttpResponse:
    """The achievement as the latest certificate of this course states it."""
    rows = Certificate.objects.filter(enrolment__run__course__code=code)
    latest = rows.order_by("-issued_at", "-pk").first()
    if latest is None or latest.facts["course_code"] != code:
        raise Http404
    url = absolute("credential_achievement", code)
    return public_json({"@context": CONTEXTS, **achievement_of(facts_of(latest), url)})


@require_safe
def credential_status(request: HttpRequest, key: str, purpose: str, number: int) -> HttpResponse:
    issuer = get_object_or_404(Issuer.objects.select_related("organisation"), key=key)
    exists = issuer.certificates.filter(list_number=number).exists()
    if purpose not in PURPOSES or not (exists or number == 1):
        raise Http404
    places = places_set(issuer, purpose, number)
    tag = quote_etag(status_tag(issuer, purpose, number, places))
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        text = status_list(issuer, purpose, number, places)
        response = HttpResponse(text, content_type="application/vc+jwt")
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={LIST_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
