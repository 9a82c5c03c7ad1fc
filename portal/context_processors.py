"""What every page's frame needs: navigation, workspaces, the host's facts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.services.sessions import works_for

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
    (Role.CHAIR, _("Chair's desk"), "desk_chair"),
    (Role.COORDINATOR, _("Training"), "training_home"),
    (Role.TEACHER, _("Training"), "training_home"),
    (Role.EXAMINER, _("Training"), "training_home"),
    (Role.CERTIFIER, _("Training"), "training_home"),
    (Role.EDITOR, _("Content management"), "wagtailadmin_home"),
]
OWN_PAGES = [
    (_("My learning"), "learning_home"),
    (_("Notices to me"), "notification_list"),
    (_("My organisations"), "organisation_list"),
    (_("My account"), "profile_edit"),
]


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """Return main_nav, user_menu_items (workspaces, then own pages) and site_facts."""
    return {
        "main_nav": [
            {"label": label, "url": url, "current": request.path.startswith(url)}
            for label, url in PUBLIC_NAV
        ],
        "user_menu_items": menu_of(getattr(request, "user", None)),
        "site_facts": settings.SITE_FACTS,
        **employers_of(request),
    }


def employers_of(request: HttpRequest) -> dict[str, Any]:
    """Return the organisations a signed-in person works for, and which one now."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    distinct = {one.organisation_id: one for one in user.held}
    return {"employers": list(distinct.values()), "employer": works_for(request)}


def menu_of(user: Any) -> list[dict[str, Any]]:
    """Return where a signed-in person can go: the workspaces of their roles, their own pages."""
    if user is None or not user.is_authenticated:
        return []
    workspaces = [(label, name) for role, label, name in WORKSPACES if role in user.roles]
    # One workspace serves several roles; it is named once.
    pages = dict.fromkeys([*workspaces, *OWN_PAGES])
    return [{"label": label, "url": reverse(name)} for label, name in pages]
