"""What the background worker and the clock do for training."""

from django_tasks import task

from courses.services.grading import grade_attempt
from courses.services.sitting import sweep_attempts
from courses.services.sweeping import sweeps


@task()
def grade(attempt_id: int) -> bool:
    """Grade one ended attempt; a second delivery does nothing."""
    return grade_attempt(attempt_id=attempt_id)


@sweeps("attempts")
def end_and_grade_attempts() -> int:
    """Papers whose time and grace are over end; what has ended and is not graded is graded."""
    done = sweep_attempts()
    return done.expired + done.graded
