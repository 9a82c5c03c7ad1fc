"""Who may carry a verdict into the programme: propose, hold, release, list, turn down."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.accounts.enums import Permission
from portal.core.denials import Denied
from showcase.models import ShowcasePage, SolutionPage


def check_can_list(user: Any) -> None:
    """Rule: only the secretariat carries out what a published ranking decided."""
    if not user.may(Permission.EVALUATION_NOTICES_PUBLISH):
        raise Denied(_("Only the secretariat may do this."), code="listing.role")


def check_leaves_solutions(pages: Iterable[Page]) -> None:
    """Rule: a published solution leaves the public list by revocation alone, which two people of
    the secretariat decide; the content management neither unpublishes, deletes, moves nor copies
    it, nor a page above it.
    """
    for page in pages:
        if SolutionPage.objects.descendant_of(page, inclusive=True).live().exists():
            raise Denied(
                _(
                    "A published solution is taken off the public list by the secretariat only: "
                    "one member asks for revocation on the page of the application, a second one "
                    "decides. The page then stays and says so."
                ),
                code="solution.role",
            )


def check_has_showcase(page: ShowcasePage | None) -> None:
    """Raise Denied while the public showcase has no page to publish under."""
    if page is None:
        raise Denied(
            _("The public showcase page does not exist yet. Create it in the CMS, then announce."),
            code="listing.no_showcase",
        )
