"""What the record tells of applications and rounds, and to whom.

The applicant reads what became of the application, never who in the office did it, what a check or
a panel noted, nor anything of experts; the observer reads steps, no contacts.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission, Role
from portal.core import clock
from portal.core.audit.archives import finished_chains
from portal.core.audit.timeline import INSIDE, OFFICE_ONLY, Line, Reader, Telling, history, tells
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Demonstration, Round, Submission

APPLICANT = _("Applicant")
AUTHORITY = _("Recommending authority")
OFFICE = _("Secretariat")
EDITOR = _("Editor")
OWN = frozenset({Reader.PARTY, Reader.OFFICE, Reader.OBSERVER})
NAMED = OFFICE_ONLY

SUBMISSION_TELLS = {
    "submission.started": Telling(_("Draft begun"), APPLICANT, OWN, NAMED),
    "submission.file_added": Telling(_("File added"), APPLICANT, OWN, NAMED, "name"),
    "submission.file_removed": Telling(_("File removed"), APPLICANT, OWN, NAMED, "name"),
    "submission.submitted": Telling(_("Submitted"), APPLICANT, named=NAMED),
    "submission.withdrawn": Telling(
        _("Withdrawn"), APPLICANT, named=NAMED, note="reason", tone="mute"
    ),
    "submission.recommended": Telling(_("Recommended"), AUTHORITY, named=NAMED),
    "submission.not_recommended": Telling(
        _("Not recommended"), AUTHORITY, named=NAMED, note="reason", tone="mute"
    ),
    "submission.returned": Telling(_("Returned for correction"), OFFICE, named=NAMED, tone="warn"),
    "submission.corrected": Telling(_("Corrected and handed in again"), APPLICANT, named=NAMED),
    "submission.accepted": Telling(_("Formal check passed"), OFFICE, named=NAMED),
    "submission.failed_check": Telling(
        _("Failed the formal check"), OFFICE, named=NAMED, tone="bad"
    ),
    "submission.proposed": Telling(_("Proposed for selection"), OFFICE, named=NAMED),
    "submission.not_selected": Telling(
        _("Not selected"), OFFICE, named=NAMED, note="reason", tone="mute"
    ),
    "submission.held": Telling(_("Held for an objection"), OFFICE, named=NAMED, tone="warn"),
    "submission.released": Telling(_("Goes on: the objection was not upheld"), OFFICE, named=NAMED),
    "submission.listed": Telling(_("Listed"), OFFICE, named=NAMED),
    "submission.page_edited": Telling(_("Public page edited"), EDITOR, named=NAMED),
    "submission.revocation_asked": Telling(
        _("Revocation asked for"), OFFICE, INSIDE, INSIDE, "reason", tone="warn"
    ),
    "submission.revocation_declined": Telling(
        _("Revocation declined"), OFFICE, INSIDE, INSIDE, "asked"
    ),
    "submission.revoked": Telling(
        _("Listing revoked"), OFFICE, named=INSIDE, note="reason", tone="bad"
    ),
    "check.opened": Telling(_("Formal check opened"), OFFICE, INSIDE, NAMED),
    "check.marked": Telling(_("Items of the formal check marked"), OFFICE, INSIDE, NAMED),
}
ROUND_TELLS = {
    "round.created": Telling(_("Round set up"), OFFICE, INSIDE, INSIDE),
    "round.quota_set": Telling(_("Quotas set"), OFFICE, INSIDE, INSIDE),
    "round.opened": Telling(_("Round opened"), OFFICE, INSIDE, INSIDE),
    "round.applications_closed": Telling(_("Applications closed"), OFFICE, INSIDE, INSIDE),
    "round.checks_started": Telling(_("Formal check begun"), OFFICE, INSIDE, INSIDE),
    "round.review_started": Telling(_("Expert review begun"), OFFICE, INSIDE, INSIDE),
    "round.ranking_started": Telling(_("Ranking begun"), OFFICE, INSIDE, INSIDE),
    "round.notice_published": Telling(_("Public notice published"), OFFICE, INSIDE, INSIDE),
    "round.announced": Telling(_("List announced"), OFFICE, INSIDE, INSIDE),
    "recommendations.ordered": Telling(_("Recommendations put in order"), AUTHORITY, INSIDE, NAMED),
    "recommendations.imported": Telling(
        _("Recommendations taken from a workbook"), AUTHORITY, INSIDE, NAMED
    ),
}
tells("submission", "showcase.submission", SUBMISSION_TELLS)
tells("round", "showcase.round", ROUND_TELLS)


def reader_of_submission(user: Any, submission: Submission) -> Reader | None:
    """Return what a person is to an application. Who is a party to it reads as one, whatever else
    they are."""
    own = user.organisation_ids(Role.APPLICANT)
    partners = {one.organisation_id for one in submission.partners.all()}
    if submission.applicant_id in own or partners & own:
        return Reader.PARTY
    if reader := reader_in_office(user):
        return reader
    is_sent = submission.submitted_at is not None
    if is_sent and submission.authority_id in user.organisation_ids(Role.RECOMMENDER):
        return Reader.AUTHORITY
    return None


def reader_in_office(user: Any) -> Reader | None:
    """Return as what a person reads in the office: as one who acts there, or who watches."""
    if user.may(Permission.SHOWCASE_ROUNDS_MANAGE):
        return Reader.OFFICE
    return Reader.OBSERVER if user.may(Permission.RECORD_READ) else None


def submission_history(user: Any, submission: Submission) -> list[Line]:
    """Return an application's history as this person may read it, newest first; one query."""
    return history("submission", reader_of_submission(user, submission), objects=[submission])


def round_history(user: Any, round: Round) -> list[Line]:
    """Return a round's history as this person may read it, newest first; one query."""
    return history("round", reader_in_office(user), chain=round.audit_chain)


@finished_chains
def finished_rounds() -> Iterator[str]:
    """Rule: a round is finished when its list is announced and no listed entry's term runs."""
    terms = Demonstration.objects.filter(
        submission__round=OuterRef("pk"),
        submission__state=SubmissionState.LISTED,
        valid_until__gte=clock.today(),
    )
    held = Submission.objects.filter(round=OuterRef("pk"), state=SubmissionState.ON_HOLD)
    rounds = Round.objects.filter(state=RoundState.ANNOUNCED)
    for round in rounds.filter(~Exists(terms), ~Exists(held)):
        yield round.audit_chain
