"""What every page's frame needs: navigation, workspaces, the host's facts."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.enums import Role
from portal.accounts.queries import unread_count
from portal.accounts.rules.roles import can_read_roles
from portal.accounts.rules.signing_in import is_asked_by_role
from portal.accounts.services.sessions import works_for
from portal.core.templatetags.components.frame import address

# The main navigation: words, and the addresses of the family; the first is where it leads.
PUBLIC_NAV = [
    (pgettext_lazy("navigation", "Selection"), ("/selection/", "/notices/")),
    (pgettext_lazy("navigation", "Solutions"), ("/solutions/",)),
    (pgettext_lazy("navigation", "Training"), ("/courses/",)),
    (
        pgettext_lazy("navigation", "Policies"),
        ("/policies/", "/standards/", "/guides/", "/faq/", "/resources/"),
    ),
    (pgettext_lazy("navigation", "News"), ("/news/", "/events/")),
]
# What stands beside it within a family, as tabs.
SECOND_LEVEL = [
    [
        (_("Policy readings"), "/policies/"),
        (_("Standards"), "/standards/"),
        (_("Guides"), "/guides/"),
        (_("Questions and answers"), "/faq/"),
        (_("Public resources"), "/resources/"),
    ],
    [(_("News and notices"), "/news/"), (_("Events"), "/events/")],
]
FOOTER_NAV = [
    (_("Goals and progress"), "/goals/"),
    (_("Questions and answers"), "/faq/"),
    (_("Public resources"), "/resources/"),
    (_("News and notices"), "/news/"),
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
    (Role.PROGRAMME, _("Administration"), "office_organisations"),
]
SYSTEM_PAGES = [
    (_("Administration"), "office_organisations"),
    (_("Content management"), "wagtailadmin_home"),
    (_("Act for a person"), "acting_start"),
    (_("Mails that did not get through"), "mail_list"),
    (_("Sign-ins and refusals"), "access_list"),
]
OWN_PAGES = [
    (_("My learning"), "learning_home"),
    (_("Notices to me"), "notification_list"),
    (_("My organisations"), "organisation_list"),
    (_("My account"), "profile_edit"),
]


def site_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the navigations, user_menu_items (workspaces, then own pages) and site_facts."""
    return {
        "main_nav": main_nav(request.path),
        "sub_nav": sub_nav(request.path),
        "footer_nav": footer_nav(),
        "user_menu_items": menu_of(getattr(request, "user", None)),
        "site_facts": settings.SITE_FACTS,
        "unread_notices": unread_of(getattr(request, "user", None)),
        "idle_seconds": idle_seconds(getattr(request, "user", None)),
        **employers_of(request),
    }


def idle_seconds(user: Any) -> int:
    """Return after how many seconds without a request this person is signed out; 0: never."""
    if user is None or not user.is_authenticated or not settings.SESSION_IDLE_MINUTES:
        return 0
    return settings.SESSION_IDLE_MINUTES * 60 if is_asked_by_role(user) else 0


def unread_of(user: Any) -> Callable[[], int]:
    """Return what counts a signed-in person's unread notices, asked only by pages that show it."""
    if user is None or not user.is_authenticated:
        return lambda: 0
    return lambda: unread_count(user)


def main_nav(path: str) -> list[dict[str, Any]]:
    """Return the main navigation; what this site has no address for is left out."""
    families = [
        *PUBLIC_NAV,
        # Named here, not in the list above: the address is not there before the URLs are.
        (pgettext_lazy("navigation", "Certificates"), (address("certificate_verify"),)),
        (pgettext_lazy("navigation", "Search"), (address("search"),)),
    ]
    return [
        {"label": label, "url": urls[0], "current": path.startswith(urls)}
        for label, urls in families
        if urls[0]
    ]


def sub_nav(path: str) -> list[dict[str, Any]]:
    """Return the tabs of the family a page belongs to; most pages have none."""
    for family in SECOND_LEVEL:
        if path.startswith(tuple(url for _label, url in family)):
            return [
                {"label": label, "url": url, "current": path.startswith(url)}
                for label, url in family
            ]
    return []


def footer_nav() -> list[dict[str, Any]]:
    """Return what every page's foot leads to."""
    links = [*FOOTER_NAV, (_("Map of the site"), address("site_map"))]
    return [{"label": label, "url": url} for label, url in links if url]


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
    if user.is_superuser:
        workspaces += SYSTEM_PAGES
    if can_read_roles(user):
        workspaces.append((_("Who can do what"), "role_list"))
    # One workspace serves several roles; it is named once.
    pages = dict.fromkeys([*workspaces, *OWN_PAGES])
    return [{"label": label, "url": reverse(name)} for label, name in pages]
