"""Units, sessions, attendance and practical work."""

from typing import Any

from tests.access.roles import COORDINATOR, LEARNER, STAFF, TEACHER, WATCHING
from tests.access.rows import Row, deed, form, page

KEEPERS = COORDINATOR | TEACHER
SEEING = STAFF | WATCHING
SESSION = {"title": "新课次", "starts_at": "2026-12-01T09:00", "hours": "2", "mode": "theory"}

ROUTES: dict[str, Row | list[Row]] = {
    "learning_run": page("learning", LEARNER),
    "learning_unit": page("learning unit", LEARNER),
    "learning_unit_complete": deed("learning unit", LEARNER),
    "learning_sessions": page("learning", LEARNER),
    "learning_attend": form("session", LEARNER, body={"code": "000000"}),
    "learning_practice": page("learning", LEARNER),
    "learning_practice_task": form("learning task", LEARNER, body={"text": "划区说明"}),
    "learning_practice_file": page("learning work", LEARNER),
    "run_units": page("run", SEEING),
    "run_unit": page("run unit", SEEING),
    "run_sessions": page("run", SEEING),
    "session_new": form("run", KEEPERS, body=SESSION),
    "session_edit": form("session", KEEPERS, body=SESSION),
    "session_list": form("session", KEEPERS, get=SEEING, body={"all": "1"}),
    "session_code": form("session", KEEPERS, body={"minutes": "10"}),
    "session_close": form("session", KEEPERS),
    "session_export": page("session", SEEING),
    "run_practice": page("run", SEEING),
    "practice_work_file": page("work", SEEING),
}
IDS: dict[str, Any] = {
    "learning": lambda case: (case.training.enrolment.public_id,),
    "learning unit": lambda case: (case.training.enrolment.public_id, *unit(case)),
    "learning task": lambda case: (
        case.training.enrolment.public_id,
        case.training.task.public_id,
    ),
    "learning work": lambda case: (
        case.training.enrolment.public_id,
        case.training.work.public_id,
    ),
    "run unit": lambda case: (case.training.run.public_id, *unit(case)),
    "session": lambda case: (case.training.session.public_id,),
    "work": lambda case: (case.training.work.public_id,),
}


def unit(case: Any) -> tuple[str, str]:
    return case.training.unit.module.code, case.training.unit.code
