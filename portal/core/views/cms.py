"""The way into the content management (/admin/): the site's own sign-in, never a second one."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.core.denials import Denied


def cms_login(request: HttpRequest) -> HttpResponse:
    # Somebody signed in who is sent here has no access; sending them back would go in circles.
    if request.user.is_authenticated:
        raise Denied(
            _("Your account may not edit the site's pages. Ask the secretariat."), code="cms.role"
        )
    following = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = reverse("wagtailadmin_home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': following})}")
