"""Who acts for a run: by a role in the organisation that leads it or has accepted the duty.

Rights come from the duties, never from a list of names, so that an organisation can change its
people without touching the run. Every refusal says why.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.enums import DutyKind
from courses.models import Run
from courses.queries.runs import holder_of
from portal.accounts.enums import Role
from portal.core.denials import Denied


def holds(user: Any, role: str, organisation_id: int | None) -> bool:
    """Say whether this person holds the role in that organisation."""
    return organisation_id is not None and organisation_id in user.organisation_ids(role)


def is_teacher_of(user: Any, run: Run) -> bool:
    """Say whether this person teaches in the run: content, teaching or practical site."""
    kinds = (DutyKind.CONTENT, DutyKind.TEACHING, DutyKind.SITE)
    return any(holds(user, Role.TEACHER, holder_of(run, kind)) for kind in kinds)


def is_learner_of(user: Any, run: Run) -> bool:
    """Say whether this person has asked for or has a place in the run."""
    return run.has_learner(user)


def check_can_coordinate(user: Any, run: Run) -> None:
    """Rule: a run is kept by the coordinators of the organisation that leads it."""
    if not (user.is_active and holds(user, Role.COORDINATOR, run.lead_id)):
        raise Denied(
            _("Only a coordinator of %(organisation)s can do this.")
            % {"organisation": run.lead.display_name},
            code="run.coordinator",
        )


def check_can_examine(user: Any, run: Run) -> None:
    """Rule: examining is for examiners of the organisation that accepted it; nobody examines whom
    they teach or learn with (考教分离).
    """
    if not (user.is_active and holds(user, Role.EXAMINER, holder_of(run, DutyKind.EXAMINING))):
        raise Denied(
            _("Only an examiner of the examining organisation can do this."), code="run.examiner"
        )
    if is_teacher_of(user, run):
        raise Denied(
            _("You teach in this run: somebody else must examine it."), code="run.examiner_teaches"
        )
    if is_learner_of(user, run):
        raise Denied(
            _("You take part in this run: somebody else must examine it."),
            code="run.examiner_learns",
        )


def check_can_certify(user: Any, run: Run) -> None:
    """Rule: certificates are issued by certifiers of the organisation that accepted issuing, and
    nobody certifies themselves.
    """
    if not (user.is_active and holds(user, Role.CERTIFIER, holder_of(run, DutyKind.ISSUING))):
        raise Denied(
            _("Only a certifier of the issuing organisation can do this."), code="run.certifier"
        )
    if is_learner_of(user, run):
        raise Denied(
            _("You take part in this run: somebody else must certify it."),
            code="run.certifier_learns",
        )


def allows(check: Any, user: Any, obj: Any) -> bool:
    """Say whether a check of this room passes, for showing or hiding a control."""
    try:
        check(user, obj)
    except Denied:
        return False
    return True
