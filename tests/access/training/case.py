"""One run's way through the house, with everybody who works for it or learns in it."""

from courses.lifecycle import RunState
from courses.services import certifying
from tests.factories.certificates import make_certificate, make_completed, second_certifier
from tests.factories.courses import make_enrolment, make_run, make_team

REASON = "考试由他人代答，经复核认定。"


class CourseCase:
    """A running course of three organisations, an enrolled learner, certificates of that learner
    in the states that can be acted on.
    """

    def __init__(self) -> None:
        self.team = make_team()
        self.run = make_run(RunState.RUNNING, team=self.team)
        self.enrolment = make_enrolment(self.run)
        self.learner = self.enrolment.learner
        self.certify()

    def certify(self) -> None:
        make_completed(self.run)
        issued, suspended, asked = (
            make_certificate(
                make_run(RunState.CLOSED, team=self.team), team=self.team, learner=self.learner
            )
            for _ in range(3)
        )
        by = self.team.certifier
        certifying.suspend_certificate(certificate=suspended, reason=REASON, by=by)
        other = second_certifier(self.team)
        certifying.ask_revocation(certificate=asked, reason=REASON, by=other)
        self.certificate, self.suspended, self.asked = issued, suspended, asked
