"""Completed enrolments, issued certificates and their credentials for tests."""

from typing import Any

from courses.lifecycle import EnrolmentState, RunState
from courses.models import Certificate, Enrolment, Run
from courses.services.certifying import common_of, issue_certificate
from courses.services.certifying.issuing import ensure_issuer
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import clock
from tests.factories.accounts import make_member, make_user
from tests.factories.courses import Team, make_enrolment, make_run, make_team

OUTCOME = {
    "theory": "86.00",
    "practice": "90.00",
    "final": "87.60",
    "band": "good",
    "attended": "30.00",
    "scheduled": "32.00",
    "modules": ["m1"],
    "passed": True,
    "gaps": [],
    "settled_on": "2026-03-05",
}


def make_completed(run: Run, learner: User | None = None, **outcome: Any) -> Enrolment:
    """Put a learner into a run whose results are settled and good."""
    return make_enrolment(
        run,
        learner or make_user(name="王示明"),
        EnrolmentState.COMPLETED,
        outcome=OUTCOME | outcome,
        settled_at=clock.now(),
    )


def make_certificate(
    run: Run | None = None, *, team: Team | None = None, learner: User | None = None, **facts: Any
) -> Certificate:
    """Issue one certificate the way the house does, by the team's certifier."""
    team = team or make_team()
    run = run or make_run(RunState.CLOSED, team=team, **facts)
    enrolment = make_completed(run, learner)
    ensure_issuer(run.duties.get(kind="issuing").organisation_id)
    common = common_of(run)
    certificate = issue_certificate(enrolment_id=enrolment.pk, common=common, by=team.certifier)
    assert certificate is not None
    return certificate


def second_certifier(team: Team) -> User:
    """Return another certifier of the team's issuing organisation."""
    return make_member(Role.CERTIFIER, team.lead)
