"""Sitting an examination: begin, save, take over, hand in, run out of time.

Nothing that reached the server is ever gone: every text is in AnswerSave, also one that came too
late or lost to a newer one. A state that ends an attempt is final. Marks are services.grading.
"""

from courses.services.sitting.ending import (
    Handover,
    Sweep,
    expire_attempt,
    submit_attempt,
    sweep_attempts,
)
from courses.services.sitting.saving import Outcome, Reply, Sent, save_answer, save_answers
from courses.services.sitting.starting import start_attempt, take_over

__all__ = [
    "Handover",
    "Outcome",
    "Reply",
    "Sent",
    "Sweep",
    "expire_attempt",
    "save_answer",
    "save_answers",
    "start_attempt",
    "submit_attempt",
    "sweep_attempts",
    "take_over",
]
