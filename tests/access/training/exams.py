"""Bank, examinations, attempts and marking."""

from typing import Any

from tests.access.roles import LEARNER
from tests.access.rows import Row, deed, form, page

ROUTES: dict[str, Row | list[Row]] = {
    # sitting
    "learning_exams": page("enrolment of exam", LEARNER),
    "exam_intro": page("exam", LEARNER),
    "exam_start": deed("exam", LEARNER),
    "exam_paper": form("attempt", LEARNER),
    "exam_save": deed("attempt", LEARNER),
    "exam_state": page("attempt", LEARNER),
    "exam_takeover": form("attempt", LEARNER),
    "exam_submit": form("attempt", LEARNER),
    "exam_receipt": page("ended attempt", LEARNER),
}
IDS: dict[str, Any] = {
    "enrolment of exam": lambda case: (case.training.enrolment.public_id,),
    "exam": lambda case: (case.training.exam.public_id,),
    "attempt": lambda case: (case.training.attempt.public_id,),
    "ended attempt": lambda case: (case.training.ended.public_id,),
}
