"""Who may carry a verdict into the programme: propose, hold, release, list, turn down."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission
from portal.core.denials import Denied
from showcase.models import ShowcasePage


def check_can_list(user: Any) -> None:
    """Rule: only the secretariat carries out what a published ranking decided."""
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Denied(_("Only the secretariat may do this."), code="listing.role")


def check_has_showcase(page: ShowcasePage | None) -> None:
    """Raise Denied while the public showcase has no page to publish under."""
    if page is None:
        raise Denied(
            _("The public showcase page does not exist yet. Create it in the CMS, then announce."),
            code="listing.no_showcase",
        )
