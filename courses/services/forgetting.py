"""How courses forgets a person: names and numbers on lists go, results and certificates stay."""

from typing import Any

from courses.models import Attempt, Enrolment
from portal.core.personal import forgets


@forgets("courses")
def forget_learner(person: Any, alias: str) -> dict[str, int]:
    """Clear what rosters and requests said of the person, and the browsers of examinations.

    Certificates keep the printed name: whoever holds one can have it verified.
    """
    own = Enrolment.objects.filter(learner=person)
    return {
        "places": own.update(listed_name="", mobile="", note=""),
        "browsers": Attempt.objects.filter(enrolment__in=own).update(device=""),
    }
