"""Who may write, sign and reopen a score sheet, and when. Every refusal says why."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import BALLOT, AssignmentState, BallotState
from evaluation.models import Assignment, Ballot, ConflictFact
from evaluation.rules.panels import is_chair_of
from portal.accounts.enums import Permission
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import RoundState
from showcase.models import Stage, Submission
from showcase.rules.recommending import check_is_no_party

# After the ranking is computed a reopened sheet may still be signed until a notice is out.
REOPEN_STATES = frozenset({RoundState.REVIEWING, RoundState.RANKING})


def check_is_own(user: Any, assignment: Assignment) -> None:
    """Only the assigned expert writes on a sheet, and only while assigned."""
    if assignment.expert.user_id != user.pk or not user.may(Permission.EVALUATION_BALLOTS_CAST):
        raise Denied(_("Only the assigned expert may score this entry."), code="ballots.role")
    if assignment.state != AssignmentState.ACTIVE:
        raise Denied(_("You no longer judge this entry."), code="ballots.assignment")


def check_has_declared(assignment: Assignment) -> None:
    """Rule: confidentiality and ties are declared before the dossier opens."""
    if assignment.declared_at is None:
        raise Denied(
            _("Declare your ties to this entry first; the dossier opens after that."),
            code="ballots.undeclared",
        )


def check_can_open_dossier(user: Any, assignment: Assignment) -> None:
    """Rule: the assigned expert reads after declaring, and may look again until the round is
    ranked; not who came to belong to an organisation of the entry since the draw.
    """
    check_is_own(user, assignment)
    check_has_declared(assignment)
    check_is_no_party(user, [assignment.submission])


def can_open_dossier(user: Any, assignment: Assignment) -> bool:
    try:
        check_can_open_dossier(user, assignment)
    except Denied:
        return False
    return True


def check_can_save_ballot(user: Any, assignment: Assignment, ballot: Ballot | None) -> None:
    """Rule: a draft may be written until it is signed, as long as the review is not closed.

    After the deadline the draft is still kept (so that nothing typed is lost) but not signed.
    """
    check_can_open_dossier(user, assignment)
    if ballot is not None and ballot.state == BallotState.SIGNED:
        raise Denied(
            _("This score sheet is signed. Only the chair can give it back, with a reason."),
            code="ballots.signed",
        )
    if not is_writable_round(assignment.submission, ballot):
        raise Denied(_("The expert review of this round is over."), code="ballots.state")


def is_writable_round(submission: Submission, ballot: Ballot | None) -> bool:
    """Say whether the round's state lets this sheet change: reviewing, or given back later."""
    state = submission.round.state
    if ballot is not None and ballot.reopened_at is not None:
        return state in REOPEN_STATES
    return state == RoundState.REVIEWING


def can_save_ballot(user: Any, assignment: Assignment, ballot: Ballot | None) -> bool:
    try:
        check_can_save_ballot(user, assignment, ballot)
    except Denied:
        return False
    return True


def check_can_sign_ballot(user: Any, assignment: Assignment, ballot: Ballot) -> None:
    """Rule: signing happens inside the review window, by no party, with no tie left to decide.

    A sheet that the chair gave back may be signed again after the window. Whether the sheet is
    complete is judged by the criteria, not here.
    """
    check_can_save_ballot(user, assignment, ballot)
    BALLOT.check(ballot, "sign")
    check_has_no_open_doubt(assignment)
    if ballot.reopened_at is None:
        check_review_is_open(assignment.submission)


def check_review_is_open(submission: Submission) -> None:
    """Raise Denied before the review window opens and after it has closed."""
    stage = submission.round.stage(Stage.Kind.REVIEW)
    if stage is None or clock.now() < stage.opens_at:
        raise Denied(_("The expert review has not opened yet."), code="ballots.early")
    if not stage.is_open():
        raise Denied(
            _(
                "The review closed at the published deadline, so this sheet can no longer be "
                "signed. What you wrote is kept. Tell the secretariat if you need it reopened."
            ),
            code="ballots.late",
        )


def check_has_no_open_doubt(assignment: Assignment) -> None:
    """Raise Denied while a declared doubt waits for the chair."""
    if open_doubt(assignment) is not None:
        raise Denied(
            _("The chair has not yet decided on the tie you declared."), code="ballots.doubt"
        )


def open_doubt(assignment: Assignment) -> ConflictFact | None:
    """Return the expert's undecided doubt about this entry, if there is one."""
    return ConflictFact.objects.filter(
        expert_id=assignment.expert_id, submission_id=assignment.submission_id, upheld=None
    ).first()


def check_can_reopen_ballot(user: Any, ballot: Ballot) -> None:
    """Rule: only the chair of the panel gives a signed sheet back, until the notice is out."""
    submission = ballot.assignment.submission
    if not is_chair_of(user, submission):
        raise Denied(
            _("Only the chair of this panel may reopen a score sheet."), code="ballots.chair"
        )
    BALLOT.check(ballot, "reopen")
    if submission.round.state not in REOPEN_STATES:
        raise Denied(
            _("The ranking is published; score sheets can no longer be reopened."),
            code="ballots.published",
        )
