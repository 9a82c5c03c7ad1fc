"""Sessions and attendance: the run's side (planning, lists, codes) and the learner's."""

from courses.views.sessions.learners import learning_attend, learning_sessions
from courses.views.sessions.lists import (
    session_close,
    session_code,
    session_export,
    session_list,
)
from courses.views.sessions.plan import run_sessions, session_edit, session_new

__all__ = [
    "learning_attend",
    "learning_sessions",
    "run_sessions",
    "session_close",
    "session_code",
    "session_edit",
    "session_export",
    "session_list",
    "session_new",
]
