"""Who may start, write, submit and withdraw an application, and when.

Who: people with the applicant's role in the organisation that applies; partners only read.
When: by the submission's state and the round's stages, judged by `clock.now()`.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.denials import Denied
from showcase.lifecycle import SUBMISSION, RoundState, SubmissionState
from showcase.models import Round, Stage, Submission


def check_is_applicant(user: Any, organisation: Organisation) -> None:
    """Raise Denied unless this person applies for the organisation."""
    if organisation.pk not in user.organisation_ids(Role.APPLICANT):
        raise Denied(
            _("Only people of the organisation that applies may do this."), code="applying.role"
        )


def check_can_start(user: Any, round: Round, applicant: Organisation) -> None:
    """Rule: drafts are started by the organisation's own people while applications are open.

    A recommending authority may start one for an organisation it names in its list.
    """
    if not user.may(Permission.SHOWCASE_RECOMMENDATIONS_WRITE):
        check_is_applicant(user, applicant)
    check_window(round)


def check_window(round: Round) -> None:
    """Raise Denied unless the round takes applications at this moment."""
    stage = round.stage(Stage.Kind.APPLY)
    if stage is None or clock.now() < stage.opens_at or round.state == RoundState.SETUP:
        raise Denied(_("This round does not take applications yet."), code="applying.not_yet")
    if clock.now() >= stage.closes_at or round.state != RoundState.APPLYING:
        raise Denied(
            _("The application period is over. What you wrote is kept as a draft."),
            code="applying.late",
        )


def check_can_edit(user: Any, submission: Submission) -> None:
    """Rule: a draft may be written at any time; a returned one until its correction deadline."""
    check_is_applicant(user, submission.applicant)
    if not submission.is_editable:
        raise Denied(
            _("The application has been handed in and cannot be changed now."),
            code="applying.handed_in",
        )
    if submission.state == SubmissionState.CORRECTION:
        check_correction_window(submission)


def can_edit(user: Any, submission: Submission) -> bool:
    """Say whether the person may change the application now."""
    return is_allowed(check_can_edit, user, submission)


def check_correction_window(submission: Submission) -> None:
    """Raise Denied once the correction deadline has passed."""
    if submission.correct_until is not None and clock.now() >= submission.correct_until:
        raise Denied(_("The time for correction is over."), code="applying.correction_late")


def check_can_submit(user: Any, submission: Submission) -> None:
    """Rule: a draft is submitted by its organisation, before the closing moment."""
    check_is_applicant(user, submission.applicant)
    SUBMISSION.check(submission, "submit")
    check_window(submission.round)


def can_submit(user: Any, submission: Submission) -> bool:
    """Say whether the person may submit now, complete or not."""
    return is_allowed(check_can_submit, user, submission)


def check_can_resubmit(user: Any, submission: Submission) -> None:
    """Rule: a returned application is handed in again once, before the correction deadline."""
    check_is_applicant(user, submission.applicant)
    SUBMISSION.check(submission, "resubmit")
    check_correction_window(submission)


def can_resubmit(user: Any, submission: Submission) -> bool:
    """Say whether the person may hand in the correction now."""
    return is_allowed(check_can_resubmit, user, submission)


def check_can_withdraw(user: Any, submission: Submission) -> None:
    """Rule: an applicant may withdraw until its application is accepted for review."""
    check_is_applicant(user, submission.applicant)
    SUBMISSION.check(submission, "withdraw")


def can_withdraw(user: Any, submission: Submission) -> bool:
    """Say whether the person may withdraw the application now."""
    return is_allowed(check_can_withdraw, user, submission)


def can_read_versions(user: Any, submission: Submission) -> bool:
    """Rule: the versions hold the drafts; an authority reads only what was handed in."""
    own = user.organisation_ids(Role.APPLICANT)
    parties = {submission.applicant_id, *(one.organisation_id for one in submission.partners.all())}
    return user.may(Permission.SHOWCASE_SUBMISSIONS_READ_ALL) or bool(parties & own)


def is_allowed(check: Any, user: Any, submission: Submission) -> bool:
    """Turn a check that raises into yes or no."""
    try:
        check(user, submission)
    except Denied:
        return False
    return True
