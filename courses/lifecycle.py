"""States of runs, duties, enrolments, examinations, attempts and certificates, as tables.

What people read of a run (open, soon, full) follows from its state, its dates and its seats and is
worked out in queries; an expired certificate is one whose day has passed (certification.standing).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.lifecycle import Lifecycle, Transition

SYSTEM = "system"
LEARNER = "learner"


class RunState(models.TextChoices):
    PREPARING = "preparing", _("Being prepared")
    OPEN = "open", _("Announced")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class DutyState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for agreement")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class EnrolmentState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    DENIED = "denied", _("Not admitted")
    WAITLISTED = "waitlisted", _("On the waiting list")
    OFFERED = "offered", _("Seat offered")
    ENROLLED = "enrolled", _("Enrolled")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Not completed")


class ExamState(models.TextChoices):
    DRAFT = "draft", _("Being set")
    OPEN = "open", _("Open for learners")
    CLOSED = "closed", _("Closed")
    RELEASED = "released", _("Results released")


class AttemptState(models.TextChoices):
    RUNNING = "running", _("Being written")
    SUBMITTED = "submitted", _("Handed in")
    EXPIRED = "expired", _("Time ran out")
    GRADED = "graded", _("Graded")


class CertificateState(models.TextChoices):
    ISSUED = "issued", _("Issued")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")
    SUPERSEDED = "superseded", _("Superseded")


R, D, E = RunState, DutyState, EnrolmentState
X, A, C = ExamState, AttemptState, CertificateState

PUBLIC_RUNS = frozenset({R.OPEN, R.RUNNING, R.CLOSED})
# Who takes a seat away from others.
SEATED = frozenset({E.OFFERED, E.ENROLLED, E.COMPLETED, E.FAILED})
# Who has a place, waits for one or waits for an answer.
ALIVE = frozenset({E.REQUESTED, E.WAITLISTED, E.OFFERED, E.ENROLLED})
# Who has been let in and may see what is inside.
INSIDE = frozenset({E.ENROLLED, E.COMPLETED, E.FAILED})
ENDED = frozenset({A.SUBMITTED, A.EXPIRED, A.GRADED})

RUN = Lifecycle(
    "run",
    RunState,
    [
        Transition("announce", (R.PREPARING,), R.OPEN, Role.COORDINATOR, "run.announced"),
        Transition("start", (R.OPEN,), R.RUNNING, Role.COORDINATOR, "run.started"),
        Transition("close", (R.RUNNING,), R.CLOSED, Role.COORDINATOR, "run.closed"),
        Transition("cancel", (R.PREPARING, R.OPEN), R.CANCELLED, Role.COORDINATOR, "run.cancelled"),
    ],
)

DUTY = Lifecycle(
    "duty",
    DutyState,
    [
        Transition("accept", (D.PROPOSED,), D.ACCEPTED, Role.COORDINATOR, "duty.accepted"),
        Transition("decline", (D.PROPOSED,), D.DECLINED, Role.COORDINATOR, "duty.declined"),
        Transition(
            "propose_again", (D.DECLINED, D.ACCEPTED), D.PROPOSED, Role.COORDINATOR, "duty.proposed"
        ),
    ],
)

ENROLMENT = Lifecycle(
    "enrolment",
    EnrolmentState,
    [
        Transition("admit", (E.REQUESTED,), E.ENROLLED, Role.COORDINATOR, "enrolment.admitted"),
        Transition(
            "waitlist", (E.REQUESTED,), E.WAITLISTED, Role.COORDINATOR, "enrolment.waitlisted"
        ),
        Transition("deny", (E.REQUESTED,), E.DENIED, Role.COORDINATOR, "enrolment.denied"),
        Transition(
            "end_waiting", (E.REQUESTED, E.WAITLISTED), E.DENIED, SYSTEM, "enrolment.not_reached"
        ),
        Transition("offer", (E.WAITLISTED,), E.OFFERED, SYSTEM, "enrolment.offered"),
        Transition("take", (E.OFFERED,), E.ENROLLED, LEARNER, "enrolment.taken"),
        Transition("lapse", (E.OFFERED,), E.WITHDRAWN, SYSTEM, "enrolment.lapsed"),
        Transition(
            "withdraw",
            (E.REQUESTED, E.WAITLISTED, E.OFFERED, E.ENROLLED),
            E.WITHDRAWN,
            LEARNER,
            "enrolment.withdrawn",
        ),
        Transition(
            "remove",
            (E.REQUESTED, E.WAITLISTED, E.OFFERED, E.ENROLLED),
            E.WITHDRAWN,
            Role.COORDINATOR,
            "enrolment.removed",
        ),
        Transition(
            "release",
            (E.REQUESTED, E.WAITLISTED, E.OFFERED, E.ENROLLED),
            E.WITHDRAWN,
            SYSTEM,
            "enrolment.released",
        ),
        Transition(
            "request_again", (E.WITHDRAWN, E.DENIED), E.REQUESTED, LEARNER, "enrolment.requested"
        ),
        Transition("complete", (E.ENROLLED,), E.COMPLETED, Role.COORDINATOR, "enrolment.completed"),
        Transition("fail", (E.ENROLLED,), E.FAILED, Role.COORDINATOR, "enrolment.failed"),
    ],
)

EXAM = Lifecycle(
    "exam",
    ExamState,
    [
        Transition("open", (X.DRAFT,), X.OPEN, Role.EXAMINER, "exam.opened"),
        Transition("close", (X.OPEN,), X.CLOSED, Role.EXAMINER, "exam.closed"),
        Transition("release", (X.CLOSED,), X.RELEASED, Role.EXAMINER, "exam.released"),
    ],
)

ATTEMPT = Lifecycle(
    "attempt",
    AttemptState,
    [
        Transition("submit", (A.RUNNING,), A.SUBMITTED, LEARNER, "attempt.submitted"),
        Transition("expire", (A.RUNNING,), A.EXPIRED, SYSTEM, "attempt.expired"),
        Transition("grade", (A.SUBMITTED, A.EXPIRED), A.GRADED, Role.EXAMINER, "attempt.graded"),
    ],
)

CERTIFICATE = Lifecycle(
    "certificate",
    CertificateState,
    [
        Transition("suspend", (C.ISSUED,), C.SUSPENDED, Role.CERTIFIER, "certificate.suspended"),
        Transition("lift", (C.SUSPENDED,), C.ISSUED, Role.CERTIFIER, "certificate.lifted"),
        Transition(
            "revoke", (C.ISSUED, C.SUSPENDED), C.REVOKED, Role.CERTIFIER, "certificate.revoked"
        ),
        Transition(
            "supersede",
            (C.ISSUED, C.SUSPENDED),
            C.SUPERSEDED,
            Role.CERTIFIER,
            "certificate.superseded",
        ),
    ],
)
