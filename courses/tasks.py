"""What the worker and the clock do for courses: grade attempts, end those whose time is over."""

from django_tasks import task

from courses.services.grading import grade_attempt


@task()
def grade(attempt_id: int) -> bool:
    """Grade one ended attempt; a second delivery does nothing."""
    return grade_attempt(attempt_id=attempt_id)
