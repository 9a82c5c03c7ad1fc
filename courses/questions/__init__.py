"""Questions and their keys, read from the content's own JSON and checked. Pure.

A question is read into two things that never meet on a page: `Question`, what a learner may see,
and `Key`, what marking needs. Draws and sheets take only the first.
The data's form is described in portal/demo/data/courses/README.md: options are named by letters,
A is the first as the author wrote them. Not for marking (grading) or choosing (drawing).
"""

from courses.questions.answering import is_blank, response_fault
from courses.questions.checking import question_faults
from courses.questions.folding import fold, read_number
from courses.questions.reading import read_key, read_question
from courses.questions.records import (
    LETTERS,
    Credit,
    Criterion,
    Key,
    Kind,
    Question,
    QuestionError,
)

__all__ = [
    "LETTERS",
    "Credit",
    "Criterion",
    "Key",
    "Kind",
    "Question",
    "QuestionError",
    "fold",
    "is_blank",
    "question_faults",
    "read_key",
    "read_number",
    "read_question",
    "response_fault",
]
