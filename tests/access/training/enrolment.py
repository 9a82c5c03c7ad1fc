"""Runs, duties, enrolments and rosters."""

from typing import Any

from tests.access.roles import COORDINATOR, EVERYBODY, LEARNER, STAFF, WATCHING
from tests.access.rows import Row, deed, form, page

# Any coordinator may set up a run for an organisation of their own.
ANY_COORDINATOR = COORDINATOR | {"other coordinator"}

ROUTES: dict[str, Row | list[Row]] = {
    "run_new": form("", ANY_COORDINATOR),
    "run_board": page("run", STAFF | WATCHING),
    "run_edit": form("run", COORDINATOR),
    "run_step": form("run step", COORDINATOR, body={"reason": "原因"}),
    "duty_assign": form("run duty", COORDINATOR),
    "duty_decide": form("run duty", COORDINATOR, body={"answer": "accept"}),
    "run_enrolments": page("run", STAFF | WATCHING),
    "enrolment_decide": form("run enrolment", COORDINATOR, body={"decision": "admit"}),
    "run_roster": form("run", COORDINATOR),
    "run_roster_template": page("run", COORDINATOR),
    "run_roster_file": form("run file", COORDINATOR),
    "run_roster_corrected": page("run file", COORDINATOR),
    "run_roster_undo": deed("run file", COORDINATOR),
    # The public may read of an announced run; asking for a place then says to sign in first.
    "run_request": form("run", EVERYBODY),
    "enrolment_withdraw": form("enrolment", LEARNER),
    "enrolment_take": form("enrolment", LEARNER),
}

IDS: dict[str, Any] = {
    "run step": lambda case: (case.training.run.public_id, "cancel"),
    "run duty": lambda case: (case.training.run.public_id, "content"),
    "run enrolment": lambda case: (
        case.training.run.public_id,
        case.training.enrolment.public_id,
    ),
    "run file": lambda case: (case.training.run.public_id, case.training.roster.public_id),
    "enrolment": lambda case: (case.training.enrolment.public_id,),
}
