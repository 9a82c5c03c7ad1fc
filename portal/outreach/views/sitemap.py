"""The map of the site (网站地图): the page tree and the public addresses beside it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.templatetags.components.frame import address
from portal.outreach.models import HomePage
from portal.outreach.queries.sitemap import branches


def services() -> list[tuple[str, str]]:
    """Return the public addresses that are no pages of the tree; what a site lacks is left out."""
    named = [
        (_("Applications and selection"), address("selection")),
        (_("Search"), address("search")),
        (_("Verify a certificate"), address("certificate_verify")),
        (_("Sign in"), address("account_login")),
        (_("Create an account"), address("account_signup")),
    ]
    return [(label, url) for label, url in named if url]


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    root = HomePage.objects.live().first()
    context = {"services": services(), "branches": branches(root) if root else []}
    return render(request, "outreach/site_map.html", context)
