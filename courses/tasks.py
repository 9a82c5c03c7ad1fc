"""What the background worker and the clock do for training."""

from django_tasks import task

from courses.services import enrolling
from courses.services.grading import grade_attempt
from courses.services.sweeping import sweeps


@task()
def grade(attempt_id: int) -> bool:
    """Grade one ended attempt; a second delivery does nothing."""
    return grade_attempt(attempt_id=attempt_id)


@sweeps("offers")
def lapse_offers() -> int:
    """Seats that were offered and not taken go to the next on the waiting list."""
    return enrolling.lapse_offers()
