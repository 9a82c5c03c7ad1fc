"""What the people beside the journey do, through the services, so that it stays short."""

from typing import Any

from evaluation.models import Assignment, Ballot
from evaluation.services import balloting, conflicting
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from showcase.models import Round, Submission
from showcase.services import applying
from tests.factories.accounts import make_member, make_organisation
from tests.factories.showcase import REQUIRED_CODES, complete_data, make_attachment


def begin(round: Round, organisation: Organisation, **answers: Any) -> Submission:
    """Start a complete draft with every required file, by a person of the organisation."""
    by = make_member(Role.APPLICANT, organisation)
    data = complete_data(organisation, **answers)
    draft = applying.start_draft(round, organisation, by=by, data=data)
    for code in REQUIRED_CODES:
        make_attachment(draft, code)
    return draft


def hand_in(round: Round, *, title: str) -> Submission:
    """Submit a complete application of a new organisation."""
    draft = begin(round, make_organisation(), pj_title=title)
    return applying.submit(draft, by=draft.created_by)


def sign_sheet(seat: Assignment, scores: dict[str, str]) -> Ballot:
    """Declare, score and sign as the expert of a seat."""
    by = seat.expert.user
    conflicting.declare_none(seat, pledged=True, by=by)
    content = balloting.SheetContent(scores=scores)
    ballot = balloting.save_ballot(seat, content=content, base_revision=0, by=by)
    return balloting.sign_ballot(seat, revision=ballot.revision, by=by)
