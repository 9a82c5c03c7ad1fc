"""What every page's frame needs: navigation, workspaces, the host's facts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role

PUBLIC_NAV = [
    (_("Applications and selection"), "/selection/"),
    (_("Solutions"), "/solutions/"),
    (_("Training"), "/courses/"),
    (_("News and notices"), "/news/"),
    (_("Search"), "/search/"),
]
WORKSPACES = [
    (Role.APPLICANT, _("Applications"), "submission_list"),
    (Role.RECOMMENDER, _("Recommendation"), "authority_home"),
    (Role.SECRETARIAT, _("Secretariat"), "office_home"),
    (Role.OBSERVER, _("Observer"), "office_home"),
    (Role.EXPERT, _("Expert's desk"), "desk_home"),
]


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """Return main_nav, workspaces and site_facts for the layouts."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else {}
    return {
        "main_nav": [
            {"label": label, "url": url, "current": request.path.startswith(url)}
            for label, url in PUBLIC_NAV
        ],
        "workspaces": [
            {"label": label, "url": reverse(name)}
            for role, label, name in WORKSPACES
            if role in roles
        ],
        "site_facts": settings.SITE_FACTS,
    }
