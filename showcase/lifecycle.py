"""States of a round, a submission and a demonstration, and every arrow between them.

docs/lifecycles.md is printed from these tables. Who may take an arrow, and when, is said in
`rules/`; what happens beside the change of state is written in `services/`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.lifecycle import Lifecycle, Transition


class RoundState(models.TextChoices):
    SETUP = "setup", _("In preparation")
    APPLYING = "applying", _("Open for applications")
    RECOMMENDING = "recommending", _("Recommendation")
    CHECKING = "checking", _("Formal check")
    REVIEWING = "reviewing", _("Expert review")
    RANKING = "ranking", _("Ranking")
    PUBLICITY = "publicity", _("Public notice")
    ANNOUNCED = "announced", _("Announced")


class SubmissionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RECOMMENDED = "recommended", _("Recommended")
    CORRECTION = "correction", _("Returned for correction")
    ACCEPTED = "accepted", _("Accepted for review")
    PROPOSED = "proposed", _("Proposed for selection")
    ON_HOLD = "on_hold", _("Held for an objection")
    LISTED = "listed", _("Listed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    FAILED_CHECK = "failed_check", _("Failed the formal check")
    NOT_SELECTED = "not_selected", _("Not selected")
    REVOKED = "revoked", _("Revoked")


EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.CORRECTION})
# Counts towards "an entity takes part in at most two projects of a round".
LIVE = frozenset(SubmissionState) - {
    SubmissionState.WITHDRAWN,
    SubmissionState.NOT_RECOMMENDED,
    SubmissionState.FAILED_CHECK,
    SubmissionState.NOT_SELECTED,
    SubmissionState.REVOKED,
}
HANDED_IN = frozenset(SubmissionState) - {SubmissionState.DRAFT}

R, S = RoundState, SubmissionState

ROUND = Lifecycle(
    "round",
    RoundState,
    [
        Transition("open", (R.SETUP,), R.APPLYING, Role.SECRETARIAT, "round.opened"),
        Transition(
            "close_applications",
            (R.APPLYING,),
            R.RECOMMENDING,
            Role.SECRETARIAT,
            "round.applications_closed",
        ),
        Transition(
            "start_checks", (R.RECOMMENDING,), R.CHECKING, Role.SECRETARIAT, "round.checks_started"
        ),
        Transition(
            "start_review", (R.CHECKING,), R.REVIEWING, Role.SECRETARIAT, "round.review_started"
        ),
        Transition(
            "start_ranking", (R.REVIEWING,), R.RANKING, Role.SECRETARIAT, "round.ranking_started"
        ),
        Transition(
            "publish_notice", (R.RANKING,), R.PUBLICITY, Role.SECRETARIAT, "round.notice_published"
        ),
        Transition("announce", (R.PUBLICITY,), R.ANNOUNCED, Role.SECRETARIAT, "round.announced"),
    ],
)

SUBMISSION = Lifecycle(
    "submission",
    SubmissionState,
    [
        Transition("submit", (S.DRAFT,), S.SUBMITTED, Role.APPLICANT, "submission.submitted"),
        Transition(
            "withdraw",
            (S.DRAFT, S.SUBMITTED, S.RECOMMENDED, S.CORRECTION),
            S.WITHDRAWN,
            Role.APPLICANT,
            "submission.withdrawn",
        ),
        Transition(
            "recommend", (S.SUBMITTED,), S.RECOMMENDED, Role.RECOMMENDER, "submission.recommended"
        ),
        Transition(
            "pass_over",
            (S.SUBMITTED,),
            S.NOT_RECOMMENDED,
            Role.RECOMMENDER,
            "submission.not_recommended",
        ),
        Transition(
            "return_for_correction",
            (S.RECOMMENDED,),
            S.CORRECTION,
            Role.SECRETARIAT,
            "submission.returned",
        ),
        Transition(
            "resubmit", (S.CORRECTION,), S.RECOMMENDED, Role.APPLICANT, "submission.corrected"
        ),
        Transition(
            "accept",
            (S.RECOMMENDED, S.CORRECTION),
            S.ACCEPTED,
            Role.SECRETARIAT,
            "submission.accepted",
        ),
        Transition(
            "fail_check",
            (S.RECOMMENDED, S.CORRECTION),
            S.FAILED_CHECK,
            Role.SECRETARIAT,
            "submission.failed_check",
        ),
        Transition("propose", (S.ACCEPTED,), S.PROPOSED, Role.SECRETARIAT, "submission.proposed"),
        Transition(
            "not_select",
            (S.ACCEPTED, S.PROPOSED, S.ON_HOLD),
            S.NOT_SELECTED,
            Role.SECRETARIAT,
            "submission.not_selected",
        ),
        Transition("hold", (S.PROPOSED,), S.ON_HOLD, Role.SECRETARIAT, "submission.held"),
        Transition("release", (S.ON_HOLD,), S.PROPOSED, Role.SECRETARIAT, "submission.released"),
        Transition("list", (S.PROPOSED,), S.LISTED, Role.SECRETARIAT, "submission.listed"),
        Transition("revoke", (S.LISTED,), S.REVOKED, Role.SECRETARIAT, "submission.revoked"),
    ],
)
