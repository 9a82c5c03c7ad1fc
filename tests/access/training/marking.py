"""The bank, setting examinations, marking, results."""

from typing import Any

from tests.access.roles import COORDINATOR, EXAMINER, LEARNER, STAFF, WATCHING
from tests.access.rows import Row, deed, form, page

KEEPERS = EXAMINER | COORDINATOR
ROUTES: dict[str, Row | list[Row]] = {
    "bank_list": page("bank", KEEPERS),
    "bank_import": form("bank", KEEPERS),
    "bank_new": form("bank kind", KEEPERS),
    "bank_question": form("bank question", KEEPERS),
    "bank_retire": deed("bank question", KEEPERS, body={"retired": "1"}),
    "run_exams": page("run", STAFF | WATCHING),
    "exam_new": form("run", EXAMINER),
    "exam_edit": form("draft exam", EXAMINER),
    "exam_board": page("closed exam", KEEPERS),
    "exam_step": deed("closed exam", EXAMINER, body={"verb": "release"}),
    "exam_extra_time": deed("exam", KEEPERS, body={"minutes": "5", "reason": "停电"}),
    "exam_marking": page("closed exam", EXAMINER),
    "exam_mark_attempt": form("reading", EXAMINER, body={"line_0": "10", "line_1": "10"}),
    "exam_regrade": form("closed exam", EXAMINER),
    "exam_statistics": page("closed exam", EXAMINER),
    "run_rating": page("run", EXAMINER),
    "practice_rate": form("work", EXAMINER, body={"line_0": "20"}),
    "practice_file": page("work", EXAMINER),
    "run_results": page("run", STAFF | WATCHING),
    "run_settle": deed("run", COORDINATOR),
    "attempt_review": page("attempt", LEARNER),
}
IDS: dict[str, Any] = {
    "bank": lambda case: (case.training.run.course.code,),
    "bank kind": lambda case: (case.training.run.course.code, "single"),
    "bank question": lambda case: (case.training.run.course.code, case.training.essay.code),
    "draft exam": lambda case: (case.training.draft.public_id,),
    "closed exam": lambda case: (case.training.closed.public_id,),
    "reading": lambda case: (
        case.training.closed.public_id,
        case.training.read.public_id,
        case.training.essay.code,
    ),
    "work": lambda case: (case.training.rated_work.public_id,),
}
