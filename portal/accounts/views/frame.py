"""The office's frame around the screens of accounts: its name and its navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Permission
from portal.accounts.models import Admission

# Page, its name in the office's navigation, who sees it there.
PAGES = (
    ("office_home", gettext_lazy("Rounds"), Permission.SHOWCASE_SUBMISSIONS_READ_ALL),
    ("office_calendar", gettext_lazy("Working days"), Permission.SHOWCASE_SUBMISSIONS_READ_ALL),
    ("registration_list", gettext_lazy("Registrations"), Permission.ACCOUNTS_ORGANISATIONS_MANAGE),
    (
        "office_organisations",
        gettext_lazy("All organisations"),
        Permission.ACCOUNTS_ORGANISATIONS_MANAGE,
    ),
    ("office_record", gettext_lazy("The record"), Permission.RECORD_READ),
    ("people_import", gettext_lazy("Import people"), Permission.ACCOUNTS_PEOPLE_IMPORT),
    ("role_list", gettext_lazy("Who can do what"), Permission.ACCOUNTS_ROLES_READ),
)


def works_in_office(user: Any) -> bool:
    """Say whether the office's navigation leads this person anywhere."""
    return bool(user.may(Permission.ACCOUNTS_ROLES_READ))


def name_of_office(user: Any) -> str:
    """Return what the office is called for this person: by what they are there."""
    if user.may(Permission.SHOWCASE_ROUNDS_MANAGE):
        return _("Secretariat")
    if user.may(Permission.ACCOUNTS_PEOPLE_IMPORT):
        return _("Administration")
    return _("Observer")


def office_pages(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the office's navigation, as far as its pages are open to the person."""
    return [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label, permission in PAGES
        if request.user.may(permission)
    ]


def office_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace's name and navigation, with how many registrations wait."""
    items = office_pages(request)
    for item in items:
        if item["url"] == reverse("registration_list"):
            item["count"] = Admission.objects.waiting().count()
    office = name_of_office(request.user)
    return {"workspace": office, "role_name": office, "work_nav": items}
