"""The secretariat's frame around the screens of accounts: its name and its navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import Admission


def office_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the workspace's name and navigation; showcase's pages name the same ones."""
    pages = {
        "office_home": _("Rounds"),
        "office_calendar": _("Working days"),
        "registration_list": _("Registrations"),
        "office_organisations": _("All organisations"),
        "office_record": _("The record"),
    }
    items = [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for name, label in pages.items()
    ]
    items[2]["count"] = Admission.objects.waiting().count()
    office = _("Secretariat")
    return {"workspace": office, "role_name": office, "work_nav": items}
